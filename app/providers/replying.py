"""What a reply must be before any adapter writes it, and who may send it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.errors import InvalidMessage
from app.providers.addresses import PLAIN
from app.providers.base import Reply, SendAs
from app.providers.characters import clean_line

MOST_RECIPIENTS = 100
MOST_LETTERS = 2**20
PRIVATE_ID = re.compile(r"[A-Za-z0-9._~:+/=-]{1,200}")
NOT_IN_NAMES = re.compile(r"[\"\\<>()\[\]@;:,]|=\?|\?=")


def checked(reply: Reply) -> Reply:
    """Return a reply that can be written; raise InvalidMessage for one that cannot."""
    if not PRIVATE_ID.fullmatch(reply.private_id):
        raise InvalidMessage(detail="its private id has other signs than letters and digits")
    if not reply.to:
        raise InvalidMessage(detail="it has no recipient")
    if len(reply.to) + len(reply.cc) > MOST_RECIPIENTS:
        raise InvalidMessage(detail=f"it has more than {MOST_RECIPIENTS} recipients")
    return reply


def chosen_sender(addresses: Sequence[SendAs], wanted: str) -> SendAs:
    """Choose who sends: `wanted`, else the default; raise InvalidMessage for what is not verified.

    From anything else a provider makes what it likes: Gmail its default, in silence.
    """
    allowed = [each for each in addresses if each.verified]
    if wanted:
        allowed = [each for each in allowed if each.email.casefold() == wanted.casefold()]
    allowed.sort(key=lambda each: not each.default)
    if not allowed:
        raise InvalidMessage(detail="this mailbox may not send from that address")
    return allowed[0]


def plain_spec(email: str) -> str:
    """Return an address as mail needs it, its domain in ASCII; raise InvalidMessage if that cannot be."""
    local, _, domain = email.rpartition("@")
    try:
        spec = f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"
    except ValueError:
        spec = ""
    if not (PLAIN.fullmatch(spec) and spec.isascii()):
        raise InvalidMessage(detail=f"“{clean_line(email, 60)}” is no address that can be written to")
    return spec


def plain_name(name: str) -> str:
    """Return a person's name without what could make an address or an encoded word of it."""
    return " ".join(NOT_IN_NAMES.sub(" ", clean_line(name, 100)).split())
