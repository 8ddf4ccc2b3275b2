"""Send what is due, once: draft → intent under the grant's lock → one call → positive proof → sent.

Whatever dies in between, the row says how far it came. A row in `intent` whose worker fell silent is looked into
before anything is repeated: the sent copy settles it; a draft that still stands is decided about anew; if neither
can be found for ten minutes, a person is asked. Gone is not proof of sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import clock
from app.access.acts import Act
from app.access.decide import Decision
from app.actions.desk import Desk
from app.actions.draft import digest
from app.actions.hand import About
from app.actions.resources import Resources
from app.actions.seats import open_desk_for_job
from app.errors import (
    Conflict,
    Denied,
    MailboxDisconnected,
    MessageGone,
    NoAnswer,
    NotFound,
    ProviderBusy,
    ProviderError,
)
from app.models.draft import Approval, Draft, DraftState, ScheduledSend, SendState
from app.models.mailbox import KnownMessage
from app.providers import base

LEASE = timedelta(seconds=60)  # longer than any call may take; a worker silent for so long is taken for dead
PATIENCE = timedelta(minutes=10)  # how long a sent copy may take to show up
BUSY_PAUSE = timedelta(seconds=30)

GRANT_REASONS = {
    *("no_grant", "grant_paused", "grant_revoked", "grant_not_begun", "grant_expired"),
    *("scope_missing", "send_scope_missing", "not_your_draft", "facts_unknown"),
}


@dataclass(frozen=True)
class _Errand:
    """One row with what belongs to it, as it was when the work on it began."""

    send: ScheduledSend
    draft: Draft
    message: KnownMessage


@dataclass(frozen=True)
class _Standing:
    """How it stands in the mailbox: the draft if it is there, and whether somebody wrote since."""

    draft: base.Draft | None
    moved: bool


async def deliver(resources: Resources, mailbox_id: UUID, send_id: UUID, *, surface: str = "worker") -> ScheduledSend:
    """Do what a scheduled send needs now, and return it as it is then; anything but a due row is left alone.

    Raises NotFound for an unknown row. The ids are a hint only: rights are read from the row and its grant.
    """
    errand = await _errand(resources, mailbox_id, send_id)
    send, now = errand.send, clock.now()
    desk = await open_desk_for_job(resources, mailbox_id, send.scheduled_by, surface=surface)
    if send.state == SendState.PREPARED and send.due_at <= now:
        await _try(desk, errand)
    elif send.state == SendState.INTENT and send.intent_at and send.intent_at + LEASE <= now:
        await _recover(desk, errand)
    return (await _errand(resources, mailbox_id, send_id)).send


async def _try(desk: Desk, errand: _Errand) -> None:
    """Check once more, write the intent down, and send."""
    standing = await _look(desk, errand)
    if standing.draft is None:
        return await _settle(desk, errand, SendState.NEEDS_HUMAN, "draft_gone")
    if standing.draft.revision != errand.draft.revision:
        return await _settle(desk, errand, SendState.HELD, "draft_edited")
    if standing.moved:
        return await _settle(desk, errand, SendState.HELD, "thread_moved")
    return await _send(desk, errand, standing.draft)


async def _send(desk: Desk, errand: _Errand, standing: base.Draft) -> None:
    about = About(message=errand.message, draft=errand.draft, send=errand.send, content_sha256=digest(standing))
    fence = errand.send.fence + 1

    async def intend(session: AsyncSession, _decision: Decision) -> None:
        await _write_intent(session, errand.send, fence)

    about.noted["fence"] = fence
    try:
        async with desk.act(Act.SEND, about, within=intend) as hand:
            sent = await hand.mailbox.send_draft(errand.draft.provider_id)
            hand.note(provider_message=sent.id)
    except Conflict:
        return  # another worker has it, or it was cancelled: it is theirs now
    except NoAnswer:
        return  # nobody knows: the row stays in intent and is looked into when its lease is over
    except ProviderBusy as busy:
        await _later(desk, errand, fence, busy.retry_after)
    except MessageGone:
        await _recover(desk, errand, fence)
    except (Denied, NotFound, ProviderError) as refusal:
        await _settle(desk, errand, SendState.HELD, _why_held(refusal), fence)
    else:
        await _settle(desk, errand, SendState.SENT, "", fence, sent_id=sent.id)


async def _recover(desk: Desk, errand: _Errand, fence: int | None = None) -> None:
    """Find out how an unanswered send ended, and go on from there."""
    watcher = await open_desk_for_job(desk.resources, desk.mailbox.id, None, surface=desk.actor.surface)
    async with watcher.act(Act.RECOVER) as hand:
        copy = await hand.mailbox.find_sent(errand.draft.private_id, errand.message.thread_id)
    if copy:
        return await _settle(desk, errand, SendState.SENT, "", fence, sent_id=copy.id)
    standing = await _look(desk, errand)
    if standing.draft and fence is None:
        return await _send(desk, errand, standing.draft)
    begun = errand.send.intent_at or clock.now()
    if clock.now() < begun + PATIENCE:
        return None
    return await _settle(desk, errand, SendState.NEEDS_HUMAN, "draft_gone", fence)


async def _look(desk: Desk, errand: _Errand) -> _Standing:
    watcher = await open_desk_for_job(desk.resources, desk.mailbox.id, None, surface=desk.actor.surface)
    async with watcher.act(Act.RECOVER) as hand:
        try:
            draft = await hand.mailbox.draft(errand.draft.provider_id)
        except MessageGone:
            return _Standing(None, False)
        thread = await hand.mailbox.thread(errand.message.thread_id)
    since = errand.draft.created_at
    news = [each for each in thread.messages if each.folder is not base.Folder.DRAFTS and each.date > since]
    return _Standing(draft, bool(news))


async def _write_intent(session: AsyncSession, send: ScheduledSend, fence: int) -> None:
    """Move the row to intent if it still is as it was seen, and use up its approval; raise Conflict if not."""
    now = clock.now()
    taken = await session.execute(
        update(ScheduledSend)
        .where(col(ScheduledSend.mailbox_id) == send.mailbox_id, col(ScheduledSend.id) == send.id)
        .where(col(ScheduledSend.state) == send.state, col(ScheduledSend.fence) == send.fence)
        .where(col(ScheduledSend.due_at) <= now)
        .values(state=SendState.INTENT, fence=fence, intent_at=now, dispatched_at=now)
        .returning(col(ScheduledSend.id))
    )
    if taken.first() is None:
        raise Conflict
    await session.execute(
        update(Approval)
        .where(col(Approval.mailbox_id) == send.mailbox_id, col(Approval.draft_id) == send.draft_id)
        .where(col(Approval.ended_at).is_(None))
        .values(ended_at=now, ended_by=send.used_mark)
    )


async def _settle(
    desk: Desk, errand: _Errand, state: SendState, reason: str, fence: int | None = None, *, sent_id: str = ""
) -> None:
    """Write down how it ended, unless somebody else has taken the row since (its fence is higher then)."""
    now, send = clock.now(), errand.send
    ended = state in (SendState.SENT, SendState.CANCELLED)
    async with desk.resources.db.transaction(mailbox=send.mailbox_id) as session:
        mine = await session.execute(
            update(ScheduledSend)
            .where(col(ScheduledSend.mailbox_id) == send.mailbox_id, col(ScheduledSend.id) == send.id)
            .where(col(ScheduledSend.state).in_([SendState.PREPARED, SendState.INTENT]))
            .where(col(ScheduledSend.fence).in_([send.fence, fence or send.fence]))
            .values(state=state, reason=reason, sent_id=sent_id, ended_at=now if ended else None)
            .returning(col(ScheduledSend.id))
        )
        if mine.first() and state is SendState.SENT:
            draft = await session.get_one(Draft, (send.mailbox_id, send.draft_id))
            draft.state = DraftState.SENT


async def _later(desk: Desk, errand: _Errand, fence: int, retry_after: float | None) -> None:
    """Put a row back that the provider would not take yet; the dispatcher comes for it when the pause is over."""
    pause = timedelta(seconds=retry_after) if retry_after else BUSY_PAUSE
    send = errand.send
    async with desk.resources.db.transaction(mailbox=send.mailbox_id) as session:
        await session.execute(
            update(ScheduledSend)
            .where(col(ScheduledSend.mailbox_id) == send.mailbox_id, col(ScheduledSend.id) == send.id)
            .where(col(ScheduledSend.state) == SendState.INTENT, col(ScheduledSend.fence) == fence)
            .values(state=SendState.PREPARED, dispatched_at=clock.now() + pause - LEASE)
        )


def _why_held(refusal: Exception) -> str:
    if isinstance(refusal, NotFound):
        return "private"
    if isinstance(refusal, MailboxDisconnected):
        return "mailbox_not_active"
    if not isinstance(refusal, Denied):
        return "refused"
    known = {"approval_needed": "approval_missing", "mailbox_not_active": "mailbox_not_active"}
    return "grant_gone" if refusal.reason in GRANT_REASONS else known.get(refusal.reason, refusal.reason)


async def _errand(resources: Resources, mailbox_id: UUID, send_id: UUID) -> _Errand:
    async with resources.db.transaction(mailbox=mailbox_id) as session:
        send = await session.get(ScheduledSend, (mailbox_id, send_id))
        draft = await session.get(Draft, (mailbox_id, send.draft_id)) if send else None
        message = await session.get(KnownMessage, (mailbox_id, draft.message_id)) if draft else None
    if send is None or draft is None or message is None:
        raise NotFound
    return _Errand(send, draft, message)
