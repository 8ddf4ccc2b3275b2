"""Dates of letters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sandbox.dates import read_date, write_date


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Mon, 2 Nov 2026 10:00:00 +0000", datetime(2026, 11, 2, 10, tzinfo=UTC)),
        ("Mon, 02 Nov 2026 07:00:00 -0300", datetime(2026, 11, 2, 10, tzinfo=UTC)),
        ("2 Nov 26 10:00 GMT", datetime(2026, 11, 2, 10, tzinfo=UTC)),
        ("Mon, 2 Nov 2026 10:00:00 -0000 (comment)", datetime(2026, 11, 2, 10, tzinfo=UTC)),
    ],
)
def test_a_date_is_read_as_a_moment(written: str, moment: datetime):
    assert read_date(written) == moment


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "Mon, 32 Nov 2026 10:00:00 +0000",
        "1 Jan 1900 00:00:00 +0000",
        "Mon, 2 Nov 99999 1:1:1 +0000",
        "\0",
        ",",
    ],
)
def test_what_no_calendar_knows_is_no_date(written: str):
    assert read_date(written) is None


@given(st.text(max_size=100))
def test_any_text_is_a_date_or_none(text: str):
    found = read_date(text)
    assert found is None or found.tzinfo is UTC


@given(
    st.integers(min_value=40_000_000, max_value=4_000_000_000),
    st.integers(min_value=-720, max_value=720),
)
def test_what_is_written_is_read_back(seconds: int, minutes: int):
    aware = datetime.fromtimestamp(seconds, timezone(timedelta(minutes=minutes)))
    assert read_date(write_date(aware)) == aware
