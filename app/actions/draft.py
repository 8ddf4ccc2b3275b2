"""Drafts: written into the owner's mailbox at once, where the owner sees them; edited, read back, thrown away."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.access.decide import Decision, Kind
from app.actions import grants
from app.actions.desk import Desk
from app.actions.hand import About
from app.errors import BadRequest, Conflict, MessageGone, NotFound
from app.models.draft import Approval, DraftState, ScheduledSend, SendState
from app.models.draft import Draft as DraftRow
from app.models.mailbox import KnownMessage
from app.providers.base import Address, Draft, Reply
from app.rules.canonical import content_sha256
from app.rules.replying import reply_target

LONGEST_TEXT = 100_000  # characters; a letter, not a book


@dataclass(frozen=True, kw_only=True)
class SeenDraft:
    """A draft as it stands in the mailbox, with what is known of it here."""

    row: DraftRow
    draft: Draft
    sha256: bytes

    @property
    def edited_by_hand(self) -> bool:
        """Whether somebody changed it in the mailbox since it was last written from here."""
        return self.row.revision != self.draft.revision


async def write_draft(desk: Desk, message_id: UUID, text: str, *, draft_id: UUID | None = None) -> SeenDraft:
    """Write a reply to a message as a draft into its thread.

    The recipient is worked out here, never given by the writer. Raises BadRequest for an empty or endless text,
    Conflict if there is a draft `draft_id` already.
    """
    message = await message_of(desk, message_id)
    grant = None if desk.actor.kind is Kind.OWNER else await grants.live_grant(desk)
    row = DraftRow(
        mailbox_id=desk.mailbox.id,
        id=draft_id or uuid4(),
        message_id=message.id,
        grant_id=grant.id if grant else None,
        author_id=_author(desk),
        private_id=secrets.token_hex(16),
        created_at=clock.now(),
        updated_at=clock.now(),
    )

    async def keep(session: AsyncSession, _decision: Decision) -> None:
        session.add(row)
        try:
            await session.flush()
        except IntegrityError:
            raise Conflict("This draft is being written already. Look again in a moment.") from None

    async with desk.act(Act.DRAFT, About(message=message, noted={"provider_draft": ""}), within=keep) as hand:
        answered = await hand.mailbox.message(message.provider_id)
        to = reply_target(
            [address.email for address in answered.authors],
            [address.email for address in answered.reply_to],
            [address.email for address in answered.to],
            desk.mailbox.address,
        )
        draft = await hand.mailbox.create_reply(_reply(row, message, to, _checked(text)))
        hand.note(provider_draft=draft.id, content_sha256=digest(draft), subject_kind="draft", subject_id=row.id)
    return await _noted(desk, row, draft)


async def edit_draft(desk: Desk, draft_id: UUID, text: str) -> SeenDraft:
    """Replace the words of a draft; its approvals are void then. Raises Conflict if it was edited in the mailbox."""
    row, message = await draft_of(desk, draft_id)
    if row.state != DraftState.OPEN:
        raise Conflict
    to = await _recipient(desk, row, message)

    async def void(session: AsyncSession, _decision: Decision) -> None:
        await void_approvals(session, row, because="edited")

    async with desk.act(Act.EDIT, About(message=message, draft=row), within=void) as hand:
        reply = _reply(row, message, to, _checked(text))
        draft = await hand.mailbox.update_draft(row.provider_id, reply, revision=row.revision)
        hand.note(content_sha256=digest(draft))
    return await _noted(desk, row, draft)


async def see_draft(desk: Desk, draft_id: UUID) -> SeenDraft:
    """Return a draft as it stands in the mailbox now; raises MessageGone if it was thrown away there."""
    row, message = await draft_of(desk, draft_id)
    async with desk.act(Act.SEE_DRAFT, About(message=message, draft=row)) as hand:
        draft = await hand.mailbox.draft(row.provider_id)
    return SeenDraft(row=row, draft=draft, sha256=digest(draft))


async def discard_draft(desk: Desk, draft_id: UUID) -> None:
    """Throw an unsent draft away, with what was scheduled of it."""
    row, message = await draft_of(desk, draft_id)

    async def stop(session: AsyncSession, _decision: Decision) -> None:
        await session.execute(
            update(ScheduledSend)
            .where(col(ScheduledSend.mailbox_id) == row.mailbox_id, col(ScheduledSend.draft_id) == row.id)
            .where(col(ScheduledSend.state).in_([SendState.PREPARED, SendState.HELD, SendState.NEEDS_HUMAN]))
            .values(state=SendState.CANCELLED, ended_at=clock.now(), reason="discarded")
        )
        await void_approvals(session, row, because="discarded")
        gone = await session.get_one(DraftRow, (row.mailbox_id, row.id), with_for_update=True)
        await _not_on_its_way(session, gone)
        gone.state = DraftState.GONE

    async with desk.act(Act.DISCARD, About(message=message, draft=row), within=stop) as hand:
        await hand.mailbox.delete_draft(row.provider_id)


async def open_drafts(desk: Desk) -> list[DraftRow]:
    """Return the drafts that wait here, newest first; an assistant sees those of her own grant."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        wanted = select(DraftRow).where(
            col(DraftRow.mailbox_id) == desk.mailbox.id, col(DraftRow.state) == DraftState.OPEN
        )
        if desk.actor.kind is not Kind.OWNER:
            wanted = wanted.where(col(DraftRow.author_id) == desk.actor.person_id)
        return list((await session.execute(wanted.order_by(col(DraftRow.created_at).desc()))).scalars())


async def draft_of(desk: Desk, draft_id: UUID) -> tuple[DraftRow, KnownMessage]:
    """Return a draft of this mailbox and the message it answers; raise NotFound for another's."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        row = await session.get(DraftRow, (desk.mailbox.id, draft_id))
        message = await session.get(KnownMessage, (desk.mailbox.id, row.message_id)) if row else None
    if row is None or message is None:
        raise NotFound
    return row, message


async def message_of(desk: Desk, message_id: UUID) -> KnownMessage:
    """Return a message of this mailbox by our id; raise NotFound for another's."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        row = await session.get(KnownMessage, (desk.mailbox.id, message_id))
    if row is None:
        raise NotFound
    return row


def digest(draft: Draft) -> bytes:
    """Return the digest of the canonical form of a draft as the mailbox gives it back."""
    message = draft.message
    return content_sha256(
        to=[address.email for address in message.to],
        cc=[address.email for address in message.cc],
        bcc=[address.email for address in message.bcc],
        sender=message.authors[0].email if message.authors else "",
        subject=message.subject,
        text=draft.text,
        attachments=[(attachment.name, attachment.size) for attachment in draft.attachments],
    )


async def void_approvals(session: AsyncSession, row: DraftRow, *, because: str) -> None:
    """End the approvals of a draft."""
    await session.execute(
        update(Approval)
        .where(col(Approval.mailbox_id) == row.mailbox_id, col(Approval.draft_id) == row.id)
        .where(col(Approval.ended_at).is_(None))
        .values(ended_at=clock.now(), ended_by=because)
    )


async def _recipient(desk: Desk, row: DraftRow, message: KnownMessage) -> str:
    """Return to whom the draft goes already: an edit changes words, never the recipient."""
    async with desk.act(Act.SEE_DRAFT, About(message=message, draft=row)) as hand:
        standing = await hand.mailbox.draft(row.provider_id)
    if standing.revision != row.revision:
        raise Conflict
    if not standing.message.to:
        raise MessageGone
    return standing.message.to[0].email


async def _not_on_its_way(session: AsyncSession, row: DraftRow) -> None:
    rows = await session.execute(
        select(ScheduledSend.id).where(
            col(ScheduledSend.mailbox_id) == row.mailbox_id,
            col(ScheduledSend.draft_id) == row.id,
            col(ScheduledSend.state) == SendState.INTENT,
        )
    )
    if rows.first():
        raise Conflict("It is too late: this draft is being sent right now.")


async def _noted(desk: Desk, row: DraftRow, draft: Draft) -> SeenDraft:
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        kept = await session.get_one(DraftRow, (row.mailbox_id, row.id), with_for_update=True)
        kept.provider_id, kept.revision, kept.content_sha256 = draft.id, draft.revision, digest(draft)
        kept.state, kept.updated_at = DraftState.OPEN, clock.now()
    return SeenDraft(row=kept, draft=draft, sha256=kept.content_sha256)


def _reply(row: DraftRow, message: KnownMessage, to: str, text: str) -> Reply:
    return Reply(answers=message.provider_id, to=(Address(email=to),), text=text, private_id=row.private_id)


def _author(desk: Desk) -> UUID:
    if desk.actor.person_id is None:
        raise NotFound
    return desk.actor.person_id


def _checked(text: str) -> str:
    if not text.strip():
        raise BadRequest("Write something first: the text is empty.")
    if len(text) > LONGEST_TEXT:
        raise BadRequest("This text is too long for a letter: {most} characters are the most.", most=LONGEST_TEXT)
    return text
