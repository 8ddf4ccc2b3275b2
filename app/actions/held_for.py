"""Why a reply is held that is about to be held: what has changed since it was tried counts."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.actions.errand import Errand
from app.actions.freeze import CHANGED, PAUSED
from app.actions.hanging import void_approvals
from app.actions.hold import let_wait
from app.db.plain import first, run
from app.models.draft import FOR_WORKER, LOST, ScheduledSend
from app.models.grant import Grant, GrantStatus

DRAFT_LOCKED = "select from draft where mailbox_id = %(mailbox_id)s and id = %(draft_id)s for update"
AGAIN_CONNECTED = """
select from mailbox join connection on connection.mailbox_id = mailbox.id and connection.ended_at is null
where mailbox.id = %(mailbox_id)s and mailbox.state = 'active'
for share of mailbox
"""
YES_SINCE = """
select from approval
where mailbox_id = %(mailbox_id)s and draft_id = %(draft_id)s and ended_at is null and approved_at >= %(since)s
limit 1
"""
# Of access.reasons.HELD: what a yes takes away, and what takes away a yes.
BY_HER_YES, MOVED = ("approval_missing", "draft_edited"), "thread_moved"


async def held_for(session: AsyncSession, errand: Errand, reason: str, fence: int | None, version: int | None) -> str:
    """Return why a reply is held that is to be held for a reason, empty if it was put back: then it goes on.

    The owner has connected the mailbox again since it was tried by the consent before, or has said yes since it was
    looked at; held for that, nobody would let it go on. `fence` and `version` of the grant are those of the attempt
    that was refused. What a silent worker had begun before stays as it was found.
    """
    send = errand.send
    of: dict[str, object] = {"mailbox_id": send.mailbox_id, "id": send.id, "draft_id": send.draft_id}
    if errand.begun or reason not in (LOST, *BY_HER_YES):
        return reason
    if reason == LOST:  # locked in the order of all: the mailbox, the grant, the draft
        changed = await first(session, AGAIN_CONNECTED, of)
        if changed is not None and fence and (over := await grant_over(session, send, version)):
            return over
        await run(session, DRAFT_LOCKED, of)
    else:
        await run(session, DRAFT_LOCKED, of)
        changed = await first(session, YES_SINCE, of | {"since": errand.read_at})
    if changed is None:
        return reason
    # Decided anew: the provider was asked for nothing, or has surely done nothing.
    fences = col(ScheduledSend.fence).in_({send.fence, fence or send.fence})
    of_worker = col(ScheduledSend.state).in_(FOR_WORKER)
    await let_wait(session, send.mailbox_id, col(ScheduledSend.id) == send.id, of_worker, fences)
    return ""


async def asked_again(session: AsyncSession, errand: Errand, reason: str) -> None:
    """Void the owner's yes to a reply that is held now, with its draft locked, where it was a yes to something else."""
    if reason == MOVED:  # an answer to what stood in the conversation before
        await void_approvals(session, errand.draft, because=MOVED)


async def grant_over(session: AsyncSession, send: ScheduledSend, version: int | None = None) -> str:
    """Return why the grant of a send is not in force any more, empty if it is, with the grant locked against change.

    One that is in force by another `version` than an attempt was begun by was narrowed, or paused and let go on: what
    it had scheduled then was held.
    """
    if send.grant_id is None:
        return ""
    grant = await session.get_one(Grant, (send.mailbox_id, send.grant_id), with_for_update={"read": True})
    if grant.status == GrantStatus.PAUSED:
        return PAUSED
    same = version is None or grant.version == version
    return "" if grant.status == GrantStatus.ACTIVE and same else CHANGED
