"""`bench`: figures as JSON lines, beside a floor of the same run, and a sentence where there is no checkout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli import bench


def test_the_figures_are_named_with_their_aims(deskhand):
    said = deskhand("bench", "access", "--json", "--list")
    named = [json.loads(line) for line in said.out.splitlines()]
    assert {each["name"]: each["aim"] for each in named} == {
        "access.decide": 5,
        "access.list_ratio": 1.3,
        "access.flat": 1.2,
    }
    assert all(each["what"] for each in named)


def test_one_figure_is_one_object_beside_its_floor(deskhand):
    said = deskhand("bench", "access.decide", "--json")
    (line,) = said.out.splitlines()
    figure = json.loads(line)
    assert list(figure) == ["name", "value", "unit", "floor", "ratio", "n", "conditions"]
    assert figure["name"] == "access.decide"
    assert figure["value"] > figure["floor"] > 0


def test_a_person_reads_whether_the_aim_is_met(deskhand):
    said = deskhand("bench", "access.decide")
    assert said.out.startswith("access.decide: ")
    assert "aim ≤ 5: " in said.out


def test_a_benchmark_that_is_not_there_is_wrong_use(deskhand):
    said = deskhand("bench", "gardening")
    assert said.code == 2
    assert "There is no benchmark gardening. There are: access.decide, " in said.err


def test_an_installed_package_says_that_it_needs_a_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(bench, "PLACE", tmp_path / "nowhere")
    with pytest.raises(bench.NeedsCheckout, match="need a checkout of Deskhand"):
        bench.bench()
