"""To whom letters of Deskhand's own go: an address that a mail server understands, and never only the broken one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.errors import BadRequest
from app.rules.addresses import normalised

LONGEST = 254  # RFC 5321 4.5.3.1.3, less the two brackets
# Dot-atoms alone: quoted local parts, address literals and routes are legal, and used by nobody but attackers.
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_DOMAIN = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.ASCII)


def recipient(address: str) -> str:
    """Return an address as it is given to a mail server, its domain in ASCII; raise BadRequest for what is none."""
    local, _, domain = address.strip().rpartition("@")
    _, _, plain = normalised(f"x@{domain}").rpartition("@")
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(plain) or len(local) > 64:
        raise BadRequest("This is not an address that a letter can be sent to.")
    whole = f"{local}@{plain}"
    if len(whole) > LONGEST:
        raise BadRequest("This is not an address that a letter can be sent to.")
    return whole


def away_from(mailbox: str, addresses: Iterable[str]) -> str:
    """Return the first of a person's addresses that is not the mailbox's own, else that one; empty without any.

    What is told of a mailbox that cannot be reached should not be found in that mailbox alone.
    """
    known = [address for address in addresses if address]
    others = [address for address in known if normalised(address) != normalised(mailbox)]
    return next(iter(others or known), "")
