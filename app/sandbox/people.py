"""The people with a practice Google account."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account; `email` is the account's address as first written."""

    email: str
    name: str
    locale: str = "en"

    @property
    def sub(self) -> str:
        """Google's lasting id of the account: 21 digits, the same for an address in every practice run."""
        digest = hashlib.sha256(self.email.casefold().encode()).digest()
        return str(10**20 + int.from_bytes(digest[:12], "big") % (9 * 10**20))[:21]

    @property
    def domain(self) -> str:
        """The part behind the @."""
        return self.email.rpartition("@")[2].casefold()
