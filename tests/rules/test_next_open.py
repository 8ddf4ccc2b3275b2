"""The next moment at which everybody concerned works, through the year: all zones, all changes of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadRequest
from app.models.calendar import Calendar, DaysOff
from app.models.conditions import Hours, Span
from app.rules.hours import next_open, open_at
from app.rules.moments import first_moment_of, wall_of, zone_named
from app.rules.public_holidays import public_holidays, regions, require_known

WEEK = tuple(Span(day=day, begins=time(9), ends=time(17, 30)) for day in range(5))
WITH_BREAK = tuple(
    Span(day=day, begins=begins, ends=ends)
    for day in range(5)
    for begins, ends in ((time(9), time(13)), (time(15), time(19)))
)
SANTIAGO = Calendar(zone="America/Santiago", spans=WEEK, country="CL")
LYON = Calendar(zone="Europe/Paris", spans=WEEK, country="FR")
ZONES = sorted(available_timezones() - {"localtime", "Factory"})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("calendars", "now", "opens"),
    [
        ([], "2026-11-23T03:00", "2026-11-23T03:00"),
        ([SANTIAGO], "2026-11-24T01:40", "2026-11-24T12:00"),  # Monday 22:40 there → Tuesday 9:00
        ([SANTIAGO], "2026-11-24T13:05:07", "2026-11-24T13:05:07"),  # she works: now
        ([SANTIAGO], "2026-11-27T20:30", "2026-11-30T12:00"),  # Friday 17:30 is over → Monday
        ([SANTIAGO], "2026-12-07T20:30", "2026-12-09T12:00"),  # 8 December is a holiday in Chile
        ([LYON], "2026-12-07T20:30", "2026-12-08T08:00"),  # and none in France
        ([LYON], "2026-12-24T17:00", "2026-12-28T08:00"),  # Christmas is a Friday
        ([SANTIAGO, LYON], "2026-11-24T01:40", "2026-11-24T12:00"),  # 9:00 and 13:00
        ([SANTIAGO, LYON], "2026-11-24T16:30", "2026-11-25T12:00"),  # Lyon has just closed
        ([Calendar(zone="Europe/Madrid", spans=WITH_BREAK)], "2026-11-24T12:10", "2026-11-24T14:00"),  # siesta
        ([Hours(zone="Europe/Madrid", spans=WITH_BREAK)], "2026-11-24T12:10", "2026-11-24T14:00"),
    ],
)
def test_H3_what_is_written_out_of_hours_waits_for_everybody_s_next_hour(
    calendars: list[Hours], now: str, opens: str
) -> None:
    assert next_open(calendars, at(now)) == at(opens)


def test_days_off_are_passed_over_from_the_first_to_the_last() -> None:
    away = LYON.model_copy(update={"days_off": (DaysOff(first=date(2026, 8, 3), last=date(2026, 8, 21)),)})
    assert next_open([away], at("2026-07-31T18:00")) == at("2026-08-24T07:00")
    assert next_open([away], at("2026-08-21T12:00")) == at("2026-08-24T07:00")
    assert open_at(away, at("2026-07-31T12:00"))


@pytest.mark.parametrize(
    "never",
    [
        Calendar(zone="Europe/Paris", spans=()),
        Calendar(zone="Europe/Atlantis", spans=WEEK),
        Calendar(zone="UTC", spans=WEEK, days_off=(DaysOff(first=date(2026, 1, 1), last=date(2028, 12, 31)),)),
    ],
    ids=["no hour", "no such zone", "off for years"],
)
def test_who_never_works_is_not_waited_for(never: Calendar) -> None:
    assert next_open([never], at("2026-11-24T12:00")) is None
    assert next_open([LYON, never], at("2026-11-24T12:00")) is None


def test_two_who_never_work_at_the_same_time_have_no_hour() -> None:
    early = Calendar(zone="UTC", spans=(Span(day=0, begins=time(6), ends=time(8)),))
    late = Calendar(zone="UTC", spans=(Span(day=0, begins=time(8), ends=time(10)),))
    assert next_open([early, late], at("2026-11-24T12:00")) is None


def test_where_the_clocks_are_put_forward_an_hour_that_is_skipped_begins_when_they_are() -> None:
    night = Calendar(zone="Europe/Paris", spans=(Span(day=6, begins=time(2, 30), ends=time(5)),))
    assert next_open([night], at("2027-03-28T00:00")) == at("2027-03-28T01:00")  # 3:00 on the wall, a second after 1:59
    gone = Calendar(zone="Europe/Paris", spans=(Span(day=6, begins=time(2, 10), ends=time(2, 50)),))
    assert next_open([gone], at("2027-03-28T00:00")) == at("2027-04-04T00:10")  # that Sunday has no such time


def test_where_the_clocks_are_put_back_a_span_that_begins_in_the_hour_begins_twice() -> None:
    night = Calendar(zone="Europe/Paris", spans=(Span(day=6, begins=time(2, 30), ends=time(5)),))
    assert next_open([night], at("2026-10-24T23:00")) == at("2026-10-25T00:30")
    assert not open_at(night, at("2026-10-25T01:10"))  # the wall shows 2:10 for the second time
    assert next_open([night], at("2026-10-25T01:10")) == at("2026-10-25T01:30")


@pytest.mark.parametrize("zone", ZONES)
def test_every_change_of_the_clocks_until_2030_leaves_exactly_one_opening_a_day(zone: str) -> None:
    """Somebody who works from 0:30 to 0:00 every day: after each change the next opening is the first open moment."""
    daily = Hours(zone=zone, spans=tuple(Span(day=day, begins=time(0, 30), ends=time()) for day in range(7)))
    for change in changes(zone):
        for before in (timedelta(hours=3), timedelta(minutes=50), timedelta(0), -timedelta(minutes=20)):
            opens = next_open([daily], change - before)
            assert opens is not None
            assert open_at(daily, opens)
            assert opens - (change - before) <= timedelta(hours=26)
            if opens > change - before:
                assert not open_at(daily, opens - timedelta(seconds=1))


def changes(zone: str) -> list[datetime]:
    """Return the moments from 2024 to 2030 at which a zone's clocks are put forward or back."""
    there, found = zone_named(zone), []
    moment, end = at("2024-01-01T00:00"), at("2031-01-01T00:00")
    while moment < end:
        following = moment + timedelta(days=7)
        if moment.astimezone(there).utcoffset() != following.astimezone(there).utcoffset():
            low, high = moment, following
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                same = middle.astimezone(there).utcoffset() == low.astimezone(there).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            found.append(high.replace(microsecond=0))
        moment = following
    return found


WALLS = st.datetimes(*(at(f"{year}-01-01T00:00").replace(tzinfo=None) for year in (2024, 2031)))
MOMENTS = WALLS.map(lambda each: each.replace(tzinfo=UTC))
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
SPANS = st.builds(lambda day, ends: Span(day=day, begins=min(ends), ends=max(ends)), st.integers(0, 6),
                  st.lists(TIMES, min_size=2, max_size=2, unique=True))  # fmt: skip
CALENDARS = st.builds(
    Calendar,
    zone=st.sampled_from(["America/Santiago", "Europe/Paris", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
    spans=st.lists(SPANS, max_size=6).map(tuple),
    country=st.sampled_from(["", "CL", "FR"]),
)


@given(st.lists(CALENDARS, max_size=3), MOMENTS)
def test_the_next_opening_is_open_for_all_and_nothing_before_it_is(calendars: list[Calendar], now: datetime) -> None:
    opens = next_open(calendars, now)
    if opens is None:
        return
    assert opens >= now
    assert all(open_at(each, opens) for each in calendars)
    for share in range(40):
        before = now + (opens - now) * share / 40
        assert before >= opens or not all(open_at(each, before) for each in calendars)


@given(st.sampled_from(ZONES), WALLS)
def test_the_first_moment_of_a_wall_time_shows_it_or_the_end_of_the_gap(zone: str, wall: datetime) -> None:
    wall = wall.replace(microsecond=0)
    moment = first_moment_of(wall, zone)
    assert wall_of(moment, zone) >= wall
    assert wall_of(moment - timedelta(seconds=1), zone) < wall or wall_of(moment, zone) == wall


def test_holidays_are_known_by_country_and_region_and_named_in_the_reader_s_language() -> None:
    assert date(2026, 9, 11) in public_holidays("ES", "CT", 2026)  # Diada
    assert date(2026, 9, 11) not in public_holidays("ES", "", 2026)
    independence = date(2026, 9, 18)
    assert public_holidays("CL", "", 2026)[independence] == "Día de la Independencia"
    assert public_holidays("CL", "", 2026, "es")[independence] == "Día de la Independencia"
    assert public_holidays("CL", "", 2026, "en")[independence] == "Independence Day"
    assert public_holidays("FR", "", 2026, "es")[date(2026, 7, 14)] == "Fête nationale"
    assert public_holidays("XX", "", 2026) == {}
    assert len(regions()) > 100


@pytest.mark.parametrize(("country", "region"), [("XX", ""), ("FR", "CT"), ("", "CT")])
def test_a_country_or_region_that_is_none_is_refused(country: str, region: str) -> None:
    with pytest.raises(BadRequest):
        require_known(country, region)
    require_known("ES", "CT")
    require_known("", "")
