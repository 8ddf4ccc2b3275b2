"""Every change of every clock on earth from 2024 to 2030: a reply whose hour falls into it leaves once, when it should.

Zones whose clocks are changed at the same moment by the same step are one case: nothing but the two offsets counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app import clock
from app.actions import schedule
from app.models.draft import SendState
from app.rules.moments import wall_of
from app.sandbox.gmail.arriving import deliver as arrive
from app.sandbox.sandbox import Sandbox
from tests.actions.situations import World, sends, written
from tests.people import ALICE, CLIENT, mail
from tests.rules.test_hours_everywhere import BEGIN, ZONES, changes

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def every_change() -> Iterator[tuple[datetime, timedelta, str]]:
    """Yield each change in order: the moment, by how much clocks are put on (or back, below zero), and a zone."""
    cases: dict[tuple[datetime, timedelta, timedelta], str] = {}
    for zone in ZONES:
        there = ZoneInfo(zone)
        for change in changes(zone):
            before, after = (change - SECOND).astimezone(there).utcoffset(), change.astimezone(there).utcoffset()
            assert before is not None
            assert after is not None
            cases.setdefault((change, before, after), zone)
    for (change, before, after), zone in sorted(cases.items()):
        yield change, after - before, zone


@pytest.fixture
def in_2024(sandbox: Sandbox) -> None:
    """Begin before the first change. Asked for before the world begins, so that all of it is there by then."""
    clock.move(BEGIN - 9 * HOUR - clock.now())


@pytest.mark.usefixtures("in_2024")
async def test_R14_whatever_clocks_are_changed_a_reply_leaves_once_at_its_hour(world: World) -> None:
    box, found = world.sandbox.mailbox(ALICE[0]), 0
    for number, (change, step, zone) in enumerate(every_change()):
        clock.move(change - 3 * HOUR - clock.now())
        owner = await world.owner()
        arrive(box, mail(CLIENT, f"Night {number}", "When?", message_id=f"<night{number}@customer.example>"))
        seen = await written(owner, subject=f"Night {number}")
        # In the middle of what is skipped, or comes twice: there the first of the two.
        wall = wall_of(change, zone) - step / 2
        planned = await schedule.schedule(owner, seen.row.id, wall_time=wall, zone=zone)
        assert planned.due_at == change + step / 2, (zone, change)

        clock.move(planned.due_at - SECOND - clock.now())
        assert (await world.deliver(planned)).state is SendState.PREPARED, (zone, change)
        for later in (SECOND, abs(step), HOUR):
            clock.move(planned.due_at + later - clock.now())
            assert (await world.deliver(planned)).state is SendState.SENT, (zone, change)
            assert sends(world.sandbox) == found + 1, (zone, change)
        assert timedelta() <= world.sandbox.left[-1].at - planned.due_at < 3 * SECOND, (zone, change)
        found += 1
    assert found > 100
