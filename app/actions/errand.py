"""One scheduled send with what belongs to it, and how it stands in the mailbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app import clock
from app.access.acts import Act
from app.actions.desk import Desk
from app.actions.fingerprints import digest, edited, thread_ids
from app.actions.hand import About, Hand, Looked
from app.actions.resources import Resources
from app.actions.seats import open_desk_for_job, watching
from app.db.plain import Detached, first, joined
from app.errors import InvalidMessage, MessageGone, NotFound
from app.models.draft import Draft, ScheduledSend, SendState
from app.models.mailbox import KnownMessage, Mailbox, MailboxLimit
from app.providers import base

PARTS: tuple[Detached[Any], ...] = (
    Detached(ScheduledSend), Detached(Draft), Detached(KnownMessage), Detached(Mailbox), Detached(MailboxLimit),
)  # fmt: skip
# In one statement: looked up one after the other they cost a send as much as all that is decided about it.
ERRANDS = " ".join(
    (
        "select",
        ", ".join(part.columns for part in PARTS),
        """
from scheduled_send
join draft on draft.mailbox_id = scheduled_send.mailbox_id and draft.id = scheduled_send.draft_id
join message on message.mailbox_id = scheduled_send.mailbox_id and message.id = draft.message_id
join mailbox on mailbox.id = scheduled_send.mailbox_id
left join mailbox_limit on mailbox_limit.mailbox_id = scheduled_send.mailbox_id
where scheduled_send.mailbox_id = %(mailbox_id)s
""",
    )
)
ERRAND = f"{ERRANDS} and scheduled_send.id = %(id)s"


@dataclass(frozen=True)
class Errand:
    """One row with what belongs to it, as it was when the work on it began."""

    send: ScheduledSend
    draft: Draft
    message: KnownMessage
    mailbox: Mailbox
    limit: MailboxLimit | None = None
    read_at: datetime = field(default_factory=clock.now)

    @property
    def begun(self) -> bool:
        """Whether a worker has begun to send it, and may still be about to."""
        return self.send.state == SendState.INTENT

    @property
    def about(self) -> About:
        """Return what an act on it concerns."""
        return About(message=self.message, draft=self.draft, send=self.send)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the mailbox holds of an errand: the digest of the draft if it is there, the sent copy if there is one.

    `recipients` are those of the draft; `looked` is its conversation; `wrong` is a reason (of `access.reasons.HELD`)
    for which it must not leave as it stands. `moved` is the copy that a worker has put in its place, and died before it
    could note that.
    """

    sha256: bytes = b""
    recipients: tuple[str, ...] = ()
    copy: base.Message | None = None
    looked: Looked | None = None
    wrong: str = ""
    moved: base.Draft | None = None


async def errand_of(resources: Resources, mailbox_id: UUID, send_id: UUID) -> Errand:
    """Read an errand from its rows; raise NotFound if there is none."""
    async with resources.db.transaction(mailbox=mailbox_id) as session:
        row = await first(session, ERRAND, {"mailbox_id": mailbox_id, "id": send_id})
    if row is None:
        raise NotFound
    return errand_from(row)


def errand_from(row: Sequence[Any]) -> Errand:
    """Return the errand of a row of ERRANDS."""
    return Errand(*joined(row, *PARTS))


async def look(desk: Desk, errand: Errand) -> Found:
    """Look into the mailbox; nobody's rights are asked, because nothing is shown to anybody."""
    async with watching(desk).act(Act.RECOVER) as hand:
        draft = await _draft(hand, errand)
        if errand.begun or draft is None:
            copy = await hand.mailbox.find_sent(errand.draft.private_id, errand.message.thread_id)
            if copy or draft is None:
                return Found(copy=copy, moved=None if copy else await _moved(hand, errand))
        if isinstance(draft, InvalidMessage) or edited(errand.draft, draft):
            return Found(wrong="draft_edited")
        at = clock.now()
        thread = await hand.mailbox.thread(errand.message.thread_id)
    moved = set(thread_ids(thread.messages)) - set(errand.draft.thread_seen)
    wrong = "thread_moved" if moved else ""
    looked = Looked(thread, at)
    return Found(sha256=digest(draft), recipients=draft.message.recipients, looked=looked, wrong=wrong)


async def sent_copy(desk: Desk, errand: Errand) -> base.Message | None:
    """Return the sent copy, looking for nothing else."""
    watcher = await open_desk_for_job(desk.resources, desk.mailbox.id, None, surface=desk.actor.surface)
    async with watcher.act(Act.RECOVER) as hand:
        return await hand.mailbox.find_sent(errand.draft.private_id, errand.message.thread_id)


async def retire(desk: Desk, errand: Errand) -> base.Message | None:
    """Put a copy in the place of a draft that a silent worker may still send: if it wakes, it finds nothing.

    Returns the sent copy if that worker was faster. Raises ProviderError as long as it is not certain.
    """
    watcher = await open_desk_for_job(desk.resources, desk.mailbox.id, None, surface=desk.actor.surface)
    async with watcher.act(Act.RETIRE, errand.about) as hand:
        copy = await hand.mailbox.find_draft(errand.draft.private_id, errand.message.thread_id)
        if copy is None or copy.id == errand.draft.provider_id:  # else an attempt before this one has come so far
            copy = await hand.mailbox.copy_draft(errand.draft.provider_id)
        await hand.mailbox.delete_draft(errand.draft.provider_id)
        sent = await hand.mailbox.find_sent(errand.draft.private_id, errand.message.thread_id)
        if sent:
            await hand.mailbox.delete_draft(copy.id)
            return sent
        hand.note(provider_draft=copy.id)
    await note_moved(desk, errand, copy)
    return None


async def note_moved(desk: Desk, errand: Errand, copy: base.Draft) -> None:
    """Note that another draft stands in the place of the one that was known."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        kept = await session.get_one(Draft, (errand.draft.mailbox_id, errand.draft.id), with_for_update=True)
        kept.provider_id = copy.id
        if digest(copy) == kept.content_sha256:  # else somebody has edited it, and it stays marked so
            kept.revision = copy.revision


async def _moved(hand: Hand, errand: Errand) -> base.Draft | None:
    if not errand.begun:
        return None
    return await hand.mailbox.find_draft(errand.draft.private_id, errand.message.thread_id)


async def _draft(hand: Hand, errand: Errand) -> base.Draft | InvalidMessage | None:
    try:
        return await hand.mailbox.draft(errand.draft.provider_id)
    except MessageGone:
        return None
    except InvalidMessage as unreadable:
        return unreadable
