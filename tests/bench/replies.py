"""Approved replies of an assistant that wait for their hour: one a mailbox, made by the product, and copies of it.

A copy is what the product would have written: a letter, a draft of its own in its conversation, and the five rows of
that in the database. Only the log of its making is left out.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import uuid4

from sqlmodel import SQLModel, col, select

from app import clock
from app.actions.resources import Resources
from app.models.draft import Approval, Draft, ScheduledSend
from app.models.mailbox import KnownMessage
from app.models.person import Person
from app.providers.headers import PRIVATE_HEADER
from app.sandbox.gmail.mailbox import Draft as GmailDraft
from app.sandbox.gmail.mailbox import now_ms
from app.sandbox.sandbox import Sandbox
from tests.actions.situations import TERRACE, World
from tests.people import CLIENT, connected_mailbox, mail, make_person

WAYS = ("google", "microsoft")
SAID = "Could you start in March?"
Row = TypeVar("Row", bound=SQLModel)


@dataclass(frozen=True, kw_only=True)
class Copied:
    """A letter and a draft in its conversation, by the provider's ids."""

    letter: str
    thread: str
    draft: str
    seen_as: str  # among the messages of the conversation
    revision: str
    private_id: str


@dataclass(frozen=True)
class Pattern:
    """A mailbox with one approved reply that waits, as the product has written it."""

    world: World
    message: KnownMessage
    beside: KnownMessage  # the draft, as it was seen in the conversation
    draft: Draft
    send: ScheduledSend
    approval: Approval

    def copied(self) -> Copied:
        """Put another such letter with its draft into the mailbox."""
        if self.world.mailbox.provider == "gmail":
            return self._at_gmail(f"<{uuid4().hex}@customer.example>", uuid4().hex)
        return self._at_outlook(f"<{uuid4().hex}@customer.example>", uuid4().hex)

    def rows(self, copied: Copied, due_at: datetime) -> tuple[SQLModel, ...]:
        """Return the rows of a copy that is due then, in the order in which they refer to each other."""
        message = _again(self.message, provider_id=copied.letter, thread_id=copied.thread)
        beside = _again(self.beside, provider_id=copied.seen_as, thread_id=copied.thread)
        where = {"provider_id": copied.draft, "revision": copied.revision, "private_id": copied.private_id}
        draft = _again(self.draft, message_id=message.id, thread_seen=[copied.letter], **where)
        when = {"due_at": due_at, "wall_time": due_at.replace(tzinfo=None)}
        send = _again(self.send, draft_id=draft.id, **when)
        return message, beside, draft, send, _again(self.approval, draft_id=draft.id, due_at=due_at)

    def _letter(self, message_id: str) -> bytes:
        return mail(f"Clara <{CLIENT}>", TERRACE, SAID, to=self.world.alice.email, message_id=message_id)

    def _at_gmail(self, message_id: str, private_id: str) -> Copied:
        box = self.world.sandbox.mailbox(self.world.alice.email)
        before = box.messages[self.message.provider_id]
        raw = box.raw(box.messages[box.drafts[self.draft.provider_id].message_id])
        raw = raw.replace(before.message_id.encode(), message_id.encode())
        raw = raw.replace(
            f"{PRIVATE_HEADER}: {self.draft.private_id}".encode(), f"{PRIVATE_HEADER}: {private_id}".encode()
        )
        letter = box.add(self._letter(message_id), labels=("INBOX",), internal_date=clock.now())
        held = box.put(raw, labels={"DRAFT"}, date=now_ms(), thread_id=letter.thread_id)
        draft = GmailDraft(f"r{secrets.randbelow(9 * 10**18) + 10**18}", held.id)
        box.drafts[draft.id] = draft
        return Copied(
            letter=letter.id,
            thread=letter.thread_id,
            draft=draft.id,
            seen_as=held.id,
            revision=held.id,
            private_id=private_id,
        )

    def _at_outlook(self, message_id: str, private_id: str) -> Copied:
        box = self.world.sandbox.graph_mailbox(self.world.alice.email)
        before = box.items[self.draft.provider_id]
        letter = box.add(self._letter(message_id), labels=("INBOX",), internal_date=clock.now())
        draft = box.new_draft(box.content(before), answers=letter)
        marks = before.properties.items()
        draft.properties = {name: value.replace(self.draft.private_id, private_id) for name, value in marks}
        return Copied(
            letter=letter.immutable,
            thread=letter.conversation,
            draft=draft.immutable,
            seen_as=draft.immutable,
            revision=draft.change,
            private_id=private_id,
        )


async def pattern_at(resources: Resources, sandbox: Sandbox, bob: Person, number: int) -> Pattern:
    """Connect a mailbox, at each provider in turn, and have Bob write a reply there that its owner approves."""
    way, owner = WAYS[number % len(WAYS)], f"alice{number}@practice.example"
    letter = mail(f"Clara <{CLIENT}>", TERRACE, SAID, to=owner, message_id=f"<{uuid4().hex}@customer.example>")
    if way == "google":
        sandbox.add_person(owner)
        sandbox.add_mailbox(owner).add(letter, labels=("INBOX",), internal_date=clock.now())
    else:
        outlook = sandbox.add_graph_mailbox(sandbox.add_graph_person(owner))
        outlook.add(letter, labels=("INBOX",), internal_date=clock.now())
    alice = await make_person(resources, owner, "Alice", way=way)
    world = World(resources, sandbox, alice, bob, await connected_mailbox(resources, alice, way=way))
    await world.grant()
    ready = await world.ready()
    async with resources.db.transaction(mailbox=world.mailbox.id) as session:
        draft = await session.get_one(Draft, (world.mailbox.id, ready.seen.row.id))
        message = await session.get_one(KnownMessage, (world.mailbox.id, draft.message_id))
        approval = (await session.execute(select(Approval).where(col(Approval.draft_id) == draft.id))).scalar_one()
        known = select(KnownMessage).where(col(KnownMessage.thread_id) == message.thread_id)
        beside = (await session.execute(known.where(col(KnownMessage.id) != message.id))).scalar_one()
    return Pattern(world, message, beside, draft, ready.send, approval)


def _again(row: Row, **other: Any) -> Row:
    same = {name: getattr(row, name) for name in type(row).model_fields}
    return type(row)(**same | {"id": uuid4()} | other)
