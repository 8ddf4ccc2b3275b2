"""What a form or a program asks of the log: days of the owner's, and nothing that was not filled in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from pydantic import ValidationError

from app.actions.log_asked import EVERYTHING
from app.actions.log_kinds import KINDS
from app.web.log_filter import LogFilter

EMPTY = {"actor": "", "kind": "", "since": "", "until": "", "message": ""}


def test_a_form_that_is_not_filled_in_asks_for_everything() -> None:
    for wanted in (LogFilter(), LogFilter.model_validate(EMPTY)):
        assert wanted.asked("UTC") == EVERYTHING
        assert wanted.query == {}


@pytest.mark.parametrize(
    ("zone", "begins", "ends"),
    [
        ("UTC", datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 3, 30, tzinfo=UTC)),
        ("Europe/Paris", datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 3, 28, 11, tzinfo=UTC), datetime(2026, 3, 29, 11, tzinfo=UTC)),
    ],
)
def test_a_day_is_as_long_as_it_is_where_the_owner_lives(zone: str, begins: datetime, ends: datetime) -> None:
    """In Paris the clocks go forward on this day: it has 23 hours."""
    asked = LogFilter(since=date(2026, 3, 29), until=date(2026, 3, 29)).asked(zone)
    assert (asked.since, asked.until) == (begins, ends)


def test_what_is_asked_for_stands_in_the_address_and_in_the_name_of_the_list() -> None:
    wanted = LogFilter(kind="tidying", refused=True, since=date(2026, 1, 2), message=UUID(int=5))
    assert wanted.query == {
        "kind": "tidying",
        "refused": "true",
        "since": "2026-01-02",
        "message": str(UUID(int=5)),
    }
    assert LogFilter.model_validate(wanted.query) == wanted
    assert wanted.name != LogFilter().name


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_asked_for(kind: str) -> None:
    assert LogFilter.model_validate({"kind": kind}).asked("UTC").kind == kind


@pytest.mark.parametrize(
    "wrong", [{"since": "yesterday"}, {"until": "9999-12-31"}, {"since": "0001-01-01"}, {"kind": "x"}, {"actor": "x"}]
)
def test_what_cannot_be_asked_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        LogFilter.model_validate(wrong)
