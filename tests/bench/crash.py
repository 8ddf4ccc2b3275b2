"""`bench crash`: workers and pages killed at every step, the database restarted, answers lost, at both providers.

`python -m tests.bench.crash --kills 100` kills fewer.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from itertools import count
from pathlib import Path

from app import clock
from app.actions.opening import open_resources
from app.actions.resources import Resources
from app.db import embedded
from app.db.embedded import Cluster
from app.db.migrate import migrate
from app.sandbox.faults import Fault as Failure
from app.sandbox.faults import FaultPlan, Kind
from app.sandbox.gmail.arriving import deliver as to_gmail
from app.sandbox.graph.arriving import deliver as to_outlook
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import running
from tests.actions.situations import World
from tests.bench.figure import Aim, Figure, machine
from tests.bench.racers import environment_of
from tests.bench.striking import WORKERS, Strikes
from tests.bench.struck import Reply, Tally, chain_holds, patiently, still_open
from tests.crash.judged import Fault
from tests.crash.nest import preload
from tests.people import BOB, CLIENT, KEY, ORIGIN, connected_mailbox, mail, make_person, practice_settings

KILLS = 1000
LANES = 8
REPLIES_IN_A_MAILBOX = 15  # its lists and its log grow, which is another benchmark
TOLD_EACH = 15.0  # seconds
STEP, PAUSE = timedelta(seconds=5), 1.0  # the practice clock is moved on so far, and again after so many seconds
LOST_ANSWERS = 0.5  # of all letters, how many leave without an answer
AIMS = (
    Aim("crash.kills", "processes killed: workers at every step of a reply, pages in the middle of an act"),
    Aim("crash.replies", "replies on their way meanwhile"),
    Aim("crash.sent", "of those, the reply has left, once, and is called sent"),
    Aim("crash.asked", "of those, a person is asked without having stopped it"),
    Aim("crash.lost", "replies that nobody looks at any more, or that are called sent and never left", 0, promise=True),
    Aim("crash.doubled", "replies that left twice", 0, promise=True),
    Aim("crash.wrong", "replies that left although they were stopped, or without their entry", 0, promise=True),
)


class Unreliable(FaultPlan):
    """Of all letters that leave, the answers to so many are lost."""

    lost = 0

    def take(self, provider: str, method: str, path: str) -> Failure | None:
        """Say whether this call's answer is lost."""
        if not (method == "POST" and path.endswith("/send")) or random.random() >= LOST_ANSWERS:
            return None
        self.lost += 1
        return Failure(fault=Kind.AFTER_EFFECT)


def measured(wanted: frozenset[str], kills: int = KILLS) -> Iterator[Figure]:
    """Yield the figures asked for; progress is told on standard error."""
    for name in ("app", "psycopg"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    # A child imports the main module of its parent again, whatever that is: what that imports must be there.
    preload("tests.bench.access", "tests.bench.revoke", "tests.bench.struck", "tests.bench.striking")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="deskhand-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with embedded.running(folder / "data") as cluster:
            migrate(cluster.owner_url)
            run = _Run(cluster, folder, kills)
            with suppress(KeyboardInterrupt):  # whoever stops it is told what has come of it so far
                asyncio.run(run.whole())
        yield from (figure for figure in run.figures(time.monotonic() - began) if figure.name in wanted)


class _Run:
    """One run: mailboxes side by side, two workers, and what has come of it."""

    def __init__(self, cluster: Cluster, folder: Path, kills: int) -> None:
        self.cluster, self.folder, self.wanted = cluster, folder, kills
        self.tally, self.places = Tally(), count()
        self.sandbox = Sandbox(ORIGIN, key=KEY, faults=Unreliable())
        self.sandbox.add_person(*BOB)
        self.strikes = Strikes({}, folder / "log")

    async def whole(self) -> None:
        """Have replies written and processes killed until it is enough, and then all of them settled."""
        async with AsyncExitStack() as open_things:
            origin = await open_things.enter_async_context(running(self.sandbox))
            settings = practice_settings(self.folder, origin)
            clock.practise(offset_file=settings.clock_file)
            url = self.cluster.url("deskhand_service")
            resources = await open_things.enter_async_context(open_resources(settings, url, pool_size=2 * LANES))
            self.strikes.environment = environment_of(settings, url)
            beside = [
                *(self.strikes.keep_working() for _ in range(WORKERS)),
                self.strikes.restart_now_and_then(self.cluster, self.folder / "data"),
                _time_passes(),
                self._tell(),
            ]
            tasks = [asyncio.create_task(each) for each in beside]
            lanes = [asyncio.create_task(self._lane(resources, way)) for way in LANES // 2 * ("google", "microsoft")]
            try:
                await _first_trouble(lanes, tasks)
            finally:
                for task in (*lanes, *tasks):
                    task.cancel()
                await asyncio.gather(*lanes, *tasks, return_exceptions=True)

    def figures(self, seconds: float) -> Iterator[Figure]:
        """Yield what has come of it."""
        kills, ended, bad = self.strikes.killed, self.tally.ended, self.tally.faults
        stopped = self.tally.stopped.total()
        asked = sum(number for how, number in ended.items() if how.partition(" ")[0] in ("held", "needs_human"))
        values = {
            "kills": kills,
            "replies": self.tally.replies,
            "sent": ended["sent"],
            "asked": max(asked - stopped, 0),
        }
        conditions = (
            f"two workers, {LANES} mailboxes at a time, {self.strikes.restarts} restarts of PostgreSQL, "
            f"{self.sandbox.faults.lost} lost answers; "  # type: ignore[attr-defined]
            f"{_bound(kills)}; {seconds:.0f} s; {machine()}"
        )
        for aim in AIMS:
            word = aim.name.partition(".")[2]
            value = values[word] if word in values else bad[Fault(word)]
            yield Figure(
                name=aim.name, value=value, unit="kills" if word == "kills" else "replies", floor=self.tally.replies,
                ratio=round(value / max(self.tally.replies, 1), 4), n=kills, conditions=conditions,
            )  # fmt: skip

    async def _lane(self, resources: Resources, way: str) -> None:
        """Have one reply after the other written, in one mailbox after the other, until enough was killed."""
        while not self.strikes.calm.is_set():
            world = await self._world(resources, way)
            for number in range(REPLIES_IN_A_MAILBOX):
                if self.strikes.calm.is_set() or not await patiently(lambda: still_open(world)):  # noqa: B023
                    break
                self._arrives(world, f"Question {number}")
                await Reply(world, self.strikes, self.tally, f"Question {number}").live()
            if not await patiently(lambda: chain_holds(world)):  # noqa: B023
                self.tally.faults[Fault.WRONG] += 1

    async def _tell(self) -> None:
        """Tell how far it has come, now and then, and have it end when it is enough."""
        told = time.monotonic()
        while True:
            killed = self.strikes.killed
            if killed >= self.wanted:
                self.strikes.calm.set()
            if time.monotonic() > told + TOLD_EACH:
                told = time.monotonic()
                print(
                    f"{killed} of {self.wanted} killed: {self.tally}; {dict(self.strikes.kills)}",
                    file=sys.stderr,
                    flush=True,
                )
            await asyncio.sleep(PAUSE)

    async def _world(self, resources: Resources, way: str) -> World:
        """Connect another mailbox."""
        owner = f"alice{next(self.places)}@practice.example"
        if way == "google":
            self.sandbox.add_person(owner)
            self.sandbox.add_mailbox(owner)
        else:
            self.sandbox.add_graph_mailbox(self.sandbox.add_graph_person(owner))
        alice = await patiently(lambda: make_person(resources, owner, "Alice", way=way))
        bob = await patiently(lambda: make_person(resources, *BOB))
        mailbox = await patiently(lambda: connected_mailbox(resources, alice, way=way))
        return World(resources, self.sandbox, alice, bob, mailbox)

    def _arrives(self, world: World, subject: str) -> None:
        letter = mail(f"Clara <{CLIENT}>", subject, "Could you start in March?", to=world.mailbox.address)
        if world.mailbox.provider == "gmail":
            to_gmail(self.sandbox.mailbox(world.mailbox.address), letter)
        else:
            to_outlook(self.sandbox.graph_mailbox(world.mailbox.address), letter)


async def _time_passes() -> None:
    while True:
        await asyncio.sleep(PAUSE)
        clock.move(STEP)


async def _first_trouble(lanes: list[asyncio.Task[None]], beside: list[asyncio.Task[None]]) -> None:
    """Wait until all lanes have ended, or something has broken, which is raised."""
    whole = asyncio.gather(*lanes)
    await asyncio.wait({whole, *beside}, return_when=asyncio.FIRST_COMPLETED)
    for each in beside:
        if each.done():
            each.result()
    await whole


def _bound(kills: int) -> str:
    """Say what it means that nothing was found in so many kills: the rule of three."""
    return f"0 in {kills} kills means at most {300 / max(kills, 1):.2g} % of them at 95 %"


if __name__ == "__main__":
    given = argparse.ArgumentParser()
    given.add_argument("--kills", type=int, default=KILLS)
    for figure in measured(frozenset(aim.name for aim in AIMS), given.parse_args().kills):
        print(figure.line(), flush=True)
