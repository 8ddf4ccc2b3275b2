"""What every action is handed: the open database, the keys, the way to the providers, the settings."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.child import Child
from app.db.database import Database
from app.db.sealed import MasterKeys
from app.providers.transport import Transport
from app.settings import Settings


@dataclass(frozen=True)
class AccessToken:
    """A provider's access token; it lives in this process only. `consented_at` is when its consent was given."""

    value: str = field(repr=False)
    expires_at: datetime
    consented_at: datetime


@dataclass
class AccessTokens:
    """The access tokens this process has, `by_mailbox`, and a lock each so that one task refreshes for all."""

    by_mailbox: dict[UUID, AccessToken] = field(default_factory=dict, repr=False)
    locks: dict[UUID, asyncio.Lock] = field(default_factory=dict)

    def lock(self, mailbox_id: UUID) -> asyncio.Lock:
        """Return the lock of one mailbox."""
        return self.locks.setdefault(mailbox_id, asyncio.Lock())


@dataclass(frozen=True)
class Resources:
    """The open resources of one process; `secret` is the installation's own, from which its other keys derive."""

    settings: Settings
    db: Database
    keys: MasterKeys
    transport: Transport
    reader: Child
    secret: bytes = field(repr=False)
    tokens: AccessTokens = field(default_factory=AccessTokens)
