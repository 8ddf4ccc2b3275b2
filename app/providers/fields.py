"""Fields of a provider's JSON, read without trust: each may be missing, or of another kind than promised."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

LONG_AGO, FAR_AHEAD = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def word(resource: Mapping[str, Any], name: str) -> str:
    """Return a text of a resource, empty without one."""
    value = resource.get(name)
    return value if isinstance(value, str) else ""


def dicts(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list, nothing for anything else."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def inner(resource: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return an object inside a resource, an empty one without it."""
    value = resource.get(name)
    return value if isinstance(value, dict) else {}


def positive(value: object) -> int:
    """Return a whole number above 0, and 0 for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
