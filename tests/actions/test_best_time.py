"""When Clara writes tells when to write to her; what Bob may not see tells him nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app import clock
from app.actions.best_time import best_time
from app.actions.hours import set_hours
from app.actions.private_labels import mark_label
from app.errors import Denied
from app.models.calendar import Calendar
from app.sandbox.sandbox import Sandbox
from app.web.console.week import WORKING_DAYS
from tests.actions.situations import World, effects, written
from tests.moments import it_is
from tests.people import ALICE, CLIENT, PRACTICE_MAIL, mail

ZONE = "America/Santiago"


@pytest.fixture
def sandbox(sandbox: Sandbox) -> Sandbox:
    """The mailbox as it is filled on a Wednesday afternoon: its own letter of Clara's is near none of the others."""
    it_is("wed 16:00")
    box = sandbox.mailbox(ALICE[0])
    for message in list(box.newest_first()):
        box.remove(message)
    for raw in PRACTICE_MAIL:
        box.add(raw, labels=("INBOX",), internal_date=clock.now(), unread=True)
    return sandbox


def clara_writes(
    world: World, *, weekday: int = 1, hour: int = 10, weeks: int = 6, labels: tuple[str, ...] = ("INBOX",)
) -> None:
    """Have letters of the last weeks lie in the mailbox, all of one weekday and hour in Santiago."""
    now = clock.now().astimezone(ZoneInfo(ZONE))
    last = now - timedelta(days=(now.weekday() - weekday) % 7 or 7)
    for week in range(weeks):
        at = datetime.combine(
            last.date() - timedelta(weeks=week), now.time().replace(hour=hour, minute=5), ZoneInfo(ZONE)
        )
        raw = mail(CLIENT, f"Letter {week}", "…")
        world.sandbox.mailbox(ALICE[0]).add(raw, labels=labels, internal_date=at, unread=False)


def shown(moment: datetime | None) -> str:
    """Return a moment as a clock in Santiago shows it."""
    assert moment is not None
    return f"{moment.astimezone(ZoneInfo(ZONE)):%a %H:%M}".lower()


async def test_H4_bob_is_told_when_clara_writes_herself(world: World) -> None:
    it_is("fri 15:00")
    clara_writes(world)
    await world.grant()
    desk = await world.assistant()
    found = await best_time(desk, (await written(desk)).row.id)
    assert (shown(found.moment), found.letters, found.near) == ("tue 10:00", 7, 6)
    assert effects(world.sandbox, "send") == []


async def test_H4_the_hours_of_all_concerned_hold_for_the_best_moment_too(world: World) -> None:
    it_is("fri 15:00")
    clara_writes(world, weekday=1, hour=22)
    clara_writes(world, weekday=3, hour=10, weeks=3)
    await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    await set_hours(owner, "", Calendar(zone=ZONE, spans=WORKING_DAYS))
    found = await best_time(desk, (await written(desk)).row.id)
    assert shown(found.moment) == "thu 10:00"


async def test_H4_where_her_zone_is_known_it_is_hers_that_counts(world: World) -> None:
    await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    seen = await written(desk)
    assert (await best_time(desk, seen.row.id)).zone_there == world.mailbox.zone
    await set_hours(owner, "@customer.example", Calendar(zone="Europe/Paris", spans=WORKING_DAYS))
    assert (await best_time(desk, seen.row.id)).zone_there == "Europe/Paris"
    await set_hours(owner, CLIENT, Calendar(zone=ZONE, spans=WORKING_DAYS))
    assert (await best_time(desk, seen.row.id)).zone_there == ZONE


async def test_H4_few_letters_are_no_habit(world: World) -> None:
    await world.grant()
    desk = await world.assistant()
    found = await best_time(desk, (await written(desk)).row.id)
    assert (found.moment, found.wall_time, found.letters) == (None, None, 1)


async def test_H4_letters_that_bob_may_not_see_tell_him_nothing(world: World) -> None:
    it_is("fri 15:00")
    clara_writes(world, weekday=1, labels=("INBOX", "Family"))
    clara_writes(world, weekday=3, weeks=5)
    await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    await mark_label(owner, "Family")
    draft_id = (await written(desk)).row.id
    found = await best_time(desk, draft_id)
    assert (shown(found.moment), found.letters, found.near) == ("thu 10:00", 6, 5)
    hers = await best_time(owner, draft_id)
    assert hers.letters == 12


async def test_H4_who_may_not_list_mail_is_told_nothing(world: World) -> None:
    await world.grant()
    desk = await world.assistant()
    draft_id = (await written(desk)).row.id
    await world.grant("draft")
    calls = len(world.sandbox.ledger.entries)
    with pytest.raises(Denied):
        await best_time(desk, draft_id)
    lists = [each for each in world.sandbox.ledger.entries[calls:] if each.path.endswith("/messages")]
    assert lists == []
