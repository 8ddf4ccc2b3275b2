"""Read a message and its conversation, or open one of its attachments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from app.access.acts import Act
from app.access.decide import Kind
from app.access.visibility import PrivateRules, without_private, without_quotes
from app.actions import seeing
from app.actions.desk import Desk
from app.actions.draft import message_of
from app.actions.hand import About, Hand
from app.actions.likeness import covered_of
from app.actions.list_messages import SeenMessage
from app.errors import NotFound
from app.models.mailbox import KnownMessage
from app.providers.base import Attachment, Content, Message

MOST_SNIPPET = 200  # characters, about what a provider gives as the first words


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A message with its body, and the other messages of its conversation without theirs, oldest first."""

    id: UUID
    content: Content
    thread: tuple[SeenMessage, ...]

    @property
    def labels(self) -> list[str]:
        """Return the labels that the reader sees here; the owner's others may belong to mail that is private."""
        return sorted(self.content.message.labels.union(*(each.message.labels for each in self.thread)))


async def read(desk: Desk, message_id: UUID) -> Reading:
    """Return a message to read; raises NotFound for what is private, as if it did not exist."""
    known = await message_of(desk, message_id)
    async with desk.act(Act.READ, About(message=known)) as hand:
        content = await hand.mailbox.read(known.provider_id)
        thread = await hand.mailbox.thread(known.thread_id)
    rows, rules = await seeing.learn_by(desk.resources, desk.mailbox, [thread])
    messages: Sequence[Message] = thread.messages
    if desk.actor.kind is Kind.ASSISTANT:
        messages = _hers(desk, hand, known, thread.messages, rows)
        content = _for_assistant(content, rules, alone=hand.alone)
        messages = seeing.beginnings_shown(messages, rules, [known.provider_id] if hand.alone else [])
    others = tuple(SeenMessage(id=rows[each.id].id, message=each) for each in messages if each.id in rows)
    return Reading(id=known.id, content=content, thread=others)


def _hers(
    desk: Desk, hand: Hand, known: KnownMessage, messages: Sequence[Message], rows: dict[str, KnownMessage]
) -> list[Message]:
    """Return what of a conversation an assistant sees; raise NotFound if it became private since the decision."""
    now = rows.get(known.provider_id)
    if now is None or now.private or (now.excepted and not hand.alone):
        raise NotFound
    if hand.alone:
        return [each for each in messages if each.id == known.provider_id]
    if any(row.private for row in rows.values()):
        raise NotFound
    return covered_of(desk.actor.kind, hand.grant, messages, desk.mailbox)


def _for_assistant(content: Content, rules: PrivateRules, *, alone: bool) -> Content:
    """Leave out what a letter quotes of a private one, and its HTML altogether where that quotes one too.

    One that is shown alone shows its own words and nothing else: no quotation, no HTML, no file.
    """
    if alone:
        words = without_quotes(content.text)
        message = seeing.by_itself(content.message, words[:MOST_SNIPPET])
        return replace(content, message=message, text=words, html="", attachments=())
    text, html = [without_private(each, rules.senders) for each in (content.text, content.html)]
    (message,) = seeing.beginnings_shown([content.message], rules)
    whole = (text, html) == (content.text, content.html)
    return replace(content, message=message, text=text, html=html if whole else "")


async def open_attachment(desk: Desk, message_id: UUID, number: int) -> tuple[Attachment, bytes]:
    """Return one attachment of a message by its place (0 is the first) with its bytes."""
    known = await message_of(desk, message_id)
    async with desk.act(Act.OPEN_ATTACHMENT, About(message=known)) as hand:
        content = await hand.mailbox.read(known.provider_id)
        if not 0 <= number < len(content.attachments):
            raise NotFound
        attachment = content.attachments[number]
        return attachment, await hand.mailbox.attachment(known.provider_id, attachment.id)
