"""What a reply is made of: its row, its recipient, its words."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.access.decide import Kind
from app.actions import excerpts
from app.actions.desk import Desk
from app.actions.own_grant import own_grant
from app.actions.tokens import vault_of
from app.errors import BadRequest, MessageGone, NotFound
from app.models.draft import Draft as DraftRow
from app.models.draft import DraftState
from app.models.mailbox import KnownMessage
from app.providers.base import Address, Draft, Message, Reply
from app.rules.replying import reply_target

DRAFTED = "draft.drafted"
LONGEST_TEXT = 100_000  # characters; a letter, not a book


async def new_row(desk: Desk, message: KnownMessage, draft_id: UUID | None) -> DraftRow:
    """Return the row of a reply that is about to be written, under the grant of whoever writes."""
    if desk.actor.person_id is None:
        raise NotFound
    grant = None if desk.actor.kind is Kind.OWNER else await own_grant(desk)
    return DraftRow(
        mailbox_id=desk.mailbox.id,
        id=draft_id or uuid4(),
        message_id=message.id,
        grant_id=grant.id if grant else None,
        author_id=desk.actor.person_id,
        private_id=secrets.token_hex(16),
        created_at=clock.now(),
        updated_at=clock.now(),
    )


def reply_to(desk: Desk, messages: Iterable[Message], message: KnownMessage) -> str:
    """Return to whom a reply to this message of a conversation goes; raise MessageGone if it is not there any more."""
    answered = next((each for each in messages if each.id == message.provider_id), None)
    if answered is None:
        raise MessageGone
    authors, reply_to, to = (
        [address.email for address in addresses] for addresses in (answered.authors, answered.reply_to, answered.to)
    )
    return reply_target(authors, reply_to, to, desk.mailbox.address)


def only_recipient(draft: Draft) -> str:
    """Return to whom a draft goes already: an edit changes words, never the recipient."""
    message = draft.message
    if len(message.to) != 1 or message.cc or message.bcc or draft.attachments:
        raise BadRequest("This draft was given other recipients or files in the mailbox. Change it there.")
    return message.to[0].email


def reply_of(row: DraftRow, message: KnownMessage, to: str, text: str) -> Reply:
    """Return what the mailbox is asked to write."""
    return Reply(answers=message.provider_id, to=(Address(email=to),), text=text, private_id=row.private_id)


def checked_text(text: str) -> str:
    """Return the text; raise BadRequest if it is empty or endless."""
    if not text.strip():
        raise BadRequest("Write something first: the text is empty.")
    if len(text) > LONGEST_TEXT:
        raise BadRequest("This text is too long for a letter: {most} characters are the most.", most=LONGEST_TEXT)
    return text


def same_words(one: str, other: str) -> bool:
    """Say whether two texts are one: a browser ends lines in its own way, and a mailbox adds or drops the last end."""
    return one.rstrip("\r\n").splitlines() == other.rstrip("\r\n").splitlines()


async def quotation_shown(desk: Desk, draft: Draft) -> str:
    """Return what of a draft's quotation is shown to whoever sits at the desk."""
    if desk.actor.kind is not Kind.ASSISTANT:
        return draft.quoted
    return await excerpts.shown(desk.resources, desk.mailbox, draft.quoted, [draft.message])


async def keep_words(session: AsyncSession, desk: Desk, kept: DraftRow, words: str) -> None:
    """Keep what the author of a draft has written, sealed; nothing of what anybody else makes of it."""
    hers = desk.actor.kind is Kind.ASSISTANT and kept.author_id == desk.actor.person_id
    if hers and kept.state == DraftState.OPEN:
        vault = await vault_of(session, desk.resources, kept.mailbox_id)
        kept.drafted = vault.seal(DRAFTED, kept.id, words)
