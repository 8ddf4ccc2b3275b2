"""Anything in any order: grants come and go, drafts are written, edited, approved, scheduled; the ledger keeps count.

What must hold after every step is compared with the practice provider's mailbox and ledger, not with our own tables.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app import clock
from app.actions import approve, draft, grants, schedule, send
from app.actions.desk import Desk
from app.actions.draft import SeenDraft, see_draft
from app.actions.opening import open_resources
from app.actions.resources import Resources
from app.actions.schedule import scheduled
from app.db.embedded import Cluster
from app.errors import AppError
from app.models.draft import SendState
from app.models.grant import Grant, NeedsApproval
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.sandbox.faults import Fault, Kind
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import make_app
from tests.actions.situations import (
    SEND,
    client_writes,
    delete_by_hand,
    edit_by_hand,
    in_an_hour,
    log_of,
    written,
)
from tests.people import (
    ALICE,
    BOB,
    KEY,
    ORIGIN,
    PRACTICE_MAIL,
    connected_mailbox,
    desk_of,
    make_grant,
    make_person,
    practice_settings,
)

ENDS = {"revoke": grants.revoke, "pause": grants.pause, "resume": grants.resume}


class Office:
    """Alice, Bob, and two workers, with a fresh database and a fresh mailbox."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self.cluster, self.folder = cluster, folder
        self.runner, self.stack = asyncio.Runner(), AsyncExitStack()
        self.drafts: list[SeenDraft] = []
        self.sends: dict[UUID, UUID] = {}  # scheduled send -> draft
        self.yes: dict[UUID, set[bytes]] = {}  # the words of each draft that the owner has approved or written
        self.under: dict[UUID, UUID] = {}  # draft -> the grant it was written under
        self.done: dict[UUID, int] = {}  # grant -> how many of its letters had left when its end was done
        self.free: set[UUID] = set()  # grants that let words leave without a yes
        self.do(self.open())

    def do(self, action: Any) -> Any:
        """Do something and return it, or the refusal."""

        async def done() -> Any:
            try:
                return await action
            except AppError as refusal:
                return refusal

        return self.runner.run(done())

    async def open(self) -> None:
        """Open everything."""
        name = f"story_{uuid4().hex}"
        with psycopg.connect(self.cluster.admin_url, autocommit=True) as admin:
            admin.execute(f"create database {name} template deskhand owner deskhand_owner strategy wal_log")
        self.stack.callback(self._drop, name)
        here = practice_settings(self.folder)
        here.clock_file.unlink(missing_ok=True)
        clock.practise(offset_file=here.clock_file)
        self.sandbox = Sandbox(ORIGIN, key=KEY)
        self.stack.callback(self.sandbox.close)
        for email, who in (ALICE, BOB):
            self.sandbox.add_person(email, who)
        self.box = self.sandbox.add_mailbox(ALICE[0])
        self.box.add(PRACTICE_MAIL[0], internal_date=clock.now())
        client = await self.stack.enter_async_context(
            httpx2.AsyncClient(transport=httpx2.ASGITransport(make_app(self.sandbox)))
        )
        url = self.cluster.url("deskhand_service", name)
        self.resources: Resources = await self.stack.enter_async_context(open_resources(here, url, client=client))
        self.alice: Person = await make_person(self.resources, *ALICE)
        self.bob: Person = await make_person(self.resources, *BOB)
        self.mailbox: Mailbox = await connected_mailbox(self.resources, self.alice)
        self.owner: Desk = await desk_of(self.resources, self.alice, self.mailbox)

    def _drop(self, name: str) -> None:
        with psycopg.connect(self.cluster.admin_url, autocommit=True) as admin:
            admin.execute(f"drop database {name} with (force)")

    def close(self) -> None:
        """Let everything go."""
        self.runner.run(self.stack.aclose())
        self.runner.close()
        clock.practise()

    async def seat(self, by_owner: bool) -> Desk:
        """Seat Alice, or Bob if he may."""
        return self.owner if by_owner else await desk_of(self.resources, self.bob, self.mailbox)

    def grant(self, free: bool) -> None:
        """Alice gives Bob a grant; one he had ends with it."""
        needs = NeedsApproval.NEVER if free else NeedsApproval.ALWAYS
        given_: Grant = self.do(
            make_grant(self.resources, self.mailbox, self.bob, scopes=("reply.free", "schedule"), needs_approval=needs)
        )
        if free:
            self.free.add(given_.id)

    def change(self, how: str) -> None:
        """Alice ends, pauses or resumes what Bob has."""
        live = [each for each in self.do(grants.list_grants(self.owner)) if each.ended_at is None]
        for each in live:
            ended = self.do(ENDS[how](self.owner, each.id))
            if how == "revoke" and ended.done:
                self.done.setdefault(each.id, self.letters_under(each.id))

    def plan(self, by_owner: bool, hours: float, yes: bool) -> None:
        """Somebody writes a reply and sets its hour, and Alice may say yes to it."""

        async def work() -> tuple[SeenDraft, UUID]:
            desk = await self.seat(by_owner)
            seen = await written(desk)
            return seen, (await in_an_hour(desk, seen, hours=hours)).id

        made = self.do(work())
        if not isinstance(made, tuple):
            self.grant(free=False)
            made = self.do(work())
        seen, send_id = made
        self.drafts.append(seen)
        self.sends[send_id] = seen.row.id
        self.yes[seen.row.id] = {self.words_of(seen)} if by_owner else set()
        if seen.row.grant_id:
            self.under[seen.row.id] = seen.row.grant_id
        if yes:
            self.approve(len(self.drafts) - 1)

    def one(self, number: int) -> SeenDraft | None:
        """Return one of the drafts, None if there is none yet."""
        return self.drafts[number % len(self.drafts)] if self.drafts else None

    def edit(self, number: int, by_owner: bool, text: str) -> None:
        """Somebody changes the words of a draft."""
        if seen := self.one(number):

            async def work() -> SeenDraft:
                return await draft.edit_draft(await self.seat(by_owner), seen.row.id, text)

            if isinstance(self.do(work()), SeenDraft) and by_owner:
                self.yes[seen.row.id].add(self.words_of(seen))

    def by_hand(self, number: int, how: str) -> None:
        """Alice does it herself, in her mail program."""
        seen = self.one(number)
        if seen and seen.draft.id in self.box.drafts:
            if how == "delete":
                delete_by_hand(self.sandbox, seen)
            else:
                edit_by_hand(self.sandbox, seen, b"MIME-Version: 1.0", b"X-By-Hand: 1\r\nMIME-Version: 1.0")

    def approve(self, number: int) -> None:
        """Alice reads a draft as it stands and says yes."""
        if seen := self.one(number):

            async def work() -> bytes:
                shown = await see_draft(self.owner, seen.row.id)
                await approve.approve(self.owner, seen.row.id, sha256=shown.sha256)
                return self.words_of(seen)

            if isinstance(words := self.do(work()), bytes):
                self.yes[seen.row.id].add(words)

    def schedule(self, number: int, by_owner: bool, hours: float) -> None:
        """Somebody sets the hour of a draft; when Alice does, that is her word for what it says now."""
        if seen := self.one(number):

            async def work() -> UUID:
                return (await in_an_hour(await self.seat(by_owner), seen, hours=hours)).id

            if isinstance(send_id := self.do(work()), UUID):
                self.sends[send_id] = seen.row.id
                if by_owner:
                    self.yes[seen.row.id].add(self.words_of(seen))

    def fail(self, how: str) -> None:
        """The next sending is answered badly, once."""
        self.sandbox.faults.replace([Fault(path=SEND, fault=Kind(how), seconds=10)])

    def client_writes(self) -> None:
        """Something new comes into the conversation."""
        client_writes(self.sandbox)

    def cancel(self) -> None:
        """Alice takes the next one back."""
        if live := self.do(scheduled(self.owner)):
            self.do(schedule.cancel(self.owner, live[0].id))

    def later(self, minutes: float) -> None:
        """The clock goes on, and two workers do what is due, at once."""
        clock.move(timedelta(minutes=minutes))

        async def work() -> None:
            ids = [each.id for each in await scheduled(self.owner)] * 2
            await asyncio.gather(*(send.deliver(self.resources, self.mailbox.id, each) for each in ids))

        assert self.do(work()) is None

    def words_of(self, seen: SeenDraft) -> bytes:
        """Return what a draft says in the mailbox now, under whatever id it stands there."""
        for held in self.box.drafts.values():
            raw = self.box.raw(self.box.messages[held.message_id])
            if private_of(raw) == seen.row.private_id:
                return body_of(raw)
        return b"it is not there"

    def letters(self) -> list[bytes]:
        """Return every letter that left."""
        return [self.box.raw(self.box.messages[left.message]) for left in self.sandbox.left]

    def letters_under(self, grant_id: UUID) -> int:
        """Count the letters that left of drafts of a grant."""
        privates = {seen.row.private_id for seen in self.drafts if self.under.get(seen.row.id) == grant_id}
        return sum(private_of(letter) in privates for letter in self.letters())

    def check(self) -> None:
        """See that every promise holds."""
        known = {seen.row.private_id: seen.row for seen in self.drafts}
        privates = {seen.row.id: seen.row.private_id for seen in self.drafts}
        letters = self.letters()
        left = [private_of(letter) for letter in letters]
        assert len(set(left)) == len(left), "a letter left twice"
        for letter in letters:
            row = known[private_of(letter)]
            assert self.under.get(row.id) in self.free or body_of(letter) in self.yes[row.id], "not what was agreed to"
        for grant_id, count in self.done.items():
            assert self.letters_under(grant_id) == count, "a letter left after revoking was done"
        rows = [*self.do(scheduled(self.owner, ended=True)), *self.do(scheduled(self.owner))]
        sent = [privates[row.draft_id] for row in rows if row.state is SendState.SENT]
        on_its_way = {privates[row.draft_id] for row in rows if row.state is SendState.INTENT}
        assert len(set(sent)) == len(sent)
        assert set(sent) <= set(left), "taken for sent, and it did not leave"
        assert set(left) <= set(sent) | on_its_way, "it left, and nobody knows"
        self.do(log_of(self.owner))


def body_of(letter: bytes) -> bytes:
    """Return the words of a letter."""
    parts = [part for part in message_from_bytes(letter).walk() if not part.is_multipart()]
    return b"".join(bytes(part.get_payload(decode=True) or b"") for part in parts)  # type: ignore[arg-type]


def private_of(letter: bytes) -> str:
    """Return the private id by which a letter is known again."""
    return str(message_from_bytes(letter)["X-Deskhand-Id"])


who, number, hours = st.booleans(), st.integers(0, 3), st.sampled_from([0.5, 1])
plan = st.tuples(st.just("plan"), who, hours, st.booleans())
later = st.tuples(st.just("later"), st.sampled_from([1.1, 31, 61]))
rarely = st.one_of(
    st.tuples(st.just("grant"), st.booleans()),
    st.tuples(st.just("change"), st.sampled_from(sorted(ENDS))),
    st.tuples(st.just("edit"), number, who, st.sampled_from(["One", "Two"])),
    st.tuples(st.just("by_hand"), number, st.sampled_from(["edit", "delete"])),
    st.tuples(st.just("approve"), number),
    st.tuples(st.just("schedule"), number, who, hours),
    st.tuples(st.just("fail"), st.sampled_from(["before", "after_effect", "status_429"])),
    st.tuples(st.just("client_writes")),
    st.tuples(st.just("cancel")),
)
SOME = settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking would take longer than anybody waits
    suppress_health_check=list(HealthCheck),
)


@SOME
@given(days=st.lists(st.tuples(plan, rarely, rarely, later), min_size=2, max_size=4))
def test_V4_H3_whatever_happens_in_whatever_order_the_promises_hold(
    cluster: Cluster, tmp_path: Path, days: list[tuple[tuple[Any, ...], ...]]
) -> None:
    office = Office(cluster, tmp_path)
    try:
        office.grant(free=False)
        for name, *given_ in (step for day in days for step in day):
            getattr(office, name)(*given_)
            office.check()
        for _ in range(3):  # and in the end somebody knows of everything how it ended
            office.later(12)
            office.check()
    finally:
        office.close()
