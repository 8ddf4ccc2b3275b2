"""Send what is due, once: draft → intent under the grant's lock → one call → positive proof → sent.

Whatever dies in between, the row says how far it came. A row in `intent` whose worker fell silent is looked into
before anything is repeated: the sent copy settles it; a draft that still stands is decided about anew; if neither
can be found for ten minutes, a person is asked. Gone is not proof of sent.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import clock
from app.access.acts import Act
from app.actions.connection_lost import LOST, shut_since
from app.actions.desk import Desk
from app.actions.errand import Errand, Found, errand_of, look, note_moved
from app.actions.hand import About
from app.actions.postpone import waits_for_hours, waits_for_its_clock
from app.actions.resources import Resources
from app.actions.seats import open_desk_for_job
from app.actions.settling import LEASE, RESTORED, hold, later, settle, why_held
from app.errors import Conflict, Denied, MessageGone, NoAnswer, NotFound, ProviderBusy, ProviderError
from app.models.draft import Approval, Draft, DraftState, ScheduledSend, SendState

PATIENCE = timedelta(minutes=10)  # how long a sent copy may take to show up
# How long an access token that was handed out before the consent ended may still open the mailbox: Google's live an
# hour, Entra's up to a day (developers.google.com/identity/protocols/oauth2, a tenant's AccessTokenLifetime).
STILL_OPENS = {"gmail": timedelta(hours=1), "graph": timedelta(hours=24)}


async def deliver(resources: Resources, mailbox_id: UUID, send_id: UUID, *, surface: str = "worker") -> ScheduledSend:
    """Do what a scheduled send needs now, and return it as it is then; anything but a due row is left alone.

    Raises NotFound for an unknown row. The ids are a hint only: rights are read from the row and its grant.
    """
    errand = await errand_of(resources, mailbox_id, send_id)
    send, now = errand.send, clock.now()
    due = send.state == SendState.PREPARED and send.due_at <= now
    silent = errand.begun and send.intent_at is not None and send.intent_at + LEASE <= now
    if due or silent:
        desk = await open_desk_for_job(resources, mailbox_id, send.scheduled_by, surface=surface, key_id=send.key_id)
        try:
            await _go_on(desk, errand)
        except (ProviderBusy, NoAnswer):
            pass  # nothing is settled; the dispatcher comes again when the lease is over
        except (Denied, ProviderError) as trouble:
            await _cannot_look(desk, errand, trouble)
    return (await errand_of(resources, mailbox_id, send_id)).send


async def _go_on(desk: Desk, errand: Errand) -> None:
    """Look how it stands in the mailbox, then send what may leave and write down the rest."""
    found = await look(desk, errand)
    if found.copy:
        await settle(desk, errand, SendState.SENT, "", sent_id=found.copy.id)
    elif found.moved and found.moved.id != errand.draft.provider_id:
        await note_moved(desk, errand, found.moved)
        await _go_on(desk, await errand_of(desk.resources, errand.send.mailbox_id, errand.send.id))
    elif found.wrong:
        await hold(desk, errand, found.wrong)
    elif desk.mailbox.reconciling:  # before the hours: it moves to none of them
        if found.sha256:
            await hold(desk, errand, RESTORED)
    elif found.sha256:
        if not (await waits_for_its_clock(desk, errand) or await waits_for_hours(desk, errand, found)):
            await _send(desk, errand, found)
    elif not errand.begun or clock.now() >= (errand.send.intent_at or clock.now()) + PATIENCE:
        await settle(desk, errand, SendState.NEEDS_HUMAN, "draft_gone")


async def _send(desk: Desk, errand: Errand, found: Found) -> None:
    """Write the intent down and send; what was refused is held, what nobody knows stays in intent.

    What is refused before that is held only if the row is still as it was read: another worker may have begun to send
    it, and its fence is the one that this worker would have written.
    """
    fence = errand.send.fence + 1
    written: int | None = None
    about = About(
        message=errand.message,
        draft=errand.draft,
        send=errand.send,
        content_sha256=found.sha256,
        recipients=found.recipients,
        noted={"fence": fence},
    )

    async def intend(session: AsyncSession, _decision: object) -> None:
        about.noted["approval_id"] = await _write_intent(session, errand, fence)

    try:
        async with desk.act(Act.SEND, about, within=intend) as hand:
            written = fence
            sent = await hand.mailbox.send_draft(errand.draft.provider_id)
            hand.note(provider_sent=sent.id)
    except (Conflict, NoAnswer):
        return  # another worker has it, or it was cancelled; or it is looked into when its lease is over
    except ProviderBusy as busy:
        if written:
            await later(desk, errand, written, busy.retry_after)
    except MessageGone:
        await _perhaps_sent(desk, errand)
    except (Denied, NotFound, ProviderError) as refusal:
        # What could not be told this time, because the owner's rules changed just now, is judged again next time.
        if getattr(refusal, "reason", "") != "facts_unknown":
            await hold(desk, errand, why_held(refusal), fence=written, told=True)
    else:
        await settle(desk, errand, SendState.SENT, "", fence=written, sent_id=sent.id, told=True)


async def _perhaps_sent(desk: Desk, errand: Errand) -> None:
    """The draft was gone when it was to be sent: perhaps by an earlier attempt, which its copy would prove."""
    fresh = await errand_of(desk.resources, errand.send.mailbox_id, errand.send.id)
    found = await look(desk, fresh)
    if found.copy:
        await settle(desk, fresh, SendState.SENT, "", sent_id=found.copy.id)


async def _cannot_look(desk: Desk, errand: Errand, trouble: Exception) -> None:
    """Hold what cannot be looked into until a person acts; what was begun stays on its way until somebody can look.

    If the mailbox stays disconnected, that ends when no token is left by which a worker that wakes up could send.
    """
    if not errand.begun:
        await settle(desk, errand, SendState.HELD, why_held(trouble))
    elif why_held(trouble) == LOST and await _out_of_reach(desk):
        await settle(desk, errand, SendState.NEEDS_HUMAN, "unknown")


async def _out_of_reach(desk: Desk) -> bool:
    """Say whether the mailbox has been without a consent for so long that no token of ours opens it any more."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        lost_at = await shut_since(session, desk.mailbox.id)
    return lost_at is not None and clock.now() >= lost_at + STILL_OPENS[desk.mailbox.provider]


async def _write_intent(session: AsyncSession, errand: Errand, fence: int) -> UUID | None:
    """Move the row to intent if all still is as it was seen, and use up its approval; raise Conflict if not.

    Returns that approval, which an earlier attempt of this very send may have used; None if it needs none.
    """
    now, send = clock.now(), errand.send
    draft = await session.get_one(Draft, (send.mailbox_id, send.draft_id))  # locked with the decision
    if draft.state != DraftState.OPEN or draft.revision != errand.draft.revision:
        raise Conflict
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
    used = await session.execute(
        select(col(Approval.id))
        .where(col(Approval.mailbox_id) == send.mailbox_id, col(Approval.draft_id) == send.draft_id)
        .where(col(Approval.ended_by) == send.used_mark)
        .order_by(col(Approval.approved_at).desc())
        .limit(1)
    )
    return used.scalar_one_or_none()
