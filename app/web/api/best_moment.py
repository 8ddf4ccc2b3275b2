"""When a draft would best leave."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import NaiveDatetime

from app.actions.best_time import best_time
from app.web.api.shapes import Shape
from app.web.programs import WorkDesk

router = APIRouter(prefix="/mailboxes/{mailbox_id:uuid}/drafts/{draft_id:uuid}/best_moment", tags=["drafts"])


class BestMoment(Shape):
    """When a client is likeliest to read: `near` of the `letters` looked at were written about then.

    `wall_time` is what a clock in the mailbox's `zone` shows; both moments are null where too few letters tell.
    """

    wall_time: NaiveDatetime | None
    zone: str
    moment: datetime | None
    letters: int
    near: int


@router.get("", summary="Ask when a draft would best leave")
async def best_moment(desk: WorkDesk, draft_id: UUID) -> BestMoment:
    """Return when the client is likeliest to read, by when the client writes; `wall_time` is null if nothing tells."""
    found = await best_time(desk, draft_id)
    return BestMoment(**{name: getattr(found, name) for name in BestMoment.model_fields})
