"""Forty revocations against two workers at two mailboxes; `./deskhand bench revoke` runs ten thousand of them."""

from __future__ import annotations

import asyncio
import random
from functools import partial
from itertools import count

from app.actions.send import deliver
from tests.actions.situations import World
from tests.bench.lanes import Lane
from tests.bench.racing import Tally
from tests.bench.wire import wired

RACES = 40


async def a_while() -> None:
    """Let others go on, for a random number of turns."""
    for _ in range(random.randrange(3000)):
        await asyncio.sleep(0)


async def test_V4_I4_no_send_begins_after_done_in_forty_races_at_both_providers(world: World) -> None:
    tally, begun, places = Tally(), count(), count()
    async with (
        wired(world.resources, world.sandbox, a_while) as one,
        wired(world.resources, world.sandbox, a_while) as other,
    ):
        workers = [partial(deliver, each) for each in (one, other)]
        lanes = [Lane(world.resources, world.sandbox, workers, way, moment=a_while) for way in ("google", "microsoft")]
        await asyncio.gather(*(lane.run(places, lambda: next(begun) < RACES, tally.add) for lane in lanes))
    assert (tally.begun_after_done, tally.sent_twice, tally.unsettled) == (0, 0, 0), tally
    assert tally.held + tally.sent == tally.races == RACES
    assert tally.met_in_flight >= tally.named_in_flight
