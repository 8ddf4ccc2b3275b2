"""Whose Graph mailbox this is: its own address, and those its owner may send from."""

from __future__ import annotations

from app.errors import InvalidMessage, ProviderError
from app.providers.base import SendAs
from app.providers.graph.bodies import Box
from app.providers.graph.convert import address_of, send_as_of

PERSON = ["mail", "userPrincipalName", "displayName", "proxyAddresses"]


async def address(box: Box) -> str:
    """Return the mailbox's own address; raise ProviderError if Graph names none."""
    found = address_of(await box.calls.get(box.calls.build.me, {"$select": PERSON[:2]}))
    if not found:
        raise ProviderError(detail="its profile has no address")
    return found


async def send_as(box: Box) -> tuple[SendAs, ...]:
    """Return the owner's addresses. Graph names no others that she may send from, and none that wait for her yes."""
    try:
        person = await box.calls.get(box.calls.build.me, {"$select": PERSON})
    except InvalidMessage:  # personal accounts have no such list
        person = await box.calls.get(box.calls.build.me, {"$select": PERSON[:-1]})
    return send_as_of(person)
