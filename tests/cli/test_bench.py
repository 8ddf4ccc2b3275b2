"""`bench`: figures as JSON lines, beside a floor of the same run, and a sentence where there is no checkout."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app import cli
from app.cli import bench
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
