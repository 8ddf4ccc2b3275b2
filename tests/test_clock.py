"""The one clock: the database's time, moved in practice only, and never turned back by what comes late."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import clock

THEN = datetime(2026, 11, 23, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("anchor", "anchored_at", "fixed_offset", "offset_file"):
        monkeypatch.setattr(clock._Clock, name, getattr(clock._Clock, name))
    clock.practise()


class Watch:
    """A monotonic clock that goes when it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 1000.0
        monkeypatch.setattr(clock.time, "monotonic", lambda: self.seconds)
        clock._Clock.anchor = None

    def goes(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    return Watch(monkeypatch)


def test_the_time_is_the_databases_and_goes_on_between_two_looks(watch: Watch) -> None:
    clock.learn(THEN)
    assert clock.now() == THEN
    watch.goes(90)
    assert clock.now() == THEN + 90 * SECOND
    assert clock.now().tzinfo is UTC


def test_before_the_first_look_it_is_the_machines_time(watch: Watch) -> None:
    assert abs(clock.now() - datetime.now(UTC)) < 5 * SECOND


def test_a_time_with_another_zone_is_the_same_moment(watch: Watch) -> None:
    clock.learn(THEN.astimezone(timezone(timedelta(hours=-3))))
    assert clock.now() == THEN


def test_an_answer_that_was_long_under_way_does_not_turn_the_clock_back(watch: Watch) -> None:
    clock.learn(THEN)
    watch.goes(10)
    clock.learn(THEN + 9.4 * SECOND)
    assert clock.now() == THEN + 10 * SECOND


def test_a_database_whose_clock_was_set_is_followed_both_ways(watch: Watch) -> None:
    clock.learn(THEN)
    watch.goes(10)
    clock.learn(THEN - 7200 * SECOND)
    assert clock.now() == THEN - 7200 * SECOND
    clock.learn(THEN + 7200 * SECOND)
    assert clock.now() == THEN + 7200 * SECOND


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0, 0.9)), max_size=30))
def test_with_answers_however_late_time_only_goes_on(steps: list[tuple[float, float]]) -> None:
    rounding = timedelta(milliseconds=1)
    with pytest.MonkeyPatch.context() as patch:
        watch, true, before = Watch(patch), THEN, THEN - SECOND
        for passes, late in steps:
            watch.goes(passes)
            true += timedelta(seconds=passes)
            clock.learn(true - timedelta(seconds=late))
            assert before - rounding <= clock.now() <= true + rounding
            before = clock.now()
        clock._Clock.anchor = None


def test_practice_moves_the_clock_by_a_fixed_step_and_by_a_file(watch: Watch, tmp_path: Path) -> None:
    clock.learn(THEN)
    clock.practise(offset=60 * SECOND, offset_file=tmp_path / "clock")
    assert clock.now() == THEN + 60 * SECOND
    clock.move(timedelta(hours=14))
    clock.move(-timedelta(hours=2))
    assert clock.offset() == 60 * SECOND + timedelta(hours=12)
    assert clock.now() == THEN + 60 * SECOND + timedelta(hours=12)
    assert list(tmp_path.iterdir()) == [tmp_path / "clock"]


def test_a_clock_file_that_says_nothing_moves_nothing(tmp_path: Path) -> None:
    clock.practise(offset_file=tmp_path / "clock")
    for content in ("", "soon", "\0"):
        (tmp_path / "clock").write_text(content)
        assert clock.offset() == timedelta()


@pytest.mark.parametrize("content", ["nan", "inf", "1e300", "-1e300"])
def test_a_clock_file_with_an_impossible_step_moves_nothing(tmp_path: Path, content: str) -> None:
    clock.practise(offset_file=tmp_path / "clock")
    (tmp_path / "clock").write_text(content)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(days=1)


def test_outside_practice_nothing_moves_the_clock() -> None:
    clock.practise()
    with pytest.raises(RuntimeError, match="practice only"):
        clock.move(SECOND)


def test_processes_that_share_the_file_share_the_time(tmp_path: Path) -> None:
    clock.practise(offset_file=tmp_path / "clock")
    clock.move(timedelta(days=30))
    program = (
        "import sys; from pathlib import Path; from app import clock; clock.practise(offset_file=Path(sys.argv[1]));"
        "print(clock.offset().total_seconds())"
    )
    there = subprocess.check_output([sys.executable, "-c", program, tmp_path / "clock"], cwd=Path(__file__).parents[1])
    assert float(there) == clock.offset().total_seconds() == 30 * 86_400
