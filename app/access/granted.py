"""A grant as a decision reads it: taken from its row once an act, since a row's attributes are slow to read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.access.scopes import Scope, closed
from app.models.conditions import Conditions
from app.models.grant import Grant, GrantStatus, NeedsApproval


@dataclass(frozen=True, kw_only=True, slots=True)
class Granted:
    """What one grant says now. `scopes` are those with all that they imply; none at all if one of them is not known."""

    version: int
    status: GrantStatus
    begins_at: datetime
    expires_at: datetime
    scopes: frozenset[Scope]
    needs_approval: NeedsApproval
    conditions: Conditions | None


def granted(grant: Grant | None) -> Granted | None:
    """Return a grant as it stands, None if there is none."""
    if grant is None:
        return None
    return Granted(
        version=grant.version,
        status=grant.status,
        begins_at=grant.begins_at,
        expires_at=grant.expires_at,
        scopes=_known(grant.scopes),
        needs_approval=grant.needs_approval,
        conditions=grant.conditions,
    )


def _known(scopes: Iterable[str]) -> frozenset[Scope]:
    try:
        return closed(scopes)
    except ValueError:  # a word from a later version: unknown means denied
        return frozenset()
