"""Which program is calling: its key, of which only the digest is kept, and what that opens at one mailbox."""

from __future__ import annotations

import base64
import re
import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app.access.identity import digest_of
from app.access.scopes import Scope, closed
from app.models.grant import Grant, GrantStatus
from app.models.program_key import ProgramKey

PREFIX = "dhk_"  # by which scanners for secrets find one in a place where it should not be
PLACE_LENGTH = 22  # a mailbox's 16 bytes in base64 without padding
_KEY = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{{PLACE_LENGTH + 43}}}")  # the mailbox, then 32 random bytes


def new_secret(mailbox_id: UUID) -> tuple[str, bytes]:
    """Make a key; return it with the digest that is kept.

    It names its mailbox, so that its row is looked for behind that mailbox's wall and nowhere else.
    """
    place = base64.urlsafe_b64encode(mailbox_id.bytes).decode().rstrip("=")
    secret = f"{PREFIX}{place}{secrets.token_urlsafe(32)}"
    return secret, digest_of(secret)


def place_of(secret: str) -> UUID | None:
    """Return the mailbox that a key names; None for a word that was never a key of ours."""
    if not _KEY.fullmatch(secret):
        return None
    place = secret.removeprefix(PREFIX)[:PLACE_LENGTH]
    return UUID(bytes=base64.urlsafe_b64decode(f"{place}=="))


async def program_of(session: AsyncSession, mailbox_id: UUID, secret: str, now: datetime) -> ProgramKey | None:
    """Return the key with this secret at a mailbox, noted as used; None if it or its grant has ended, or never was."""
    rows = await session.execute(
        select(ProgramKey, Grant)
        .join(
            Grant, (col(Grant.mailbox_id) == col(ProgramKey.mailbox_id)) & (col(Grant.id) == col(ProgramKey.grant_id))
        )
        .where(col(ProgramKey.mailbox_id) == mailbox_id, col(ProgramKey.secret_sha256) == digest_of(secret))
    )
    row = rows.first()
    if row is None:
        return None
    key, grant = row
    if not key.lives(now) or grant.status == GrantStatus.REVOKED:
        return None
    hour = now.replace(minute=0, second=0, microsecond=0)
    if key.last_used_at is None or key.last_used_at < hour:
        key.last_used_at = hour
    return key


def opened_by(key: ProgramKey | None, grant: Grant | None, now: datetime) -> frozenset[Scope]:
    """Return what a key lets a program do under a grant: nothing once it has ended, or if it is another grant's."""
    if key is None or grant is None or key.grant_id != grant.id or not key.lives(now):
        return frozenset()
    try:
        return closed(key.scopes)
    except ValueError:  # a word from a later version: unknown means denied
        return frozenset()
