"""Where a process of ours can be struck down: named steps of a letter's way, found in the program by name.

Nothing of this stands in the program itself. A process that is armed replaces one function of it, for itself alone, by
one that strikes before or after the step.
"""

from __future__ import annotations

import functools
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import count
from typing import Any

GMAIL, GRAPH = "app.providers.gmail.mailbox:Gmail.", "app.providers.graph.mailbox:Graph."


@dataclass(frozen=True, kw_only=True)
class Point:
    """One step: the functions that are it (`module:name`), and whether it strikes after them or before.

    `if_any` strikes only after one that has returned something.
    """

    places: tuple[str, ...]
    after: bool = False
    if_any: bool = False

    def steps(self) -> Iterator[Callable[..., Any]]:
        """Yield the functions; raise AttributeError if the program has no such one."""
        return (getattr(owner, last) for owner, last in self.owned())

    def owned(self) -> Iterator[tuple[Any, str]]:
        """Yield in what each function stands, and under which name."""
        for place in self.places:
            module, _, path = place.partition(":")
            *inner, last = path.split(".")
            yield functools.reduce(getattr, inner, import_module(module)), last


def _before(*places: str) -> Point:
    return Point(places=places)


def _after(*places: str, if_any: bool = False) -> Point:
    return Point(places=places, after=True, if_any=if_any)


def _both(call: str) -> tuple[str, str]:
    return GMAIL + call, GRAPH + call


# A worker's steps with a reply whose hour has come, in their order.
SENDING = {
    "due, not yet marked": _before("app.jobs.dispatcher:_mark"),
    "marked, no job yet": _before("app.jobs.dispatcher:_defer"),
    "job made, not committed": _after("app.jobs.dispatcher:_defer"),
    "job committed": _after("app.jobs.dispatcher:_taken", if_any=True),
    "job begun": _before("app.jobs.engine:deliver"),
    "before it looks": _before("app.actions.send:look"),
    "looked": _after("app.actions.send:look"),
    "intent written, not committed": _after("app.actions.attempt:write_intent"),
    "intent committed, nothing sent": _before(*_both("send_draft")),
    "sent, nothing noted": _after(*_both("send_draft")),
    "before the closing entry": _before("app.actions.desk:closing"),
    "after the closing entry": _after("app.actions.desk:closing"),
    "before it is settled": _before("app.actions.attempt:written_down", "app.actions.settling:written_down"),
    "settled, not committed": _after("app.actions.attempt:written_down", "app.actions.settling:written_down"),
    "job done": _after("app.jobs.engine:deliver"),
}
# Where a reply was begun by a worker that fell silent, and must not leave any more.
RETIRING = {
    "before the draft is copied": _before(*_both("copy_draft")),
    "draft copied, the old one there": _after(*_both("copy_draft")),
    "old draft gone, nothing noted": _after(*_both("delete_draft")),
    "copy not noted": _after("app.actions.settling:retire"),
}
POSTPONING = {
    "before it is put off": _before("app.actions.postpone:put_off"),
    "put off, not committed": _after("app.actions.postpone:put_off"),
    "put off": _after("app.actions.send:waits_for_hours", if_any=True),
}
# What a person has done, in the process of the pages.
WRITING = {
    "before the draft is made": _before(*_both("create_reply")),
    "draft made, not noted": _after(*_both("create_reply")),
    "draft noted": _after("app.actions.draft:_noted"),
}
DECIDING = {
    "decided, not committed": _after("app.actions.desk:opening"),
    "committed, not closed": _before("app.actions.desk:closing"),
    "closed": _after("app.actions.desk:closing"),
}
POINTS = SENDING | RETIRING | POSTPONING | WRITING | DECIDING


def arm(name: str, nth: int = 1, number: int = signal.SIGKILL) -> None:
    """Have this very process struck by a signal when it comes to a point for the nth time, counted from 1."""
    point, times = POINTS[name], count(1)

    def strike() -> None:
        if next(times) == nth:
            os.kill(os.getpid(), number)

    for owner, last in point.owned():
        setattr(owner, last, _struck(getattr(owner, last), point, strike))


def _struck(step: Callable[..., Awaitable[Any]], point: Point, strike: Callable[[], None]) -> Callable[..., Any]:
    @functools.wraps(step)
    async def instead(*given: Any, **named: Any) -> Any:
        if not point.after:
            strike()
        done = await step(*given, **named)
        if point.after and (done or not point.if_any):
            strike()
        return done

    return instead
