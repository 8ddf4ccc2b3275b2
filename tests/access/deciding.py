"""The decision as the desk asks for it: about a grant's row as it stands."""

from __future__ import annotations

from datetime import datetime

from app.access import decide as access
from app.access.acts import Act
from app.models.grant import Grant


def decide(actor: access.Actor, grant: Grant | None, act: Act, facts: access.Facts, now: datetime) -> access.Decision:
    """Decide under a grant."""
    return access.decide(actor, access.granted(grant), act, facts, now)
