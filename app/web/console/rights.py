"""What an assistant may do at a desk, for pages that show only what is possible; the desk itself decides."""

from __future__ import annotations

from dataclasses import dataclass

from app import clock
from app.access.reasons import REASONS
from app.access.scopes import Scope, closed
from app.actions.desk import Desk
from app.actions.own_grant import own_grant
from app.errors import NotFound
from app.models.grant import Grant
from app.web.console.standing import grant_state

SHUT = {"paused": "grant_paused", "expired": "grant_expired", "revoked": "grant_revoked"}


@dataclass(frozen=True, kw_only=True)
class Rights:
    """One assistant's grant as it stands; `shut` is the sentence that says why nothing can be done, or empty."""

    grant: Grant
    scopes: frozenset[Scope]
    shut: str = ""

    def may(self, scope: str) -> bool:
        """Say whether the grant has this right now."""
        return not self.shut and Scope(scope) in self.scopes


async def rights_at(desk: Desk) -> Rights:
    """Return what the assistant at this desk may do; raise NotFound if her grant has just ended."""
    grant = await own_grant(desk)
    if grant is None:
        raise NotFound
    return Rights(grant=grant, scopes=closed(grant.scopes), shut=_shut(desk, grant))


def _shut(desk: Desk, grant: Grant) -> str:
    if desk.mailbox.reconciling:  # that her access is paused is part of it, and no word of the owner's
        return REASONS["mailbox_reconciling"]
    if code := SHUT.get(grant_state(grant)):
        return REASONS[code]
    if clock.now() < grant.begins_at:
        return REASONS["grant_not_begun"]
    return "" if desk.mailbox.state == "active" else REASONS["mailbox_not_active"]
