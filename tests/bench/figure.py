"""A figure: what was measured, beside what the least possible costs in the same run."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Aim:
    """The name of a figure, what it says, and what it is to be at most (None: it is told beside others).

    A `promise` is more than an aim: a run that breaks it ends with exit code 1.
    """

    name: str
    says: str
    most: float | None = None
    promise: bool = False

    def met(self, value: float) -> bool:
        """Say whether a value is as it is to be."""
        return self.most is None or value <= self.most


@dataclass(frozen=True, kw_only=True)
class Figure:
    """`ratio` is value ÷ floor, both in `unit`; where the value is a quotient itself, the floor is 1.

    Where cases are counted, the floor is the number of all cases.
    """

    name: str
    value: float
    unit: str
    floor: float
    ratio: float
    n: int
    conditions: str

    def line(self) -> str:
        """Return it as one line of JSON."""
        return json.dumps(asdict(self))


def machine() -> str:
    """Return what the figures were made on, without its name."""
    return f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"


async def least_cpu(*ways: Callable[[], Awaitable[object]], rounds: int) -> list[float]:
    """Return the least CPU seconds of this process that each way took; they take turns, so that all meet the same."""
    least = [float("inf")] * len(ways)
    for _ in range(rounds):
        for number, way in enumerate(ways):
            began = time.process_time()
            await way()
            least[number] = min(least[number], time.process_time() - began)
    return least
