"""`bench`: figures as JSON lines, beside a floor of the same run, and a sentence where there is no checkout."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app import cli
from app.cli import bench
from tests.bench import access, revoke, run
from tests.bench.figure import Figure
from tests.cli.kit import Said

Told = Callable[..., Said]


@pytest.fixture
def told(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Told:
    """Run the command; it measures in a process of its own, whose words only the file descriptors have."""

    def run(*words: str) -> Said:
        monkeypatch.setattr("sys.argv", ["deskhand", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return Said(int(ended.value.code or 0), *capfd.readouterr())

    return run


def test_the_figures_are_named_with_their_aims(told: Told) -> None:
    said = told("bench", "access", "--json", "--list")
    named = [json.loads(line) for line in said.out.splitlines()]
    assert {each["name"]: each["aim"] for each in named} == {
        "access.decide": 5,
        "access.list_ratio": 1.3,
        "access.flat": 1.2,
    }
    assert all(each["what"] for each in named)


def test_how_late_and_how_dear_a_reply_is_has_its_aims(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.run("outbox", as_json=True, only_list=True) == 0
    named = {each["name"]: each["aim"] for each in map(json.loads, capsys.readouterr().out.splitlines())}
    assert named == {
        "outbox.late_p99_20": 2,
        "outbox.late_p99_100": 5,
        "outbox.cpu_ratio": 4,
        "outbox.flat": 1.2,
    }


def test_what_is_counted_in_races_is_listed_with_its_promises(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.run("revoke", as_json=True, only_list=True) == 0
    named = {each["name"]: each["aim"] for each in map(json.loads, capsys.readouterr().out.splitlines())}
    assert named["revoke.begun_after_done"] == named["revoke.sent_twice"] == named["revoke.unsettled"] == 0
    assert named["revoke.named_in_flight"] is None
    assert run.run("revoke", as_json=False, only_list=True) == 0
    assert "≤ 0      sends begun after done was told" in capsys.readouterr().out


def test_what_is_counted_over_kills_is_listed_with_its_promises(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.run("crash", as_json=True, only_list=True) == 0
    named = {each["name"]: each["aim"] for each in map(json.loads, capsys.readouterr().out.splitlines())}
    assert named["crash.lost"] == named["crash.doubled"] == named["crash.wrong"] == 0
    assert named["crash.kills"] is None


@pytest.mark.parametrize(("late", "code", "word"), [(0, 0, "met"), (1, 1, "not met")])
def test_a_broken_promise_is_exit_1_and_a_missed_aim_is_told(
    late: int, code: int, word: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def raced(wanted: frozenset[str]) -> Iterator[Figure]:
        for name, value in (("revoke.begun_after_done", late), ("revoke.held", 40)):
            if name in wanted:
                yield Figure(name=name, value=value, unit="races", floor=99, ratio=0, n=99, conditions="")

    def slow(_: frozenset[str]) -> Iterator[Figure]:
        yield Figure(name="access.decide", value=9, unit="µs", floor=1, ratio=9, n=1, conditions="")

    monkeypatch.setattr(run, "GROUPS", ((access.AIMS, slow), (revoke.AIMS, raced)))
    assert run.run("", as_json=False, only_list=False) == code
    decided, begun, held = capsys.readouterr().out.splitlines()
    assert "aim ≤ 5: not met" in decided
    assert f"(aim ≤ 0: {word}; floor 99" in begun
    assert "revoke.held: 40 races (floor 99" in held


def test_one_figure_is_one_object_beside_its_floor(told: Told) -> None:
    said = told("bench", "access.decide", "--json")
    (line,) = said.out.splitlines()
    figure = json.loads(line)
    assert list(figure) == ["name", "value", "unit", "floor", "ratio", "n", "conditions"]
    assert figure["name"] == "access.decide"
    assert figure["value"] > figure["floor"] > 0


def test_a_person_reads_whether_the_aim_is_met(told: Told) -> None:
    said = told("bench", "access.decide")
    assert said.out.startswith("access.decide: ")
    assert "aim ≤ 5: " in said.out


def test_a_benchmark_that_is_not_there_is_wrong_use(told: Told) -> None:
    said = told("bench", "gardening")
    assert said.code == 2
    assert "There is no benchmark gardening. There are: access.decide, " in said.err


def test_an_installed_package_says_that_it_needs_a_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(bench, "PLACE", tmp_path / "nowhere")
    with pytest.raises(bench.NeedsCheckout, match="need a checkout of Deskhand"):
        bench.bench()
