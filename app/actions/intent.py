"""The intent to send, written down before the call: if all is as it was seen, and there is room in the limits."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.actions.errand import Errand
from app.actions.hanging import require_settled
from app.actions.on_draft import as_locked
from app.actions.places import NoPlace, has_place
from app.db.plain import first, rows, run
from app.errors import Conflict
from app.models.draft import DraftState, ScheduledSend
from app.models.mailbox import Mailbox

INTEND = """
update scheduled_send set state = 'intent', reason = '', fence = %(fence)s, intent_at = %(now)s,
  dispatched_at = %(now)s, place_at = %(now)s, recipients = %(recipients)s
where mailbox_id = %(mailbox_id)s and id = %(id)s and state = %(state)s and fence = %(seen)s and due_at <= %(now)s
"""
USE_UP = """
update approval set ended_at = %(now)s, ended_by = %(mark)s
where mailbox_id = %(mailbox_id)s and draft_id = %(draft_id)s and ended_at is null
returning id
"""
USED_BEFORE = """
select id from approval where mailbox_id = %(mailbox_id)s and draft_id = %(draft_id)s and ended_by = %(mark)s
order by approved_at desc limit 1
"""


async def write_intent(
    session: AsyncSession, mailbox: Mailbox, errand: Errand, *, fence: int, recipients: int
) -> UUID | None:
    """Move the row to intent if all still is as it was seen, and use up its approval.

    Returns that approval, which an earlier attempt of this very send may have used; None if it needs none. Raises
    Conflict if something has changed, NoPlace if it does not fit into the mailbox's sending limits now.
    """
    now, send = clock.now(), errand.send
    draft = as_locked(session)
    if draft.state != DraftState.OPEN or draft.revision != errand.draft.revision:
        raise Conflict
    require_settled(draft)
    was = {"mailbox_id": send.mailbox_id, "id": send.id, "state": str(send.state), "seen": send.fence}
    taken = await run(session, INTEND, was | {"now": now, "fence": fence, "recipients": recipients})
    if not taken.rowcount:
        raise Conflict
    approval_id = await _use_approval(session, send)
    # What was begun before has its place, and cannot be put off: nobody knows yet whether it has left.
    if not errand.begun and not await has_place(session, mailbox, send, recipients):
        raise NoPlace
    return approval_id


async def _use_approval(session: AsyncSession, send: ScheduledSend) -> UUID | None:
    of = {"mailbox_id": send.mailbox_id, "draft_id": send.draft_id, "mark": send.used_mark}
    just_used = await rows(session, USE_UP, of | {"now": clock.now()})
    if len(just_used) == 1:
        return cast(UUID, just_used[0][0])
    used = await first(session, USED_BEFORE, of)
    return used[0] if used else None
