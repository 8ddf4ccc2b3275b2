"""Whose Gmail mailbox this is: its own address, and those its owner may send from."""

from __future__ import annotations

from app.errors import ProviderError
from app.providers.base import SendAs
from app.providers.fields import dicts, word
from app.providers.gmail.bodies import Box
from app.providers.gmail.calls import ME
from app.providers.gmail.convert import send_as_of


async def address(box: Box) -> str:
    """Return the mailbox's own address; raise ProviderError if Gmail names none."""
    found = word(await box.calls.call(box.calls.build.users.getProfile(userId=ME)), "emailAddress")
    if not found:
        raise ProviderError(detail="its profile has no address")
    return found


async def send_as(box: Box) -> tuple[SendAs, ...]:
    """Return the addresses the owner may send from."""
    answer = await box.calls.call(box.calls.build.send_as.list(userId=ME))
    return tuple(found for each in dicts(answer.get("sendAs")) if (found := send_as_of(each)).email)
