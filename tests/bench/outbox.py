"""`bench outbox`: how late an approved reply leaves, and what it costs beside the least an outbox can be."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import psycopg

from app import clock
from app.actions.opening import open_resources
from app.actions.tokens import access_token
from app.db import embedded
from app.db.cluster_server import ADMIN
from app.db.embedded import Cluster
from app.db.migrate import migrate
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import running
from app.settings import Settings
from tests.bench.figure import Aim, Figure, machine
from tests.bench.postroom import MAILBOXES, Planned, Postroom
from tests.bench.racers import ROOT
from tests.bench.working import Worker, cpu_of, workers
from tests.people import BOB, KEY, ORIGIN, practice_settings

AIMS = (
    Aim("outbox.late_p99_20", "seconds late at 20 a second over 50 mailboxes, 99th percentile", 2),
    Aim("outbox.late_p99_100", "seconds late at 100 a second over 50 mailboxes, 99th percentile", 5),
    Aim("outbox.cpu_ratio", "CPU per send ÷ the bare SKIP LOCKED + POST loop", 4),
    Aim("outbox.flat", "CPU per send with 1,000,000 rows waiting ÷ with 1,000", 1.2),
)
RATES = {"outbox.late_p99_20": (20, 500), "outbox.late_p99_100": (100, 1_200)}  # a second, and how many
FEW, MANY = 1_000, 1_000_000
ROUNDS, IN_A_ROUND = 3, 250
WARM = 2 * MAILBOXES  # sends before anything is measured: SDKs load, tokens are fetched
WORKERS = 2  # for the figures of lateness
BARE = """
drop table if exists bare;
create table bare (id serial primary key, url text, token text, body text, due_at float8, state text default 'due');
create index bare_due on bare (due_at) where state = 'due'
"""


@dataclass(frozen=True)
class Bench:
    """What the figures are measured with."""

    cluster: Cluster
    settings: Settings
    postroom: Postroom

    @property
    def url(self) -> str:
        """Where the workers find the database."""
        return self.cluster.url("deskhand_service")


def measured(wanted: frozenset[str]) -> Iterator[Figure]:
    """Yield the figures asked for."""
    logging.getLogger("app").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="deskhand-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with embedded.running(folder / "data") as cluster:
            migrate(cluster.owner_url)
            figures = asyncio.run(_measured(cluster, folder, wanted))
    yield from figures


async def _measured(cluster: Cluster, folder: Path, wanted: frozenset[str]) -> list[Figure]:
    async with _bench(cluster, folder) as bench:
        bench.postroom.fill(cluster, FEW)
        floor, bare_late = await _bare(bench)
        few = await _cpu(bench) if wanted - RATES.keys() else 0
        figures = [await _late(bench, name, bare_late) for name in RATES if name in wanted]
        if "outbox.cpu_ratio" in wanted:
            figures.append(_cpu_ratio(few, floor))
        if "outbox.flat" in wanted:
            bench.postroom.fill(cluster, MANY)
            then, _ = await _bare(bench)
            figures.append(_flat(few, await _cpu(bench), drift=then / floor))
        return figures


@asynccontextmanager
async def _bench(cluster: Cluster, folder: Path) -> AsyncIterator[Bench]:
    sandbox = Sandbox(ORIGIN, key=KEY)
    sandbox.add_person(*BOB)
    async with running(sandbox) as origin:
        settings = practice_settings(folder, origin)
        clock.practise(offset_file=settings.clock_file)
        async with open_resources(settings, cluster.url("deskhand_service")) as resources:
            yield Bench(cluster, settings, await Postroom.opened(resources, sandbox))
    sandbox.spool.close()


async def _bare(bench: Bench) -> tuple[float, float]:
    """Return the CPU seconds of a send by the bare loop, and how late the 99th of a hundred is at 100 a second.

    Both are the least of as many rounds as our own: a single one differs by a third from the next.
    """
    rounds = [await _bare_round(bench) for _ in range(ROUNDS)]
    return min(cpu for cpu, _ in rounds), min(late for _, late in rounds)


async def _bare_round(bench: Bench) -> tuple[float, float]:
    number, each_second = 400, 100
    planned = await _planned_bare(bench, number, each_second)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "BARE_DATABASE": _admin(bench.cluster)}
    program = (sys.executable, "-m", "tests.bench.bare_loop")
    process = await asyncio.create_subprocess_exec(*program, cwd=ROOT, env=environment, stdout=PIPE)
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError("the bare loop has failed")
    return float(said) / number, _p99(await bench.postroom.left(planned))


async def _planned_bare(bench: Bench, number: int, each_second: float) -> Planned:
    """Put rows into the bare loop's table, for drafts of their own in the mailboxes."""
    postroom, settings, began = bench.postroom, bench.settings, len(bench.postroom.sandbox.ledger.entries)
    first, due, rows = clock.now().timestamp() + 3, {}, []
    for turn, (pattern, copied) in enumerate(postroom.copies(number)):
        mailbox, at = pattern.world.mailbox, first + turn / each_second
        token = await access_token(postroom.resources, mailbox.id, "")
        if mailbox.provider == "gmail":
            url, body = f"{settings.gmail_api_url}gmail/v1/users/me/drafts/send", json.dumps({"id": copied.draft})
        else:
            url, body = f"{settings.graph_api_url}/me/messages/{quote(copied.draft, safe='')}/send", ""
        rows.append((url, token, body, at))
        due[mailbox.address, copied.thread] = datetime.fromtimestamp(at, UTC)
    with psycopg.connect(_admin(bench.cluster), autocommit=True) as admin, admin.cursor() as cursor:
        cursor.execute(BARE)
        cursor.executemany("insert into bare (url, token, body, due_at) values (%s, %s, %s, %s)", rows)
    return Planned(due, began)


async def _late(bench: Bench, name: str, bare_late: float) -> Figure:
    each_second, number = RATES[name]
    with workers(WORKERS, bench.settings, bench.url) as started:
        await _warm(bench, started)
        planned, began = await bench.postroom.plan(number, each_second), cpu_of(started)
        late = await bench.postroom.left(planned, started)
        cpu = (cpu_of(started) - began) / number
    value = _p99(late)
    conditions = (
        f"{number} approved replies of assistants in {number / each_second:.0f} s, {MAILBOXES} mailboxes at both "
        f"providers, {WORKERS} worker processes, practice server over HTTP on the same machine, durable PostgreSQL; "
        f"median {late[number // 2]:.2f} s, last {late[-1]:.2f} s, {cpu * 1000:.1f} ms CPU of the workers each; floor: "
        f"the bare loop at 100/s; {os.cpu_count()} CPUs, {machine()}"
    )
    return Figure(
        name=name, value=round(value, 3), unit="s", floor=round(bare_late, 3), ratio=round(value / bare_late, 2),
        n=number, conditions=conditions,
    )  # fmt: skip


async def _cpu(bench: Bench) -> float:
    """Return the least CPU seconds of a send by one worker that has many to do at once."""
    with workers(1, bench.settings, bench.url) as started:
        await _warm(bench, started)
        rounds = []
        for _ in range(ROUNDS):
            planned, began = await bench.postroom.plan(IN_A_ROUND), cpu_of(started)
            await bench.postroom.left(planned, started)
            rounds.append((cpu_of(started) - began) / IN_A_ROUND)
    return min(rounds)


async def _warm(bench: Bench, started: Sequence[Worker]) -> None:
    await bench.postroom.left(await bench.postroom.plan(WARM), started)


def _cpu_ratio(each: float, floor: float) -> Figure:
    value = round(each / floor, 2)
    conditions = (
        f"{each * 1000:.1f} ms CPU of a worker with its reader of mail per approved reply, {floor * 1000:.2f} ms of "
        f"the bare loop; {MAILBOXES} mailboxes at both providers, all due at once, {FEW} more waiting, least of "
        f"{ROUNDS} rounds, without PostgreSQL's and the practice server's; {machine()}"
    )
    return Figure(
        name="outbox.cpu_ratio", value=value, unit="ratio", floor=1, ratio=value, n=IN_A_ROUND, conditions=conditions
    )


def _flat(few: float, many: float, *, drift: float) -> Figure:
    """`drift` is the machine's: the bare loop has a table of its own and knows nothing of what waits."""
    value = round(many / few / drift, 3)
    conditions = (
        f"{many * 1000:.1f} ms CPU of a worker per approved reply with {MANY} more waiting, {few * 1000:.1f} ms with "
        f"{FEW}, with the bare loop at {drift:.2f} times what it was then; {MAILBOXES} mailboxes, least of {ROUNDS} "
        f"rounds each; {machine()}"
    )
    return Figure(
        name="outbox.flat", value=value, unit="ratio", floor=1, ratio=value, n=IN_A_ROUND, conditions=conditions
    )


def _p99(late: Sequence[float]) -> float:
    return late[-(-len(late) * 99 // 100) - 1]


def _admin(cluster: Cluster) -> str:
    return cluster.url(ADMIN, str(psycopg.conninfo.conninfo_to_dict(cluster.owner_url)["dbname"]))
