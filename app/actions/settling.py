"""Writes down how a scheduled send has ended, or why it has to wait, and tells the audit what no act has told it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.access.acts import Act
from app.access.facts import Actor
from app.actions import audit, tell
from app.actions.desk import Desk
from app.actions.errand import Errand, retire
from app.actions.freeze import CHANGED, EXPIRED, PAUSED
from app.actions.held_for import DRAFT_LOCKED, asked_again, held_for
from app.db.plain import Detached, first, run
from app.errors import Denied, MailboxDisconnected, NotFound
from app.models.draft import ENDED, FIRST_LOOK, LOST, ScheduledSend, SendState

# Of access.reasons.HELD: came back from a backup, and is not looked for yet; or was, and stands as it was.
RESTORED, AS_RESTORED = "restored", "as_restored"
COPY_SHOWS_UP = timedelta(minutes=10)  # at the most
LEASE = timedelta(seconds=60)  # a worker silent for so long is taken for dead

# As Draft.close has it.
DRAFT_SENT = """
update draft set state = 'sent', drafted = '' where mailbox_id = %(mailbox_id)s and id = %(draft_id)s
"""
SENDS = Detached(ScheduledSend)
# States of FOR_WORKER: whatever else the row says by now, somebody has decided meanwhile.
WRITTEN_DOWN = " ".join(
    (
        """
update scheduled_send set state = %(state)s, reason = %(reason)s, sent_id = %(sent_id)s, ended_at = %(ended_at)s,
  look_at = %(look_at)s
where mailbox_id = %(mailbox_id)s and id = %(id)s and state in ('prepared', 'intent') and fence = any(%(fences)s)
returning""",
        SENDS.columns,
    )
)

CONDITIONS = ("outside_hours", "cap_reached", "recipient_outside")
# Why the grant did not allow it, and the reason of `access.reasons.HELD` that says so.
BECAUSE_OF_GRANT = {
    **dict.fromkeys(("no_grant", "grant_revoked", "grant_not_begun"), CHANGED),
    **dict.fromkeys(("scope_missing", "send_scope_missing", "not_your_draft"), CHANGED),
    "grant_paused": PAUSED,
    "grant_expired": EXPIRED,
}
# Told once for all that waits: a mailbox to be connected again, an access at its end date, a restore.
TOLD_TOGETHER = (LOST, EXPIRED, RESTORED)


async def settle(
    desk: Desk,
    errand: Errand,
    state: SendState,
    reason: str,
    *,
    fence: int | None = None,
    version: int | None = None,
    sent_id: str = "",
    told: bool = False,
) -> None:
    """Write down how it ended, unless somebody else has taken the row since (its fence is higher then).

    `fence` is the one that this worker has written, `version` that of the grant it was written by; `told` whether an
    act's own entries say how it ended. What was to be held may go on: see `held_for`.
    """
    async with desk.resources.db.transaction(mailbox=errand.send.mailbox_id) as session:
        if state is SendState.HELD and not (reason := await held_for(session, errand, reason, fence, version)):
            return
        if await written_down(session, errand, state, reason, fence=fence, sent_id=sent_id) is None:
            return
        await asked_again(session, errand, reason)
        if state not in ENDED and reason not in TOLD_TOGETHER:
            await tell.held(session, desk.resources, desk.mailbox, errand.send, reason)
        if not told:
            outcome = "done" if state is SendState.SENT else state.value
            await tell_audit(session, desk, errand, outcome=outcome, reason=reason, sent_id=sent_id)


async def written_down(
    session: AsyncSession,
    errand: Errand,
    state: SendState,
    reason: str = "",
    *,
    fence: int | None = None,
    sent_id: str = "",
) -> ScheduledSend | None:
    """Write down how it ended, in the caller's transaction; return the row, None if somebody else has taken it."""
    now, send = clock.now(), errand.send
    looks = now + FIRST_LOOK if state is SendState.SENT else None
    of = {"mailbox_id": send.mailbox_id, "id": send.id, "draft_id": send.draft_id}
    await run(session, DRAFT_LOCKED, of)
    how: dict[str, object] = {"state": state.value, "reason": reason, "sent_id": sent_id, "look_at": looks}
    how |= {"ended_at": now if state in ENDED else None, "fences": [send.fence, fence or send.fence]}
    row = await first(session, WRITTEN_DOWN, of | how)
    if row and state is SendState.SENT:
        await run(session, DRAFT_SENT, of)
    return SENDS.made(row) if row else None


async def hold(
    desk: Desk,
    errand: Errand,
    reason: str,
    *,
    fence: int | None = None,
    version: int | None = None,
    told: bool = False,
) -> None:
    """Hold a send until a person decides. One that a silent worker has begun is put beyond that worker's reach first.

    Raises ProviderError if that cannot be done now: it then stays on its way, and is looked into again.
    """
    if errand.begun:
        sent = await retire(desk, errand)
        if sent:
            return await settle(desk, errand, SendState.SENT, "", fence=fence, sent_id=sent.id)
    return await settle(desk, errand, SendState.HELD, reason, fence=fence, version=version, told=told)


def why_held(refusal: Exception) -> str:
    """Return the reason (of `access.reasons.HELD`) for which a refused send is held."""
    if isinstance(refusal, NotFound):
        return "private"
    if isinstance(refusal, MailboxDisconnected):
        return LOST
    if not isinstance(refusal, Denied):
        return "refused"
    known = {"approval_needed": "approval_missing", "key_ended": "key_gone", "mailbox_reconciling": RESTORED}
    known |= {reason: reason for reason in (LOST, *CONDITIONS)}
    return (known | BECAUSE_OF_GRANT).get(refusal.reason, "refused")


async def tell_audit(
    session: AsyncSession, desk: Desk, errand: Errand, *, outcome: str, reason: str, sent_id: str = ""
) -> None:
    """Note what no act of anybody's has told: how it ended, or why it waits."""
    await audit.note(
        session,
        errand.send.mailbox_id,
        Actor.itself(desk.actor.surface),
        Act.RECOVER,
        reason=reason,
        outcome=outcome,
        grant_id=errand.send.grant_id,
        fence=errand.send.fence,
        provider_sent=sent_id,
        **errand.about.for_audit(),
    )
