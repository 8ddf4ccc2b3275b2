"""Codes, refresh tokens and access tokens; one grant per person and client, which ends as a whole."""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app import clock

CODE_LIFE = timedelta(minutes=10)
ACCESS_LIFE = timedelta(seconds=3599)
TESTING_LIFE = timedelta(days=7)
IDLE_LIFE = timedelta(days=182)
MOST_REFRESH_TOKENS = 100


@dataclass(slots=True)
class Code:
    """What an authorization code stands for."""

    client_id: str
    redirect_uri: str
    email: str
    scopes: tuple[str, ...]
    nonce: str
    challenge: str
    offline: bool
    renew: bool
    expires: datetime
    used: bool = False


@dataclass(slots=True)
class Refresh:
    """A refresh token: its scopes, when it was last used, and when it ends if it does by itself."""

    client_id: str
    email: str
    scopes: tuple[str, ...]
    last_used: datetime
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """An access token."""

    client_id: str
    email: str
    scopes: tuple[str, ...]
    expires: datetime


@dataclass(slots=True)
class Grants:
    """Every code and token that is out, and what each person has agreed to so far."""

    codes: dict[str, Code] = field(default_factory=dict)
    refreshes: dict[str, Refresh] = field(default_factory=dict)
    accesses: dict[str, Access] = field(default_factory=dict)
    agreed: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    _expiring: deque[tuple[datetime, str]] = field(default_factory=deque)

    def new_code(self, code: Code) -> str:
        """Keep what was agreed to and return the code for it."""
        token = f"4/0A{secrets.token_urlsafe(48)}"
        self.codes[token] = code
        return token

    def new_refresh(self, refresh: Refresh) -> str:
        """Return a refresh token; the oldest of more than 100 of one person and client dies silently."""
        token = f"1//0{secrets.token_urlsafe(64)}"
        self.refreshes[token] = refresh
        # Older tokens stand first: a dictionary keeps the order in which they were made.
        siblings = [key for key, one in self.refreshes.items() if _owner(one) == _owner(refresh)]
        for oldest in siblings[:-MOST_REFRESH_TOKENS]:
            del self.refreshes[oldest]
        return token

    def new_access(self, client_id: str, email: str, scopes: tuple[str, ...]) -> str:
        """Return an access token for 3,599 seconds."""
        self._forget_expired()
        token = f"ya29.a0{secrets.token_urlsafe(96)}"
        expires = clock.now() + ACCESS_LIFE
        self.accesses[token] = Access(client_id, email, scopes, expires)
        self._expiring.append((expires, token))
        return token

    def _forget_expired(self) -> None:
        now = clock.now()
        while self._expiring and self._expiring[0][0] < now:
            self.accesses.pop(self._expiring.popleft()[1], None)

    def access(self, token: str) -> Access | None:
        """Return a living access token, None for any other."""
        found = self.accesses.get(token)
        return found if found and found.expires > clock.now() else None

    def refresh(self, token: str) -> Refresh | None:
        """Return a living refresh token, None for any other, and note that it was used."""
        found, now = self.refreshes.get(token), clock.now()
        if found is None:
            return None
        if (found.expires and found.expires <= now) or found.last_used + IDLE_LIFE <= now:
            del self.refreshes[token]
            return None
        found.last_used = now
        return found

    def end(self, token: str) -> bool:
        """End the whole grant that a token belongs to; say whether the token was alive."""
        found = self.refresh(token) or self.access(token)
        if found is None:
            return False
        self.end_all(found.email, found.client_id)
        return True

    def end_all(self, email: str, client_id: str | None = None) -> None:
        """End a person's grants to one client, or to all, as a new password does."""

        def ended(one: Refresh | Access) -> bool:
            return one.email == email and client_id in {None, one.client_id}

        self.refreshes = {key: one for key, one in self.refreshes.items() if not ended(one)}
        self.accesses = {key: one for key, one in self.accesses.items() if not ended(one)}
        self.agreed = {
            key: kept for key, kept in self.agreed.items() if key[0] != email or client_id not in {None, key[1]}
        }


def _owner(refresh: Refresh) -> tuple[str, str]:
    return refresh.email, refresh.client_id
