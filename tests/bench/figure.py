"""A figure: what was measured, beside what the least possible costs in the same run."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Aim:
    """The name of a figure, what it says, and what it is to be at most."""

    name: str
    says: str
    most: float


@dataclass(frozen=True, kw_only=True)
class Figure:
    """`ratio` is value ÷ floor, both in `unit`; where the value is a quotient itself, the floor is 1."""

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
