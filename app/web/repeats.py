"""Calls that carry an `Idempotency-Key`: repeated after a lost answer, they find what they did before."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID, uuid5

from fastapi import Header

from app.actions import draft, schedule
from app.actions.desk import Desk
from app.errors import Conflict, NotFound
from app.models.draft import DraftState, ScheduledSend, SendState

Key = Annotated[str, Header(alias="Idempotency-Key", max_length=200)]


def same_id(place: UUID, person_id: UUID | None, key: str, *body: object) -> UUID | None:
    """Return the id that the row of this very call has, however often the call is made; None without a key."""
    return uuid5(place, "|".join((str(person_id), key, *map(str, body)))) if key else None


async def repeated_draft(desk: Desk, draft_id: UUID) -> draft.SeenDraft | None:
    """Return the draft that an earlier call has made; raise Conflict while that call is still at it."""
    try:
        row, _message = await draft.draft_of(desk, draft_id)
    except NotFound:
        return None
    if row.state == DraftState.PREPARING:
        raise Conflict("This draft is being written already. Look again in a moment.")
    return await draft.see_draft(desk, draft_id)


async def sent_before(desk: Desk, draft_id: UUID) -> ScheduledSend | None:
    """Return how an earlier "send now" of a draft ended, if it left."""
    return next((send for send in await schedule.sends_of(desk, draft_id) if send.state == SendState.SENT), None)
