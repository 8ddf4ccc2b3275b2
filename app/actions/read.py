"""Read a message and its conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.access.acts import Act
from app.access.decide import Kind
from app.actions import excerpts, whole
from app.actions.attached import with_public_files
from app.actions.conversation import shown_of
from app.actions.desk import Desk
from app.actions.draft import message_of
from app.actions.hand import About
from app.actions.listed import SeenMessage
from app.providers.base import Content, Message


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
        if not hand.alone:
            content = await with_public_files(desk, hand, content)
    rows, rules = await whole.learnt(desk, known, content, thread, alone=hand.alone)
    messages: Sequence[Message] = thread.messages
    if desk.actor.kind is Kind.ASSISTANT:
        messages = shown_of(desk, hand, known, thread.messages, rows)
        content = excerpts.letter_shown(content, rules, thread.messages, alone=hand.alone)
        messages = excerpts.beginnings_shown(messages, rules, [known.provider_id] if hand.alone else [])
    others = tuple(SeenMessage(id=rows[each.id].id, message=each) for each in messages if each.id in rows)
    return SeenContent(id=known.id, content=content, thread=others)
