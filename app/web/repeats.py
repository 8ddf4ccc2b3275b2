"""Calls that carry an `Idempotency-Key`: repeated after a lost answer, they find what they did before."""

from __future__ import annotations

from uuid import UUID, uuid5

from app.actions import draft, schedule
from app.actions.desk import Desk
from app.errors import Conflict, NotFound
from app.models.draft import DraftState, ScheduledSend, SendState


def same_id(desk: Desk, key: str, *body: object) -> UUID:
    """Return the id that the row of this very call has, however often the call is made."""
    return uuid5(desk.mailbox.id, "|".join((str(desk.actor.person_id), key, *map(str, body))))


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
    done = await schedule.scheduled(desk, ended=True)
    return next((send for send in done if send.draft_id == draft_id and send.state == SendState.SENT), None)
