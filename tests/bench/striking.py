"""Two job workers that are struck down again and again, each time at another point, and a database that restarts."""

from __future__ import annotations

import asyncio
import random
import signal
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from app import clock
from app.actions.adopt import ABANDONED
from app.actions.settling import LEASE
from app.db.cluster_place import place_of
from app.db.cluster_programs import run
from app.db.embedded import Cluster
from app.jobs import worker as ticks
from tests.crash import acts
from tests.crash.nest import Forked, Place, Strike, event, work
from tests.crash.points import DECIDING, POSTPONING, RETIRING, SENDING, WRITING

WORKERS = 2
PATIENCE = (5.0, 20.0)  # seconds at work after which a worker that has not come to its point is killed wherever it is
SILENT = LEASE + timedelta(seconds=1)  # the practice clock is moved on so far after each death
LOOK = 0.03
KILLS_A_RESTART = 25
ANYWHERE = "anywhere"
DYING_ACTS = 0.3  # how many of the acts of people are done by a process that is struck


@dataclass
class Strikes:
    """How many processes were killed where, and how often the database was restarted."""

    environment: dict[str, str]
    log: Path
    kills: Counter[str] = field(default_factory=Counter)
    restarts: int = 0
    calm: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def killed(self) -> int:
        """Return how many processes were killed."""
        return self.kills.total()

    async def keep_working(self) -> None:
        """Have one worker at work, struck again and again, until it is calm and this is cancelled."""
        points, at_work = [*SENDING, *RETIRING, *POSTPONING], event()
        while True:
            at_work.clear()
            strike = None if self.calm.is_set() else Strike(random.choice(points), random.randint(1, 5))
            worker = Forked(self._place(strike), hurried, at_work)
            try:
                while worker.ended is None and not at_work.is_set():  # noqa: ASYNC110 - a busy machine takes its time
                    await asyncio.sleep(LOOK)
                await self._ended(worker, random.uniform(*PATIENCE))
            finally:
                worker.kill()

    async def act(self, wish: acts.Wish) -> int | None:
        """Have somebody do something in a process that is struck; return its exit code, None if it was."""
        points = [*DECIDING, *(WRITING if wish.act == "write" else ())]
        strike = Strike(random.choice(points), random.randint(1, 4))
        doing = Forked(self._place(strike), acts.do, wish)
        while doing.ended is None:  # noqa: ASYNC110 - it is another process
            await asyncio.sleep(LOOK)
        self._count(doing)
        if doing.ended < 0:
            clock.move(ABANDONED)  # so that whoever looks after what was cut short does it now
            return None
        return doing.ended

    async def restart_now_and_then(self, cluster: Cluster, data_dir: Path) -> None:
        """Restart the database after so many kills: politely and by a crash in turn, until this is cancelled."""
        modes = cycle(("immediate", "fast"))
        while True:
            if self.killed >= (self.restarts + 1) * KILLS_A_RESTART and not self.calm.is_set():
                await asyncio.to_thread(restart, cluster, data_dir, next(modes))
                self.restarts += 1
            await asyncio.sleep(LOOK)

    def _place(self, strike: Strike | None) -> Place:
        return Place(environment=self.environment, log=self.log, strike=strike)

    async def _ended(self, worker: Forked, seconds: float) -> None:
        """Wait for a worker's end, and kill it if it takes too long; once it is calm, leave it alone."""
        until = asyncio.get_running_loop().time() + seconds
        while worker.ended is None:
            if worker.strike and asyncio.get_running_loop().time() > until:
                worker.kill()
                await asyncio.to_thread(worker.wait)
                return self._killed(ANYWHERE)
            await asyncio.sleep(LOOK)
        return self._count(worker)

    def _count(self, process: Forked) -> None:
        if process.ended == -signal.SIGKILL and process.strike:
            self._killed(process.strike.at)

    def _killed(self, where: str) -> None:
        self.kills[where] += 1
        # Nobody waits a minute: what the dead were at is taken up at once, and so is what the living are still at.
        clock.move(SILENT)


def hurried(at_work: Event) -> None:
    """Work as a worker does, but look every second after what others look after every minute or ten."""
    ticks.RESCUE_EVERY = ticks.FORGET_EVERY = 1.0
    dispatch = ticks.dispatch

    async def told(*given: Any) -> int:
        taken = await dispatch(*given)
        at_work.set()
        return taken

    ticks.dispatch = told
    work()


def restart(cluster: Cluster, data_dir: Path, mode: str) -> None:
    """Restart the embedded PostgreSQL on its socket; `immediate` has it recover as after a crash."""
    place = place_of(data_dir)
    command = [cluster.programs / "pg_ctl", "restart", "-s", "-w", "-t", "120", "-m", mode, "-l", "start.log"]
    done = run(command, place.user, cwd=place.log, given={"PGDATA": str(place.data)})
    if done.returncode:
        raise RuntimeError(done.stderr)
