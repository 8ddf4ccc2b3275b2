"""What goes wrong on purpose: which call is hit, after how many others, and how."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from fnmatch import fnmatchcase

from pydantic import BaseModel, ConfigDict, Field


class Kind(StrEnum):
    """How a call fails. Only `before` and the two status answers leave it without effect."""

    BEFORE = "before"
    AFTER_EFFECT = "after_effect"
    STATUS_429 = "status_429"
    STATUS_503 = "status_503"
    HANG = "hang"
    RESET = "reset"
    TRUNCATE = "truncate"


HARMLESS = frozenset({Kind.BEFORE, Kind.STATUS_429, Kind.STATUS_503})


class Fault(BaseModel):
    """One fault as `PUT /_faults` takes it.

    `method` and `path` are patterns with `*` on the raw path; `after` matching calls pass first, then `times` are hit.
    `seconds` is how long a hang lasts, and what Retry-After says with a 429.
    """

    model_config = ConfigDict(extra="forbid")

    provider: str = "*"
    method: str = "*"
    path: str = "*"
    after: int = Field(default=0, ge=0)
    times: int = Field(default=1, ge=0)
    fault: Kind
    seconds: float = Field(default=1, ge=0, le=600)

    def hits(self, provider: str, method: str, path: str) -> bool:
        """Say whether this call is one of those meant."""
        named = ((provider, self.provider), (method.upper(), self.method.upper()), (path, self.path))
        return all(fnmatchcase(value, pattern) for value, pattern in named)


class FaultPlan:
    """The faults still to come."""

    def __init__(self) -> None:
        """Begin without any."""
        self.faults: list[Fault] = []

    def replace(self, faults: Iterable[Fault]) -> None:
        """Forget the old plan and take this one."""
        self.faults = [fault.model_copy() for fault in faults]

    def take(self, provider: str, method: str, path: str) -> Fault | None:
        """Return the fault that hits this call, if one does; every plan entry that means it counts it."""
        struck = None
        for fault in self.faults:
            if not fault.hits(provider, method, path):
                continue
            if fault.after:
                fault.after -= 1
            elif fault.times and struck is None:
                fault.times -= 1
                struck = fault
        return struck
