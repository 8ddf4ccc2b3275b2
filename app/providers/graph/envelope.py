"""What a draft is at Graph besides its body: who writes to whom, and our mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.errors import AppError, InvalidMessage, ProviderRefused
from app.providers.base import Address, Draft, Reply, SendAs
from app.providers.graph.queries import Query, marked
from app.providers.replying import checked, chosen_sender, plain_name, plain_spec


def envelope(reply: Reply, addresses: Sequence[SendAs]) -> Query:
    """Return what a draft has to be besides its body, as Graph writes it; `addresses` are those the owner has.

    Raises InvalidMessage for a reply that cannot be written, or not from the address that it names.
    """
    sender = chosen_sender(addresses, checked(reply).from_email)
    change: Query = {"toRecipients": _recipients(reply.to), "ccRecipients": _recipients(reply.cc)} | marked(
        reply.private_id
    )
    if not sender.default:
        change["from"] = _recipients([Address(email=sender.email, name=sender.name)])[0]
    return change


def fault_of(draft: Draft, change: Mapping[str, Any]) -> AppError | None:
    """Return what Graph made of a draft that was not asked for, if it did."""
    for asked, people in (("toRecipients", draft.message.to), ("ccRecipients", draft.message.cc)):
        if _emails(change[asked]) != sorted(each.email.casefold() for each in people):
            return ProviderRefused(detail="it does not keep this reply's recipients")
    authors = [each.email.casefold() for each in draft.message.authors]
    if "from" in change and authors != _emails([change["from"]]):
        return InvalidMessage(detail="it does not let this mailbox send from that address")
    return None


def _recipients(people: Sequence[Address]) -> list[dict[str, Any]]:
    """Return people as Graph writes them; raise InvalidMessage for an address that is none."""
    return [{"emailAddress": {"address": plain_spec(each.email), "name": plain_name(each.name)}} for each in people]


def _emails(recipients: Sequence[Mapping[str, Any]]) -> list[str]:
    return sorted(str(each["emailAddress"]["address"]).casefold() for each in recipients)
