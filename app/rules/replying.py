"""To whom a reply goes: never where a stranger's Reply-To points."""

from __future__ import annotations

from collections.abc import Sequence

from app.errors import BadRequest
from app.rules.addresses import normalised, same_organisation


def reply_target(authors: Sequence[str], reply_to: Sequence[str], to: Sequence[str], own: str) -> str:
    """Return the one address a reply goes to; raise BadRequest when it cannot be told.

    Reply-To counts only within the author's own organisation: a stranger at the same free mail service is nobody to
    be answered in her place. A message of the mailbox itself is answered to the one it was written to.
    """
    if len(authors) != 1:
        raise BadRequest("This message names no single author, so it cannot be told to whom a reply should go.")
    if normalised(authors[0]) == normalised(own):
        if not to:
            raise BadRequest("This message names nobody to whom a reply could go.")
        return to[0]
    elsewhere = [address for address in reply_to if same_organisation(address, authors[0])]
    return elsewhere[0] if elsewhere else authors[0]
