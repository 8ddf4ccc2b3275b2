"""Send a draft at once: the row and the checks of a scheduled send, done while the caller waits."""

from __future__ import annotations

from uuid import UUID

from app.actions.desk import Desk
from app.actions.schedule import schedule_now
from app.actions.send import deliver
from app.models.draft import ScheduledSend
from app.rules.placing import UNASKED, Answer


async def send_now(
    desk: Desk, draft_id: UUID, *, sha256: bytes | None = None, answer: Answer = UNASKED
) -> ScheduledSend:
    """Have a draft leave at once and return how that ended: `sent`, `held` with its reason, or not known yet.

    Out of the hours of those concerned it is `prepared` for the next one, unless the `answer` says why it cannot wait.
    `sha256` is the digest of what the sender has read, for a draft that was edited by hand.
    """
    send = await schedule_now(desk, draft_id, sha256=sha256, answer=answer)
    return await deliver(desk.resources, desk.mailbox.id, send.id, surface=desk.actor.surface)
