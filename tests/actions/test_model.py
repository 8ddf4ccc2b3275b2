"""The protocol of a send as a small model, every state of it visited: workers die anywhere, the owner revokes anywhen.

The model is checked as we do it, and with each of its safeguards left out: the checker would find that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest


class State(NamedTuple):
    """One draft, its row, two workers, the owner; `at_done` is how many letters had left when revoking was done."""

    row: str = "prepared"  # prepared | intent | sent | held | asked
    draft: str = "there"  # there | sent | binned; retired: under another id, out of the reach of old workers
    left: int = 0
    live: bool = True  # the grant
    done: bool = False  # the revocation
    at_done: int = 0
    workers: tuple[str, str] = ("idle", "idle")  # idle | checked | calling | silent | answered
    crashes: int = 0


class Rules(NamedTuple):
    """The safeguards, each of which can be left out."""

    locked: bool = True  # intent and check in one transaction under the grant's lock
    proof: bool = True  # gone is not sent: a copy has to be found
    retire: bool = True  # before a silent worker's send is held, its draft is put out of its reach
    one_post: bool = True  # a call that sends is never repeated blindly


def with_worker(state: State, number: int, doing: str) -> State:
    workers = list(state.workers)
    workers[number] = doing
    return state._replace(workers=(workers[0], workers[1]))


def letter_leaves(state: State) -> State:
    return state._replace(draft="sent", left=state.left + 1) if state.draft == "there" else state


def worker_steps(state: State, number: int, rules: Rules) -> Iterator[State]:
    doing = state.workers[number]
    if doing == "idle" and state.row in ("prepared", "intent") and "calling" not in state.workers:
        yield from begun(state, number, rules)
    elif doing == "checked":  # without the lock, time passes between the check and the intent
        yield with_worker(state._replace(row="intent"), number, "calling")
    elif doing in ("calling", "silent"):
        after = letter_leaves(state)
        yield with_worker(after, number, "answered")
        yield with_worker(after, number, "idle")  # the answer is lost, or the worker dies with it
        if not rules.one_post:
            yield with_worker(after._replace(left=after.left + 1), number, "answered")
        if doing == "calling" and state.crashes < 2:
            yield with_worker(state._replace(crashes=state.crashes + 1), number, "silent")
            yield with_worker(state._replace(crashes=state.crashes + 1), number, "idle")
    elif doing == "answered":
        ended = state._replace(row="sent") if state.row == "intent" else state
        yield with_worker(ended, number, "idle")


def begun(state: State, number: int, rules: Rules) -> Iterator[State]:
    """A worker takes the row: it looks first, then decides, then writes its intent."""
    if state.draft == "sent":
        yield state._replace(row="sent")
    elif state.draft == "binned":
        yield state._replace(row="asked" if rules.proof else "sent")
    elif not state.live:
        retired = "retired" if rules.retire and state.row == "intent" else state.draft
        yield state._replace(row="held", draft=retired)
    elif rules.locked:
        yield with_worker(state._replace(row="intent"), number, "calling")
    else:
        yield with_worker(state, number, "checked")


def steps(state: State, rules: Rules) -> Iterator[State]:
    """Give every state that may follow."""
    for number in (0, 1):
        yield from worker_steps(state, number, rules)
    if state.live:
        row = "held" if state.row == "prepared" else state.row
        yield state._replace(live=False, row=row)
    if not state.live and not state.done and state.row != "intent":
        yield state._replace(done=True, at_done=state.left)
    if state.draft == "there" and state.row == "prepared":
        yield state._replace(draft="binned")


def wrong(state: State) -> str:
    """Say which promise a state breaks."""
    if state.left > 1:
        return "sent twice"
    if state.done and state.left > state.at_done:
        return "sent after revoking was done"
    if state.row == "sent" and state.left != 1:
        return "taken for sent, and it is not"
    return ""


def explored(rules: Rules) -> tuple[int, set[str], list[State]]:
    """Return how many states there are, which promises are broken, and where nothing can follow."""
    seen, waiting = {State()}, [State()]
    broken: set[str] = set()
    stuck: list[State] = []
    while waiting:
        state = waiting.pop()
        broken.add(wrong(state))
        following = list(steps(state, rules))
        if not following and state.row in ("prepared", "intent"):
            stuck.append(state)
        fresh = set(following) - seen
        seen |= fresh
        waiting += fresh
    return len(seen), broken - {""}, stuck


def test_no_state_of_the_protocol_breaks_a_promise_and_none_is_stuck() -> None:
    count, broken, stuck = explored(Rules())
    assert count > 100
    assert broken == set()
    assert stuck == []


@pytest.mark.parametrize(
    ("without", "breaks"),
    [
        ({"locked": False}, "sent after revoking was done"),
        ({"proof": False}, "taken for sent, and it is not"),
        ({"retire": False}, "sent after revoking was done"),
        ({"one_post": False}, "sent twice"),
    ],
)
def test_each_safeguard_is_needed(without: dict[str, bool], breaks: str) -> None:
    _, broken, _ = explored(Rules(**without))
    assert breaks in broken
