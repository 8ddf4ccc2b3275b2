"""Fifty mailboxes at both practice providers, replies planned in them, and what the ledger says of their leaving."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy import Interval, func, literal, select, update
from sqlmodel import col

from app import clock
from app.actions.resources import Resources
from app.db.cluster_server import ADMIN
from app.db.embedded import Cluster
from app.models.draft import Approval, ScheduledSend, SendState
from app.sandbox.sandbox import Sandbox
from tests.bench.replies import Copied, Pattern, pattern_at
from tests.bench.working import Worker
from tests.jobs.rows import until
from tests.people import BOB, make_person

MAILBOXES = 50
AT_ONCE = 5  # mailboxes that are connected side by side
HOURS = (ScheduledSend, Approval)  # whose rows name the hour of a reply
LATER = timedelta(days=1)  # when replies are due until all of them are in the database
SOON = timedelta(seconds=4)  # what it may take to bring their hours forward
PATIENCE = 300  # seconds until what is due must have left
# What is another in each copy of a row; everything that refers to a copied row refers to its copy.
ID = "md5({column}::text || number)::uuid"
SOME_DAY = "now() + interval '9 days' + number * interval '1 second'"
COPIED = {
    "message": {"id": ID, "provider_id": "{column} || number", "thread_id": "{column} || number"},
    "draft": {"id": ID, "message_id": ID, "provider_id": "{column} || number", "private_id": "{column} || number"},
    "scheduled_send": {"id": ID, "draft_id": ID, "due_at": SOME_DAY},
    "approval": {"id": ID, "draft_id": ID, "due_at": SOME_DAY},
}


@dataclass(frozen=True)
class Planned:
    """Replies and when each is due, by mailbox and conversation; calls before `began` in the ledger are not theirs."""

    due: dict[tuple[str, str], datetime]
    began: int


class Postroom:
    """The mailboxes, with one pattern each."""

    def __init__(self, resources: Resources, sandbox: Sandbox, patterns: Sequence[Pattern]) -> None:
        """Begin with patterns that wait for an hour of their own."""
        self.resources, self.sandbox, self.patterns = resources, sandbox, patterns
        self._filled = 0  # rows for hours to come, in each mailbox

    @classmethod
    async def opened(cls, resources: Resources, sandbox: Sandbox) -> Postroom:
        """Connect the mailboxes."""
        bob, places = await make_person(resources, *BOB), asyncio.Semaphore(AT_ONCE)

        async def one(number: int) -> Pattern:
            async with places:
                return await pattern_at(resources, sandbox, bob, number)

        return cls(resources, sandbox, await asyncio.gather(*map(one, range(MAILBOXES))))

    def copies(self, number: int) -> list[tuple[Pattern, Copied]]:
        """Put this many letters and drafts into the mailboxes, in turn."""
        patterns = [self.patterns[each % MAILBOXES] for each in range(number)]
        return [(pattern, pattern.copied()) for pattern in patterns]

    async def plan(self, number: int, each_second: float | None = None) -> Planned:
        """Have so many replies fall due, one after the other in a moment from now; all at once without a rate."""
        copies, began = self.copies(number), len(self.sandbox.ledger.entries)
        gap = timedelta(seconds=1 / each_second) if each_second else timedelta()
        later, due, rows = clock.now() + LATER, {}, []
        for place, pattern in enumerate(self.patterns):
            mine = list(islice(enumerate(copies), place, None, MAILBOXES))
            rows.append(await self._put(pattern, [(copied, later + turn * gap) for turn, (_, copied) in mine]))
            due |= {(pattern.world.mailbox.address, copied.thread): later + turn * gap for turn, (_, copied) in mine}
        first = clock.now() + SOON
        for pattern, put in zip(self.patterns, rows, strict=True):
            await self._bring_forward(pattern, put, later - first)
        if clock.now() > first:
            raise RuntimeError("the machine is too busy: replies were due before they were all to leave")
        return Planned({place: at - (later - first) for place, at in due.items()}, began)

    async def _bring_forward(self, pattern: Pattern, rows: Sequence[UUID], by: timedelta) -> None:
        """Move the hours of these rows, which are found by their ids however much else waits."""
        mailbox_id = pattern.world.mailbox.id
        async with self.resources.db.transaction(mailbox=mailbox_id) as session:
            for table in HOURS:
                due, earlier = col(table.due_at), literal(by, Interval())
                mine = update(table).where(col(table.mailbox_id) == mailbox_id, col(table.id).in_(rows))
                wall = {"wall_time": col(ScheduledSend.wall_time) - earlier} if table is ScheduledSend else {}
                await session.execute(mine.values(due_at=due - earlier, **wall))

    async def _put(self, pattern: Pattern, copies: Sequence[tuple[Copied, datetime]]) -> list[UUID]:
        kinds = list(zip(*(pattern.rows(copied, due_at) for copied, due_at in copies), strict=True))
        async with self.resources.db.transaction(mailbox=pattern.world.mailbox.id) as session:
            for rows in kinds:
                session.add_all(rows)
                await session.flush()
        return [row.id for rows in kinds for row in rows if isinstance(row, HOURS)]

    async def left(self, planned: Planned, started: Sequence[Worker] = ()) -> list[float]:
        """Wait until all have left and are settled; return how many seconds late each was, by the ledger.

        Raises RuntimeError if one has left twice or ended otherwise, or if a worker has died: nothing else is worth
        measuring then.
        """

        async def settled() -> bool:
            if any(each.poll() is not None for each in started):
                raise RuntimeError("a worker has died")
            return len(self._leavings(planned)) >= len(planned.due) and not await self._waiting()

        await until(settled, PATIENCE, 0.1)
        leavings = self._leavings(planned)
        if sorted(place for place, _ in leavings) != sorted(planned.due):
            raise RuntimeError("a reply has left twice, or one that was not to leave")
        return sorted((at - planned.due[place]).total_seconds() for place, at in leavings)

    def _leavings(self, planned: Planned) -> list[tuple[tuple[str, str], datetime]]:
        return [
            ((entry.mailbox or "", entry.effect.thread), entry.at)
            for entry in self.sandbox.ledger.entries[planned.began :]
            if entry.effect and entry.effect.kind == "send"
        ]

    async def _waiting(self) -> int:
        """Return how many are due and not settled."""
        async with self.resources.db.transaction(role="deskhand_dispatch") as session:
            unsettled = col(ScheduledSend.state).in_([SendState.PREPARED, SendState.INTENT])
            due = select(func.count(col(ScheduledSend.id))).where(unsettled, col(ScheduledSend.due_at) <= clock.now())
            return int((await session.execute(due)).scalar_one())

    def fill(self, cluster: Cluster, waiting: int) -> None:
        """Have so many replies wait for hours to come, in rows alone: nobody looks at their drafts before.

        Nor does anybody look after what has left already: that begins two minutes later, and would count as sending.
        """
        database = str(psycopg.conninfo.conninfo_to_dict(cluster.owner_url)["dbname"])
        with psycopg.connect(cluster.url(ADMIN, database)) as admin:
            admin.execute("set session_replication_role = replica")  # what they refer to is checked by nobody else
            admin.execute("update scheduled_send set look_at = null where look_at is not null")
            for table, other in COPIED.items():
                ids = [getattr(each, table.removeprefix("scheduled_")).id for each in self.patterns]
                columns = _columns(admin, table)
                values = [other.get(name, "{column}").format(column=name) for name in columns]
                said = f"insert into {table} ({', '.join(columns)}) select {', '.join(values)} from {table} "
                said += "cross join generate_series(%(first)s::int, %(last)s::int) as number where id = any(%(ids)s)"
                admin.execute(sql.SQL(said), {"first": self._filled + 1, "last": waiting // MAILBOXES, "ids": ids})
        with psycopg.connect(cluster.url(ADMIN, database), autocommit=True) as admin:
            admin.execute("vacuum analyze")
        self._filled = waiting // MAILBOXES


def _columns(admin: psycopg.Connection, table: str) -> list[str]:
    found = admin.execute(
        "select column_name from information_schema.columns where table_name = %s and table_schema = 'public'", [table]
    )
    return [name for (name,) in found]
