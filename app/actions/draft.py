"""Drafts: written into the owner's mailbox at once, where the owner sees them; edited and read back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.access.acts import Act
from app.access.decide import Kind
from app.actions.desk import Desk
from app.actions.fingerprints import digest, edited, thread_ids
from app.actions.hand import About, Hand
from app.actions.hanging import LEFT, require_open, require_settled, words_change
from app.actions.writing import (
    checked_text,
    keep_words,
    new_row,
    only_recipient,
    quotation_shown,
    reply_of,
    reply_to,
    same_words,
)
from app.errors import AppError, BadRequest, Conflict, MessageGone, NoAnswer, NotFound, ProviderBusy, ProviderError
from app.models.draft import Draft as DraftRow
from app.models.draft import DraftState
from app.models.mailbox import KnownMessage
from app.providers.base import Draft, Reply

EDITING = timedelta(minutes=10)  # longer than all the calls take with which a draft is rewritten


class _NothingToChangeError(Exception):
    """These words stand in the mailbox already."""


@dataclass(frozen=True, kw_only=True)
class SeenDraft:
    """A draft as it stands in the mailbox, with what is known of it here; `thread_ids` as `draft.thread_seen`.

    `quoted` is what of its quotation is shown to whoever looks; `answers_gone` says that the letter it answers is no
    longer in the mailbox, `unchanged` that an edit had nothing to change.
    """

    row: DraftRow
    draft: Draft
    sha256: bytes
    thread_ids: tuple[str, ...] = ()
    quoted: str = ""
    answers_gone: bool = False
    unchanged: bool = False

    @property
    def edited_by_hand(self) -> bool:
        """Whether somebody made something else of it in the mailbox since it was last written from here."""
        return edited(self.row, self.draft)

    @property
    def thread_moved(self) -> bool:
        """Whether a message has come into the conversation since these words were decided about."""
        return not set(self.thread_ids) <= set(self.row.thread_seen)

    def require_known(self, sha256: bytes | None) -> None:
        """Raise Conflict if it was edited by hand into something other than the digest names."""
        if self.sha256 != sha256 and (sha256 is not None or self.edited_by_hand):
            raise Conflict("The draft was changed in the mailbox meanwhile. Look at it again, then decide.")


async def write_draft(desk: Desk, message_id: UUID, text: str, *, draft_id: UUID | None = None) -> SeenDraft:
    """Write a reply to a message as a draft into its thread.

    The recipient is worked out here, never given by the writer. Raises BadRequest for an empty or endless text,
    Conflict if there is a draft `draft_id` already.
    """
    words = checked_text(text)
    message = await message_of(desk, message_id)
    row = await new_row(desk, message, draft_id)
    return await put_into_mailbox(desk, Act.DRAFT, row, words, About(message=message, noted={"provider_draft": ""}))


async def put_into_mailbox(desk: Desk, act: Act, row: DraftRow, words: str, about: About) -> SeenDraft:
    """Write words as a draft into the thread of the message that `about` names; its row is kept with the decision."""
    message = about.message
    if message is None:
        raise NotFound

    async def keep(session: AsyncSession) -> None:
        session.add(row)
        try:
            await session.flush()
        except IntegrityError:
            raise Conflict("This draft is being written already. Look again in a moment.") from None

    async with desk.act(act, about, within=keep) as hand:
        try:
            thread = await hand.mailbox.thread(message.thread_id)
            to = reply_to(desk, thread.messages, message)
            draft = await _created(hand, reply_of(row, message, to, words), message.thread_id)
        except (ProviderError, BadRequest):
            await _forget(desk, row)
            raise
        hand.note(provider_draft=draft.id, content_sha256=digest(draft), recipients=draft.message.recipients)
        hand.note(subject_kind="draft", subject_id=row.id)
    return await _noted(desk, row, draft, thread_ids(thread.messages))


async def edit_draft(desk: Desk, draft_id: UUID, text: str, *, sha256: bytes | None = None) -> SeenDraft:
    """Replace the words of a draft; its approvals are void then, and what somebody else scheduled of it is held.

    Nobody decides about the draft until the mailbox has the other words: who has read those before would say yes to
    these. Raises Conflict if it was edited in the mailbox, unless `sha256` is the digest of what it became there, and
    BadRequest if it got further recipients or files there, which would be lost. The words that stand there already
    change nothing and void nothing.
    """
    words = checked_text(text)
    row, message = await draft_of(desk, draft_id)
    require_open(row)
    seen = await _seen(desk, row, message)
    seen.require_known(sha256)
    reply, until = reply_of(row, message, only_recipient(seen.draft), words), clock.now() + EDITING

    async def void(session: AsyncSession) -> None:
        kept = await session.get_one(DraftRow, (row.mailbox_id, row.id))
        if kept.state != DraftState.OPEN or kept.revision != row.revision:
            raise Conflict
        require_settled(kept)
        kept.template_id = kept.template_version = None  # these are other words now
        kept.editing_until = until
        await words_change(session, desk.actor, row)
        # Whoever may not edit is refused, and the refusal is recorded, whatever the words are. Whoever may has done no
        # more than look, which has its entry: this takes back what was decided, so the log tells of no edit that was
        # none, no number of the day is used up, and the owner's yes stands.
        if same_words(words, seen.draft.text):
            raise _NothingToChangeError

    noted = {"template_id": None, "template_version": None}  # so the audit says of these words, too
    try:
        async with desk.act(Act.EDIT, About(message=message, draft=row, noted=noted), within=void) as hand:
            draft = await hand.mailbox.update_draft(row.provider_id, reply, revision=seen.draft.revision)
            hand.note(content_sha256=digest(draft), recipients=draft.message.recipients)
    except _NothingToChangeError:
        return replace(seen, unchanged=True)
    except AppError:
        await _settled(desk, row, until)
        raise
    return await _noted(desk, row, draft, seen.thread_ids, until)


async def see_draft(desk: Desk, draft_id: UUID) -> SeenDraft:
    """Return a draft as it stands in the mailbox now.

    Raises Conflict if it has left, and MessageGone if it was thrown away there.
    """
    try:
        return await _seen(desk, *await draft_of(desk, draft_id))
    except MessageGone:
        row, _message = await draft_of(desk, draft_id)  # it may have left while we looked
        if row.state == DraftState.SENT:
            raise Conflict(LEFT) from None
        raise


async def draft_of(desk: Desk, draft_id: UUID) -> tuple[DraftRow, KnownMessage]:
    """Return a draft of this mailbox and the message it answers; raise NotFound for another's, or a colleague's."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        row = await session.get(DraftRow, (desk.mailbox.id, draft_id))
        message = await session.get(KnownMessage, (desk.mailbox.id, row.message_id)) if row else None
    hers = row is not None and row.author_id == desk.actor.person_id
    if row is None or message is None or (desk.actor.kind is Kind.ASSISTANT and not hers):
        raise NotFound
    return row, message


async def message_of(desk: Desk, message_id: UUID) -> KnownMessage:
    """Return a message of this mailbox by our id; raise NotFound for another's."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        row = await session.get(KnownMessage, (desk.mailbox.id, message_id))
    if row is None:
        raise NotFound
    return row


async def _seen(desk: Desk, row: DraftRow, message: KnownMessage) -> SeenDraft:
    async with desk.act(Act.SEE_DRAFT, About(message=message, draft=row)) as hand:
        draft = await hand.mailbox.draft(row.provider_id)
        thread = await hand.mailbox.thread(message.thread_id)
    quoted, ids = await quotation_shown(desk, draft), thread_ids(thread.messages)
    gone = thread.whole and message.provider_id not in ids
    return SeenDraft(row=row, draft=draft, sha256=digest(draft), thread_ids=ids, quoted=quoted, answers_gone=gone)


async def _created(hand: Hand, reply: Reply, thread_id: str) -> Draft:
    """Write a draft; where the answer got lost, look for it before anybody writes it again."""
    try:
        return await hand.mailbox.create_reply(reply)
    except (NoAnswer, ProviderBusy):
        found = await hand.mailbox.find_draft(reply.private_id, thread_id)
        if found is None:
            raise
        return found


async def _settled(desk: Desk, row: DraftRow, until: datetime) -> None:
    """Let others decide about a draft again that was not changed: an edit that lands all the same is seen as one."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        kept = await session.get_one(DraftRow, (row.mailbox_id, row.id), with_for_update=True)
        if kept.editing_until == until:
            kept.editing_until = None


async def _noted(
    desk: Desk, row: DraftRow, draft: Draft, ids: tuple[str, ...], until: datetime | None = None
) -> SeenDraft:
    """Note what now stands in the mailbox as ours; of an edit, as long as nobody can have decided `until` then.

    Raises Conflict for an edit that took longer: it is seen as one by hand.
    """
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        kept = await session.get_one(DraftRow, (row.mailbox_id, row.id), with_for_update=True)
        if kept.editing_until != until or (until and until <= clock.now()):
            raise Conflict
        kept.editing_until = None
        # Other words than those that she did not want; what she has said since these were begun is about those before.
        if kept.content_sha256 != digest(draft):
            if kept.sent_back_at == row.sent_back_at:
                kept.sent_back_at, kept.word = None, b""
            if kept.declined_at == row.declined_at:
                kept.declined_at = None
        kept.provider_id, kept.revision, kept.content_sha256 = draft.id, draft.revision, digest(draft)
        kept.thread_seen, kept.updated_at = list(ids), clock.now()
        if kept.state == DraftState.PREPARING:
            kept.state = DraftState.OPEN
        await keep_words(session, desk, kept, draft.text)
    quoted = await quotation_shown(desk, draft)
    return SeenDraft(row=kept, draft=draft, sha256=kept.content_sha256, thread_ids=ids, quoted=quoted)


async def _forget(desk: Desk, row: DraftRow) -> None:
    """Take back the row of a draft that was not written, so that the same call can be made again."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        await session.delete(await session.get_one(DraftRow, (row.mailbox_id, row.id)))
