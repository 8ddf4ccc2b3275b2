"""After a restore: what came back of a mailbox, and the owner's word that it is as it should be."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from app import clock
from app.actions.came_back import restored
from app.actions.confirm_restored import confirm_restored
from app.web.api.scheduled import Scheduled
from app.web.api.shapes import Shape
from app.web.deps import Fresh, OwnerDesk

router = APIRouter(prefix="/mailboxes/{mailbox_id:uuid}/restoration", tags=["mailboxes"])


class Waiting(Scheduled):
    """A reply that stands in the mailbox unsent. A late one leaves at once if it is confirmed."""

    late: bool


class Restoration(Shape):
    """What came back from a backup: `grants` are paused and `sends` held until the owner names those that go on.

    Both moments are null where nothing waits for her word.
    """

    backup_at: datetime | None = Field(
        default=None, description="Of what was done here between this moment and the restore nothing is known."
    )
    restored_at: datetime | None = None
    connected: bool = Field(
        default=True, description="Whether the consent of the backup still holds; else connect again first."
    )
    matched: bool = Field(
        default=True, description="Whether all that may have left since was looked for; only then confirm."
    )
    grants: list[UUID] = Field(default_factory=list)
    sends: list[Waiting] = Field(default_factory=list)


class Confirmed(Shape):
    """What goes on of that; whatever is not named stays paused or held."""

    grants: list[UUID] = Field(max_length=1000)
    sends: list[UUID] = Field(max_length=10_000)


@router.get("", summary="Look at what came back from a backup")
async def get_restoration(desk: OwnerDesk) -> Restoration:
    """Return what waits for the owner's word."""
    waits = await restored(desk)
    if waits is None:
        return Restoration()
    now = clock.now()
    return Restoration(
        backup_at=waits.restoration.backup_at,
        restored_at=waits.restoration.restored_at,
        connected=waits.connected,
        matched=waits.matched,
        grants=[grant.id for grant in waits.grants],
        sends=[Waiting(**Scheduled.of(send).model_dump(), late=waits.late(send, now)) for send in waits.sends],
    )


@router.put("/confirmation", status_code=204, summary="Say that what came back is as it should be")
async def put_confirmation(desk: OwnerDesk, _fresh: Fresh, word: Confirmed) -> None:
    """Let the named accesses and replies go on, and open the mailbox again; needs a fresh sign-in.

    Teams that are let in (`/teams`) may have their leads name people again: end first what was ended before.
    """
    await confirm_restored(desk, grants=word.grants, sends=word.sends)
