"""The protocol of a send as a small model, every state of it visited: workers die anywhere, the owner revokes anywhen.

Two workers (a doubled job is the other one at the same row), crashes at any point, a worker stopped beyond its lease
that wakes, approvals used once, a provider that is busy or does not answer. The model is checked as we do it, and with
each of its safeguards left out: the checker would find that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

MOST_STATES = 10**5


class Worker(NamedTuple):
    """What one worker does; whether the row still bears its fence, and the draft the id under which it sends."""

    doing: str = "idle"  # idle | looked | checked | calling | silent | answered | busy
    fence: bool = True
    reaches: bool = True
    second: bool = False  # another had begun this row before


class State(NamedTuple):
    """One draft, its row, two workers, the owner; `at_done` is how many letters had left when revoking was done."""

    row: str = "prepared"  # prepared | intent | sent | held | asked
    draft: str = "there"  # there | sent | binned
    yes: str = "none"  # none | given | used: the owner's approval
    unlawful: bool = False  # a letter has left without a yes
    left: int = 0
    live: bool = True  # the grant
    done: bool = False  # the revocation
    at_done: int = 0
    workers: tuple[Worker, Worker] = (Worker(), Worker())
    crashes: int = 0


class Rules(NamedTuple):
    """The safeguards, each of which can be left out."""

    locked: bool = True  # intent and check in one transaction under the grant's lock
    proof: bool = True  # gone is not sent: a copy has to be found
    retire: bool = True  # before a silent worker's send is held, its draft is put out of its reach
    one_post: bool = True  # a call that sends is never repeated blindly
    fenced: bool = True  # who comes too late changes no row that another has taken since
    as_read: bool = True  # who is refused before its intent changes only a row that is still as it was read
    stays: bool = True  # what a silent worker had begun is never put back to wait
    asked: bool = True  # nothing leaves without the owner's yes
    by_time: bool = False  # a silent worker counts as ended when its time is over


def with_worker(state: State, number: int, worker: Worker) -> State:
    workers = list(state.workers)
    workers[number] = worker
    return state._replace(workers=(workers[0], workers[1]))


def letter_leaves(state: State, worker: Worker) -> State:
    if state.draft != "there" or not worker.reaches:
        return state
    return state._replace(draft="sent", left=state.left + 1, unlawful=state.unlawful or state.yes == "none")


def worker_steps(state: State, number: int, rules: Rules) -> Iterator[State]:
    me = state.workers[number]
    if me.doing == "idle" and state.row in ("prepared", "intent"):
        # While a worker's lease lasts nobody else looks at its row; `silent` is one whose lease is over.
        if state.row == "prepared" or not any(each.doing in ("calling", "answered", "busy") for each in state.workers):
            yield from begun(state, number, rules)
        if state.row == "prepared":
            yield with_worker(state, number, Worker("looked"))
    elif me.doing == "looked":
        yield from went_on(with_worker(state, number, Worker()), number, rules)
    elif me.doing == "checked":  # without the lock, time passes between the check and the intent
        yield intent(state, number)
    elif me.doing in ("calling", "silent"):
        yield from called(state, number, rules)
    elif me.doing == "answered":
        mine = state.row == "intent" and (me.fence or not rules.fenced)
        yield with_worker(state._replace(row="sent") if mine else state, number, Worker())
    elif me.doing == "busy":
        mine = state.row == "intent" and (me.fence or not rules.fenced)
        back = "intent" if me.second and rules.stays else "prepared" if state.live else "held"
        yield with_worker(state._replace(row=back) if mine else state, number, Worker())
    if me.doing in ("calling", "answered", "busy") and state.crashes < 2:
        crashed = state._replace(crashes=state.crashes + 1)
        yield with_worker(crashed, number, Worker())  # killed
        if me.doing == "calling":
            yield with_worker(crashed, number, me._replace(doing="silent"))


def went_on(state: State, number: int, rules: Rules) -> Iterator[State]:
    """A worker that has looked at a row which waited decides; meanwhile the other may have begun to send it."""
    if state.row == "prepared":
        yield from begun(state, number, rules)
        return
    yield state
    if state.row == "intent" and not rules.as_read:  # refused, or the provider was busy when it judged the message
        yield state._replace(row="prepared" if state.live else "held")


def called(state: State, number: int, rules: Rules) -> Iterator[State]:
    me = state.workers[number]
    after = letter_leaves(state, me)
    yield with_worker(after, number, me._replace(doing="answered") if after.left > state.left else Worker())
    yield with_worker(after, number, Worker())  # the answer is lost
    yield with_worker(state, number, me._replace(doing="busy"))  # nothing was done, says the provider
    if not rules.one_post:
        yield with_worker(after._replace(left=after.left + 1), number, me._replace(doing="answered"))


def intent(state: State, number: int) -> State:
    """Write the intent down: the fence is this worker's from now on, and the yes is used up."""
    yes = "used" if state.yes == "given" else state.yes
    one, two = (each._replace(fence=False) for each in state.workers)
    others = state._replace(row="intent", yes=yes, workers=(one, two))
    return with_worker(others, number, Worker("calling", second=state.row == "intent"))


def begun(state: State, number: int, rules: Rules) -> Iterator[State]:
    """A worker takes the row: it looks first, then decides, then writes its intent."""
    if state.draft == "sent":
        yield state._replace(row="sent")
    elif state.draft == "binned":
        yield state._replace(row="asked" if rules.proof else "sent")
    elif not state.live or (rules.asked and (state.yes == "none" or (state.yes == "used" and state.row != "intent"))):
        workers = state.workers
        if rules.retire and state.row == "intent":  # the draft stands under another id from now on
            workers = (workers[0]._replace(reaches=False), workers[1]._replace(reaches=False))
        yield state._replace(row="held", workers=workers)
    elif rules.locked:
        yield intent(state, number)
    else:
        yield with_worker(state, number, Worker("checked"))


def steps(state: State, rules: Rules) -> Iterator[State]:
    """Give every state that may follow."""
    for number in (0, 1):
        yield from worker_steps(state, number, rules)
    if state.live:
        row = "held" if state.row == "prepared" else state.row
        yield state._replace(live=False, row=row, yes="none" if state.yes == "given" else state.yes)
        if state.yes == "none":
            yield state._replace(yes="given", row="prepared" if state.row == "held" else state.row)
    ended = state.row != "intent" or (rules.by_time and any(each.doing == "silent" for each in state.workers))
    if not state.live and not state.done and ended:
        yield state._replace(done=True, at_done=state.left)
    if state.draft == "there" and state.row in ("prepared", "intent"):
        yield state._replace(draft="binned")


def wrong(state: State) -> str:
    """Say which promise a state breaks."""
    if state.left > 1:
        return "sent twice"
    if state.done and state.left > state.at_done:
        return "sent after revoking was done"
    if state.row == "sent" and state.left != 1:
        return "taken for sent, and it is not"
    return "left without a yes" if state.unlawful else ""


def explored(rules: Rules) -> tuple[int, set[str], list[State]]:
    """Return how many states there are, which promises are broken, and from where nothing leads to an end."""
    seen, waiting = {State()}, [State()]
    before: dict[State, list[State]] = {}
    while waiting:
        state = waiting.pop()
        if wrong(state):
            continue  # found; what follows is no news
        for after in steps(state, rules):
            before.setdefault(after, []).append(state)
            if after not in seen:
                seen.add(after)
                waiting.append(after)
        assert len(seen) < MOST_STATES
    ends = [state for state in seen if wrong(state) or state.row in ("sent", "held", "asked")]
    reached = set(ends)
    while ends:  # whatever can come to an end
        for earlier in before.get(ends.pop(), []):
            if earlier not in reached:
                reached.add(earlier)
                ends.append(earlier)
    return len(seen), {wrong(state) for state in seen} - {""}, [state for state in seen if state not in reached]


def test_I4_no_state_of_the_protocol_breaks_a_promise_and_none_is_stuck() -> None:
    count, broken, stuck = explored(Rules())
    assert 500 < count < MOST_STATES, count
    assert broken == set()
    assert stuck == []


@pytest.mark.parametrize(
    ("without", "breaks"),
    [
        ({"locked": False}, "sent after revoking was done"),
        ({"proof": False}, "taken for sent, and it is not"),
        ({"retire": False}, "sent after revoking was done"),
        ({"one_post": False}, "sent twice"),
        ({"by_time": True}, "sent after revoking was done"),
        ({"fenced": False}, "sent after revoking was done"),
        ({"as_read": False}, "sent after revoking was done"),
        ({"stays": False}, "sent after revoking was done"),
        ({"asked": False}, "left without a yes"),
    ],
)
def test_each_safeguard_is_needed(without: dict[str, bool], breaks: str) -> None:
    _, broken, _ = explored(Rules(**without))
    assert breaks in broken
