"""`bench revoke`: raced revocations, two worker processes and the owner at the same moment, at both providers.

`python -m tests.bench.revoke --races 500` runs fewer.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

from app import clock
from app.actions.opening import open_resources
from app.db import embedded
from app.db.embedded import Cluster
from app.db.migrate import migrate
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import running
from tests.bench.figure import Aim, Figure, machine
from tests.bench.lanes import LANES, Lane
from tests.bench.racers import racers
from tests.bench.racing import Tally
from tests.people import BOB, KEY, ORIGIN, practice_settings

RACES = 10_000
TOLD_EACH = 500
AIMS = (
    Aim("revoke.races", "revocations raced against two workers, Gmail and Outlook in turn"),
    Aim("revoke.held", "the reply was held"),
    Aim("revoke.sent", "the reply had left or was leaving"),
    Aim("revoke.met_in_flight", "of those, the grant ended while the reply was on its way, and the log names it"),
    Aim("revoke.named_in_flight", "of those, it still was when the owner was answered, and the answer names it"),
    Aim("revoke.begun_after_done", "sends begun after done was told, or without being named", 0, promise=True),
    Aim("revoke.sent_twice", "replies sent twice", 0, promise=True),
    Aim("revoke.unsettled", "rows that say something else than the ledger", 0, promise=True),
)


def measured(wanted: frozenset[str], races: int = RACES) -> Iterator[Figure]:
    """Yield the figures asked for; progress is told on standard error."""
    logging.getLogger("app").setLevel(logging.ERROR)
    began, tally = time.monotonic(), Tally()
    with tempfile.TemporaryDirectory(prefix="deskhand-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with embedded.running(folder / "data", durable=False) as cluster:
            migrate(cluster.owner_url)
            with suppress(KeyboardInterrupt):  # whoever stops it is told what has come of it so far
                asyncio.run(_raced(cluster, folder, races, tally))
    seconds = time.monotonic() - began
    conditions = (
        f"two worker processes, letters up to 1 s on the wire each way, {LANES} mailboxes at a time, judged by the "
        f"ledger; {tally.begun_after_answer} sends began after an answer that named them; {seconds:.0f} s; {machine()}"
    )
    for aim in AIMS:
        value = getattr(tally, aim.name.partition(".")[2])
        if aim.name in wanted:
            share = round(value / max(tally.races, 1), 4)
            yield Figure(
                name=aim.name, value=value, unit="races", floor=tally.races, ratio=share, n=tally.races,
                conditions=conditions,
            )  # fmt: skip


async def _raced(cluster: Cluster, folder: Path, races: int, tally: Tally) -> None:
    sandbox = Sandbox(ORIGIN, key=KEY)
    sandbox.add_person(*BOB)
    begun = count()

    def told(one: Tally) -> None:
        tally.add(one)
        if not tally.races % TOLD_EACH:
            print(f"{tally.races} of {races}: {tally}", file=sys.stderr, flush=True)

    async with running(sandbox) as origin:
        settings = practice_settings(folder, origin)
        clock.practise(offset_file=settings.clock_file)
        url = cluster.url("deskhand_service")
        async with (
            open_resources(settings, url, pool_size=2 * LANES) as resources,
            racers(2, settings, url) as workers,
            asyncio.TaskGroup() as group,
        ):
            places = count()
            for number in range(LANES):
                way = ("google", "microsoft")[number % 2]
                lane = Lane(resources, sandbox, [each.deliver for each in workers], way)
                group.create_task(lane.run(places, lambda: next(begun) < races, told))
    sandbox.spool.close()


def main() -> int:
    """Run them and print one line of JSON a figure; return 1 if a promise is broken."""
    given = argparse.ArgumentParser()
    given.add_argument("--races", type=int, default=RACES)
    promises = {aim.name for aim in AIMS if aim.promise}
    broken = 0
    for figure in measured(frozenset(aim.name for aim in AIMS), given.parse_args().races):
        print(figure.line(), flush=True)
        broken |= figure.name in promises and figure.value > 0
    return broken


if __name__ == "__main__":
    sys.exit(main())
