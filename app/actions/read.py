"""Read a message and its conversation, or open one of its attachments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.access.acts import Act
from app.access.decide import Kind
from app.actions import excerpts, whole
from app.actions.desk import Desk
from app.actions.draft import message_of
from app.actions.hand import About, Hand
from app.actions.likeness import covered_of
from app.actions.listed import SeenMessage
from app.errors import NotFound
from app.models.mailbox import Known, KnownMessage
from app.providers.base import Attachment, Content, Message


@dataclass(frozen=True, kw_only=True)
class SeenContent:
    """A message with its body, and the other messages of its conversation without theirs, oldest first."""

    id: UUID
    content: Content
    thread: tuple[SeenMessage, ...]

    @property
    def labels(self) -> list[str]:
        """Return the labels that the reader sees here; the owner's others may belong to mail that is private."""
        return sorted(self.content.message.labels.union(*(each.message.labels for each in self.thread)))


async def read(desk: Desk, message_id: UUID) -> SeenContent:
    """Return a message to read; raises NotFound for what is private, as if it did not exist."""
    known = await message_of(desk, message_id)
    async with desk.act(Act.READ, About(message=known)) as hand:
        content = await hand.mailbox.read(known.provider_id)
        thread = await hand.mailbox.thread(known.thread_id)
    rows, rules = await whole.learnt(desk, known, content, thread, alone=hand.alone)
    messages: Sequence[Message] = thread.messages
    if desk.actor.kind is Kind.ASSISTANT:
        messages = _hers(desk, hand, known, thread.messages, rows)
        content = excerpts.letter_shown(content, rules, thread.messages, alone=hand.alone)
        messages = excerpts.beginnings_shown(messages, rules, [known.provider_id] if hand.alone else [])
    others = tuple(SeenMessage(id=rows[each.id].id, message=each) for each in messages if each.id in rows)
    return SeenContent(id=known.id, content=content, thread=others)


def _hers(
    desk: Desk, hand: Hand, known: KnownMessage, messages: Sequence[Message], rows: dict[str, Known]
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


async def open_attachment(desk: Desk, message_id: UUID, number: int) -> tuple[Attachment, bytes]:
    """Return one attachment of a message by its place (0 is the first) with its bytes."""
    known = await message_of(desk, message_id)
    async with desk.act(Act.OPEN_ATTACHMENT, About(message=known)) as hand:
        content = await hand.mailbox.read(known.provider_id)
        await whole.learnt_of_file(desk, known, content)
        if not 0 <= number < len(content.attachments):
            raise NotFound
        attachment = content.attachments[number]
        return attachment, await hand.mailbox.attachment(known.provider_id, attachment.id)
