"""The conditions in a form: what they mean, what is wrong beside which field, and nothing that was there is lost."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.locale.catalogues import language
from app.models.conditions import UNBOUND, Conditions, Hours, MailKind, Recipients, Span
from app.web.console.bounds import BoundsFields, WrongFields, filled
from app.web.console.week import WORKING_DAYS, When

MINUTES = st.times().map(lambda hour: hour.replace(second=0, microsecond=0))
SPANS = st.builds(
    lambda day, pair: Span(day=day, begins=min(pair), ends=max(pair)),
    st.integers(0, 6),
    st.tuples(MINUTES, MINUTES).filter(lambda pair: pair[0] != pair[1]),
)
LABELS = st.text("abc, ñ“”<>&", min_size=1, max_size=9).filter(lambda name: name == name.strip())
CONDITIONS = st.builds(
    Conditions,
    senders=st.frozensets(st.sampled_from(["ana@shop.example", "@customer.example", "b.c@d.example"])),
    labels_in=st.frozensets(LABELS, max_size=3),
    labels_out=st.frozensets(LABELS, max_size=3),
    kinds=st.frozensets(st.sampled_from(MailKind)),
    existing_threads_only=st.booleans(),
    recipients=st.sampled_from(Recipients),
    hours=st.none()
    | st.builds(
        Hours,
        zone=st.sampled_from(["UTC", "America/Santiago"]),
        spans=st.lists(SPANS, min_size=1, max_size=6, unique=True).map(tuple),
    ),
    changes_a_day=st.none() | st.integers(0, 10_000),
    sends_a_day=st.none() | st.integers(0, 10_000),
    approve_first=st.integers(0, 1_000),
    templates=st.frozensets(st.uuids(), max_size=2),
)


def unordered(conditions: Conditions) -> object:
    """Return conditions without the order of their spans, which says nothing."""
    hours = conditions.hours
    return conditions.model_copy(update={"hours": None}), hours and (hours.zone, frozenset(hours.spans))


@given(CONDITIONS)
def test_V2_a_form_that_shows_conditions_sends_the_same_ones(conditions: Conditions) -> None:
    form = BoundsFields(**filled(conditions, "Europe/Paris"))
    assert unordered(form.bound()) == unordered(conditions)
    assert form.binds or conditions.model_copy(update={"approve_first": 0}) == UNBOUND


def test_an_empty_form_binds_nothing() -> None:
    form = BoundsFields(begins=[""] * 14, ends=[""] * 14, zone="America/Santiago", hours=When.ANY)
    assert form.bound() == UNBOUND
    assert not form.binds


def test_V9_V10_the_working_week_is_a_choice_of_its_own() -> None:
    hours = BoundsFields(hours=When.WEEK, zone="America/Santiago").bound().hours
    assert hours == Hours(zone="America/Santiago", spans=WORKING_DAYS)
    assert filled(Conditions(hours=hours), "UTC")["hours"] is When.WEEK


def test_the_table_has_a_break_in_its_days_and_more_spans_than_that_where_there_are_more() -> None:
    spans = tuple(Span(day=0, begins=time(hour), ends=time(hour + 1)) for hour in (8, 10, 12))
    form = BoundsFields(**filled(Conditions(hours=Hours(zone="UTC", spans=spans)), "UTC"))
    rows = form.week(language("en"))
    assert [day for day, _ in rows][::6] == ["Monday", "Sunday"]
    assert [begins for _, begins, _ in rows[0][1]] == ["08:00", "10:00", "12:00"]
    assert {len(its) for _, its in BoundsFields().week(language("es"))} == {2}
    numbers = [number for _, its in rows for number, *_ in its]
    assert sorted(numbers) == list(range(21))


@pytest.mark.parametrize("typed", ["9:00", "09:00", "9.00", "9h00", " 09:00 "])
def test_hours_are_read_as_people_write_them(typed: str) -> None:
    form = BoundsFields(hours=When.OWN, zone="UTC", begins=[typed], ends=["24:00"])
    assert form.bound().hours == Hours(zone="UTC", spans=(Span(day=0, begins=time(9), ends=time()),))


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"senders": "ana@shop.example\nnobody"}, "senders"),
        ({"senders": "\n".join(f"{number}@shop.example" for number in range(201))}, "senders"),
        ({"labels_in": "a\u202eb"}, "labels_in"),
        ({"labels_out": "x" * 226}, "labels_out"),
        ({"changes_a_day": "many"}, "changes_a_day"),
        ({"changes_a_day": "-1"}, "changes_a_day"),
        ({"sends_a_day": "10001"}, "sends_a_day"),
        ({"sends_a_day": "²"}, "sends_a_day"),
        ({"approve_first": "1001"}, "approve_first"),
        ({"hours": "own"}, "hours"),
        ({"hours": "own", "zone": "UTC"}, "hours"),
        ({"hours": "week", "zone": "Mars/Base"}, "hours"),
        ({"hours": "own", "zone": "UTC", "begins": ["9:00"], "ends": [""]}, "hours"),
        ({"hours": "own", "zone": "UTC", "begins": ["18:00"], "ends": ["9:00"]}, "hours"),
        ({"hours": "own", "zone": "UTC", "begins": ["25:00"], "ends": ["26:00"]}, "hours"),
        ({"hours": "own", "zone": "UTC", "begins": ["24:30"], "ends": ["00:00"]}, "hours"),
        ({"hours": "any", "begins": ["9:00"], "ends": ["17:00"]}, "hours"),
    ],
)
def test_what_cannot_be_meant_is_said_beside_its_field_alone(fields: dict[str, object], name: str) -> None:
    form = BoundsFields.model_validate(fields)
    with pytest.raises(WrongFields) as refused:
        form.bound()
    assert set(refused.value.fields) == {name}
    assert refused.value.status == 400


def test_everything_that_is_wrong_is_said_at_once() -> None:
    form = BoundsFields(senders="nobody", changes_a_day="x", hours=When.OWN)
    with pytest.raises(WrongFields) as refused:
        form.bound(first_wanted=True)
    assert set(refused.value.fields) == {"senders", "changes_a_day", "hours", "approve_first"}


def test_the_line_that_is_no_sender_is_named() -> None:
    with pytest.raises(WrongFields) as refused:
        BoundsFields(senders="ana@shop.example\n\n  nobody here \n").bound()
    assert "“nobody here” is no sender" in str(refused.value.fields["senders"])
