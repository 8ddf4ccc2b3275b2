"""Situations that many stories begin with, and what the practice provider's ledger says about them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlmodel import col, select

from app import clock
from app.actions import approve, draft, schedule, send
from app.actions.desk import Desk
from app.actions.draft import SeenDraft, see_draft
from app.actions.list_messages import list_messages
from app.actions.log import MOST_ENTRIES, read_log, verify
from app.actions.resources import Resources
from app.models.audit import AuditEntry
from app.models.draft import ScheduledSend
from app.models.grant import Grant
from app.models.mailbox import KnownMessage, Mailbox
from app.models.person import Person
from app.providers.allowed import allowed
from app.providers.base import Listing
from app.providers.transport import Transport
from app.sandbox.faults import Fault, Kind
from app.sandbox.gmail.arriving import deliver as arrive
from app.sandbox.ledger import Effect
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import make_app
from tests.people import ALICE, CLIENT, desk_of, mail, make_grant

HOUR = timedelta(hours=1)
TERRACE = "Terrace in March?"
REPLY = "Dear Clara,\n\nyes, in March.\n\nBob for Alice"
SEND = "*/drafts/send"


def effects(sandbox: Sandbox, *kinds: str) -> list[Effect]:
    """Return what the provider did, in order; of these kinds, or of all."""
    done = [entry.effect for entry in sandbox.ledger.entries if entry.effect]
    return [effect for effect in done if not kinds or effect.kind in kinds]


def sends(sandbox: Sandbox) -> int:
    """Return how many letters left, by the provider's account."""
    assert len(sandbox.left) == len(effects(sandbox, "send"))
    return len(sandbox.left)


def fails(sandbox: Sandbox, fault: Kind | str, path: str = SEND, **more: float) -> None:
    """Have the next call to a path fail."""
    sandbox.faults.replace([Fault(path=path, fault=Kind(fault), **more)])


def client_writes(sandbox: Sandbox, text: str = "Or rather in April?", sender: str = CLIENT) -> None:
    """Have a new message come into the conversation about the terrace."""
    raw = mail(sender, f"Re: {TERRACE}", text, answers="<march@customer.example>")
    arrive(sandbox.mailbox(ALICE[0]), raw)


def edit_by_hand(sandbox: Sandbox, seen: SeenDraft, old: bytes, new: bytes) -> None:
    """Change a draft in the owner's own mail program."""
    box = sandbox.mailbox(ALICE[0])
    held = box.drafts[seen.draft.id]
    before = box.messages[held.message_id]
    raw = box.raw(before)
    assert old in raw
    changed = box.put(raw.replace(old, new), labels={"DRAFT"}, date=before.date + 1, thread_id=before.thread_id)
    box.remove(before)
    held.message_id = changed.id


def delete_by_hand(sandbox: Sandbox, seen: SeenDraft) -> None:
    """Throw a draft away in the owner's own mail program."""
    box = sandbox.mailbox(ALICE[0])
    box.remove(box.messages[box.drafts.pop(seen.draft.id).message_id])


async def message_id(desk: Desk, subject: str = TERRACE) -> UUID:
    """Return our id of a message that the desk can see."""
    page = await list_messages(desk, Listing(folder=None))
    return next(each.id for each in page.messages if each.message.subject == subject)


async def written(desk: Desk, text: str = REPLY, subject: str = TERRACE) -> SeenDraft:
    """Write a reply as a draft."""
    return await draft.write_draft(desk, await message_id(desk, subject), text)


async def in_an_hour(desk: Desk, seen: SeenDraft, *, hours: float = 1) -> ScheduledSend:
    """Have a draft leave in an hour."""
    at = (clock.now() + hours * HOUR).replace(tzinfo=None, microsecond=0)
    return await schedule.schedule(desk, seen.row.id, wall_time=at, zone="UTC")


async def approved(desk: Desk, seen: SeenDraft) -> None:
    """Have the owner read a draft and say yes to what she read."""
    shown = await see_draft(desk, seen.row.id)
    await approve.approve(desk, seen.row.id, sha256=shown.sha256)


@dataclass(frozen=True)
class World:
    """Alice with her connected mailbox, Bob who may assist her, and everything they need."""

    resources: Resources
    sandbox: Sandbox
    alice: Person
    bob: Person
    mailbox: Mailbox

    async def owner(self) -> Desk:
        """Seat Alice."""
        return await desk_of(self.resources, self.alice, self.mailbox)

    async def assistant(self) -> Desk:
        """Seat Bob."""
        return await desk_of(self.resources, self.bob, self.mailbox)

    async def grant(self, *scopes: str, **more: Any) -> Grant:
        """Give Bob a grant: the usual scopes, or these."""
        given = more | ({"scopes": scopes} if scopes else {})
        return await make_grant(self.resources, self.mailbox, self.bob, **given)

    async def deliver(self, planned: ScheduledSend) -> ScheduledSend:
        """Do what a worker does with a scheduled send."""
        return await send.deliver(self.resources, planned.mailbox_id, planned.id)

    async def ready(self, *, text: str = REPLY, yes: bool = True) -> Ready:
        """Return a reply of Bob's under his grant, scheduled in an hour and approved by Alice."""
        owner, desk = await self.owner(), await self.assistant()
        seen = await written(desk, text)
        planned = await in_an_hour(desk, seen)
        if yes:
            await approved(owner, seen)
        return Ready(owner, desk, seen, planned)


@dataclass(frozen=True)
class Ready:
    """A reply of Bob's that is scheduled in an hour, and approved."""

    owner: Desk
    desk: Desk
    seen: SeenDraft
    send: ScheduledSend

    async def now(self) -> ScheduledSend:
        """Return the row as it stands."""
        return await schedule.send_of(self.owner, self.send.id)

    async def deliver(self) -> ScheduledSend:
        """Do what a worker does with it."""
        return await send.deliver(self.desk.resources, self.send.mailbox_id, self.send.id)


def its_hour_comes() -> None:
    """Move the clock past the hour, and past the access token that was used before."""
    clock.move(HOUR + timedelta(minutes=1))


def after_the_look(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Have something happen between a worker's look at the draft and its intent; it may have to be awaited."""
    looked: Callable[..., Awaitable[object]] = send.look

    async def and_then(*given: object) -> object:
        found, happened = await looked(*given), happens()
        if isinstance(happened, Awaitable):
            await happened
        return found

    monkeypatch.setattr(send, "look", and_then)


def lease_is_over() -> None:
    """Move the clock so far that a silent worker is taken for dead."""
    clock.move(timedelta(seconds=61))


async def log_of(owner: Desk) -> list[AuditEntry]:
    """Return the owner's whole log, oldest first, having verified its chain."""
    assert await verify(owner) is None
    found: list[AuditEntry] = []
    before: int | None = None
    while True:
        page = await read_log(owner, before=before)
        found += page.entries
        if len(page.entries) < MOST_ENTRIES:
            return found[::-1]
        before = page.before


async def last(owner: Desk, count: int = 2) -> list[tuple[str, str, str, str]]:
    """Return the newest entries as (phase, action, decision, outcome or reason), oldest first."""
    entries = (await log_of(owner))[-count:]
    return [(each.phase, each.action, each.decision, each.outcome or each.reason) for each in entries]


async def known_messages(resources: Resources, mailbox: Mailbox) -> list[KnownMessage]:
    """Return everything remembered of the mailbox's messages."""
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        rows = await session.execute(select(KnownMessage).where(col(KnownMessage.mailbox_id) == mailbox.id))
        return list(rows.scalars())


async def grant_now(resources: Resources, grant: Grant) -> Grant:
    """Return a grant as it stands in the database."""
    async with resources.db.transaction(mailbox=grant.mailbox_id) as session:
        return await session.get_one(Grant, (grant.mailbox_id, grant.id))


@asynccontextmanager
async def impatient(resources: Resources, sandbox: Sandbox, read_seconds: float = 0.2) -> AsyncIterator[Resources]:
    """Give resources that wait for an answer a moment only."""
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(make_app(sandbox))) as client:
        transport = Transport(client, allowed(resources.settings), read_seconds=read_seconds)
        yield Resources(resources.settings, resources.db, resources.keys, transport, resources.reader, resources.secret)


def subjects(messages: Iterable[object]) -> list[str]:
    """Return the subjects of listed messages."""
    return [each.message.subject for each in messages]  # type: ignore[attr-defined]


def at(text: str) -> datetime:
    """Return a wall time."""
    return datetime.fromisoformat(text)
