"""The story, as somebody types it: in processes of its own, judged by the provider's own ledger."""

from __future__ import annotations

import re
import signal

import pytest

from app.cli.demo.stage import GMAIL, GRAPH
from app.cli.demo.story import STEPS
from app.cli.practice import OWNER
from app.locale.catalogues import language
from tests.cli.kit import Running, Said, database_is_up
from tests.sandbox.mail_files.make_mbox import make_mbox

STAGES = (GMAIL, GRAPH)
TOTALS = {"label", "draft", "send", "after_revoke"}


def whole_story(running: Running, said: Said) -> dict:
    """See that a whole story was told as JSON and nothing else; return its last object."""
    assert said.code == 0, said.err
    *steps, end = running.steps()
    assert len(steps) + 1 == len(said.out.splitlines()), "something else is on standard output"
    assert [(step["provider"], step["step"], step["name"]) for step in steps] == [
        (stage.name, number, name) for stage in STAGES for number, (name, _) in enumerate(STEPS, 1)
    ]
    for step in steps:
        assert list(step) == ["step", "name", "ok", "provider", "ledger"]
        assert step["ok"] is True
        # A sweep may look at the other provider meanwhile; it does nothing there.
        assert all(entry["provider"] == step["provider"] or not entry["effect"] for entry in step["ledger"])
    assert list(end) == ["totals", "unreadable", "ok"]
    assert end["ok"] is True
    assert {name: set(counts) for name, counts in end["totals"].items()} == {stage.name: TOTALS for stage in STAGES}
    return end


def effects(running: Running, provider: str) -> list[tuple[int, str]]:
    """Return what was done in the mailbox at a provider: the step, and the kind of effect."""
    return [
        (step["step"], entry["effect"]["kind"])
        for step in running.steps()[:-1]
        for entry in step["ledger"]
        if entry["effect"] and entry["provider"] == provider
    ]


@pytest.mark.crash
def test_C2_C3_C4_V1_V3_V4_V8_V50_V59_H3_H14_two_demos_at_once_each_tell_the_whole_story(start, ground):
    make_mbox(ground / "own.mbox", 120, broken=17, seed=3)
    plain = start("demo", "--once", "--json", data_dir=ground / "data")
    own = start("demo", "--once", "--json", "--mail", str(ground / "own.mbox"), data_dir=ground / "data")

    end = whole_story(plain, plain.ends())
    assert end["unreadable"] == 0
    names = [name for name, _ in STEPS]
    labelled, drafted, left = (names.index(name) + 1 for name in ("a label", "a draft with its hour", "it leaves once"))
    for stage in STAGES:
        counts, done = end["totals"][stage.name], effects(plain, stage.name)
        assert (counts["send"], counts["after_revoke"]) == (1, 0)
        assert [number for number, kind in done if kind == "label"] == [labelled]
        assert (drafted, "draft") in done
        assert [number for number, kind in done if kind == "send"] == [left]
    entries = [entry for step in plain.steps()[:-1] for entry in step["ledger"]]
    assert [entry["n"] for entry in entries] == list(range(1, len(entries) + 1)), "a call is told twice or not at all"
    assert {entry["mailbox"] for entry in entries if entry["effect"]} == {stage.owner[0] for stage in STAGES}

    end = whole_story(own, own.ends())
    assert end["unreadable"] == 17
    assert {(counts["send"], counts["after_revoke"]) for counts in end["totals"].values()} == {(1, 0)}
    assert not database_is_up(ground / "data/demo")


@pytest.mark.crash
@pytest.mark.parametrize("moments", [(1, 8)])
def test_H5_a_demo_that_was_killed_at_any_moment_starts_again_and_tells_its_story(start, ground, moments):
    data_dir = ground / "data"
    for moment in moments:
        running = start("demo", "--once", "--json", data_dir=data_dir)
        running.until(lambda: len(running.steps()) >= moment)  # noqa: B023 (used at once)
        children = running.children()
        assert children
        running.killed()
        running.gone(children)
    spanish = language("es").gettext
    running = start("demo", "--lang", "es", "--port", "0", data_dir=data_dir)
    running.until(lambda: "Ctrl-C" in running.out.splitlines()[-1] if running.out else False)
    for number, (name, _) in enumerate(STEPS, 1):
        assert f"{number:>2} ✓ {spanish(name)}" in running.out
    invited(running)
    children = running.children()
    said = running.told(signal.SIGINT)
    assert said.code in (0, 130)
    assert "Traceback" not in said.err
    running.gone(children)
    assert not database_is_up(data_dir / "demo")


@pytest.mark.crash
def test_a_demo_that_is_told_to_stop_in_the_middle_leaves_nothing_running(start, ground):
    running = start("demo", "--once", "--json", data_dir=ground / "data")
    running.until(running.steps)
    children = running.children()
    said = running.told(signal.SIGTERM)
    assert said.code == 128 + signal.SIGTERM
    assert "Traceback" not in said.err
    running.gone(children)
    assert not database_is_up(ground / "data/demo")


def invited(running: Running) -> None:
    """See that the last line leads to pages that can be used, and to a Google that lists the story's people."""
    found = re.search(r"http://localhost:\d+", running.out.splitlines()[-1])
    assert found
    assert OWNER[0] in running.out.splitlines()[-1]
    offered = running.google(found[0])
    for address in (OWNER[0], "camille@practice.deskhand.example"):
        assert address in offered
