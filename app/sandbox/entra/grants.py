"""Codes, refresh tokens and access tokens of Entra, who agreed to what, and how a consent ends."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from app import clock

CODE_LIFE = timedelta(minutes=10)
ACCESS_LIFE = timedelta(seconds=4_500)  # Entra draws 60 to 90 minutes, 75 on average
IDLE_LIFE = timedelta(days=90)
REMEMBERED = timedelta(days=1)  # how long an expired access token is still told from an unknown one


class Cause(StrEnum):
    """Why a refresh token is dead. Entra has no call by which a program could end a consent."""

    REVOKED = "revoked"  # AADSTS50173: sessions revoked, or a password reset by an administrator
    CONSENT = "consent"  # AADSTS65001: the person or an administrator took the consent back
    IDLE = "idle"  # AADSTS700082: not used for 90 days
    DISABLED = "disabled"  # AADSTS50057: the account is switched off


@dataclass(slots=True)
class Code:
    """What an authorization code stands for; `redirect_uri` and `challenge` have to come back with it."""

    client_id: str
    redirect_uri: str
    email: str
    scopes: tuple[str, ...]
    nonce: str
    challenge: str
    strong: bool
    expires: datetime
    used: bool = False


@dataclass(slots=True)
class Refresh:
    """A refresh token: it stays good when it is used, and dies after 90 idle days or by a cause."""

    client_id: str
    email: str
    scopes: tuple[str, ...]
    issued: datetime
    last_used: datetime
    strong: bool = False
    ended: Cause | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """An access token for Graph; programs must not look into it."""

    client_id: str
    email: str
    scopes: tuple[str, ...]
    issued: datetime
    expires: datetime


@dataclass(slots=True)
class Grants:
    """Every code and token that is out, and what was agreed to by people and by administrators."""

    codes: dict[str, Code] = field(default_factory=dict)
    refreshes: dict[str, Refresh] = field(default_factory=dict)
    accesses: dict[str, Access] = field(default_factory=dict)
    agreed: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    admin_agreed: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    ended: dict[tuple[str, str], datetime] = field(default_factory=dict)
    _expiring: deque[tuple[datetime, str]] = field(default_factory=deque)

    def new_code(self, code: Code) -> str:
        """Keep what was agreed to and return the code for it."""
        token = f"1.AX0A{secrets.token_urlsafe(90)}"
        self.codes[token] = code
        return token

    def new_refresh(self, client_id: str, email: str, scopes: tuple[str, ...], *, strong: bool = False) -> str:
        """Return a refresh token; those that are out stay good."""
        token, now = f"1.AX0B{secrets.token_urlsafe(120)}", clock.now()
        self.refreshes[token] = Refresh(client_id, email, scopes, now, now, strong)
        return token

    def new_access(self, client_id: str, email: str, scopes: Iterable[str]) -> str:
        """Return an access token for 75 minutes."""
        now = clock.now()
        while self._expiring and self._expiring[0][0] + REMEMBERED < now:
            self.accesses.pop(self._expiring.popleft()[1], None)
        token = f"EwB{secrets.token_urlsafe(120)}"
        self.accesses[token] = Access(client_id, email, tuple(scopes), now, now + ACCESS_LIFE)
        self._expiring.append((now + ACCESS_LIFE, token))
        return token

    def agree(self, email: str, client_id: str, scopes: Iterable[str]) -> None:
        """Note that a person agreed to more."""
        key = email.casefold(), client_id
        self.agreed[key] = self.agreed.get(key, frozenset()) | set(scopes)

    def agree_for_all(self, tid: str, client_id: str, scopes: Iterable[str]) -> None:
        """Note that an administrator agreed for everybody of a tenant."""
        key = tid, client_id
        self.admin_agreed[key] = self.admin_agreed.get(key, frozenset()) | set(scopes)

    def covered(self, email: str, tid: str, client_id: str) -> frozenset[str]:
        """Return everything that this program has for a person, by whosever consent."""
        own = self.agreed.get((email.casefold(), client_id), frozenset())
        return own | self.admin_agreed.get((tid, client_id), frozenset())

    def end_all(self, email: str, client_id: str | None = None, *, cause: Cause = Cause.REVOKED) -> None:
        """End a person's refresh tokens for one program or all; access tokens live on to their end."""
        wanted, now, cause = email.casefold(), clock.now(), Cause(cause)
        for refresh in self.refreshes.values():
            if refresh.email.casefold() == wanted and client_id in {None, refresh.client_id}:
                refresh.ended = refresh.ended or cause
                self.ended[wanted, refresh.client_id] = now
        if cause is Cause.CONSENT:
            kept = self.agreed.items()
            self.agreed = {key: one for key, one in kept if key[0] != wanted or client_id not in {None, key[1]}}

    def cut_off(self, access: Access) -> bool:
        """Say whether the consent of an access token has ended since; only continuous evaluation asks."""
        ended = self.ended.get((access.email.casefold(), access.client_id))
        return ended is not None and access.issued <= ended
