"""Take a restored database in, before anybody else works with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app import clock
from app.actions.erasure_list import Line, apply_again, file_of, keep_list
from app.actions.resources import Resources
from app.actions.restored import note_restored, require_keys
from app.db.disbelief import disbelieve


@dataclass(frozen=True)
class TakenIn:
    """How many mailboxes wait for their owners, and how many people were back who had been erased."""

    mailboxes: int
    erased: int


async def take_in(resources: Resources, unbound_url: str, *, backup_at: datetime, erased: set[Line]) -> TakenIn:
    """Erase again who is back, shut what is not to be believed any more, and tell each owner.

    `unbound_url` is the same database for a login that row-level security does not bind. Raises DatabaseTrouble if the
    master keys at hand do not open it.
    """
    await require_keys(resources)
    gone = await apply_again(resources, erased)
    disbelieve(unbound_url, backup_at=backup_at, now=clock.now())
    mailboxes = await note_restored(resources)
    await keep_list(resources, file_of(resources.settings))
    return TakenIn(mailboxes, len(gone))
