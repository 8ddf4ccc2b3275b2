"""The account of an erasure: what was destroyed is written down in the very transaction that destroys it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.erasure import Erasure


async def note_mailbox(session: AsyncSession, erasure_id: UUID, mailbox_id: UUID, **said: Any) -> None:
    """Note something about one mailbox; what was noted before, by a run that did not come to its end, stays."""
    row = await _locked(session, erasure_id)
    account = deepcopy(row.account)
    mailboxes = account.setdefault("mailboxes", {})
    new = {name: _plain(value) for name, value in said.items()}
    mailboxes[str(mailbox_id)] = new | mailboxes.get(str(mailbox_id), {})
    row.account = account


async def note_destroyed(session: AsyncSession, erasure_id: UUID, counts: Mapping[str, int]) -> None:
    """Add to the numbers of rows that were destroyed, by table."""
    row = await _locked(session, erasure_id)
    account = deepcopy(row.account)
    destroyed = account.setdefault("destroyed", {})
    for table, count in counts.items():
        destroyed[table] = destroyed.get(table, 0) + count
    row.account = account


async def note_access(session: AsyncSession, erasure_id: UUID, mailbox_id: UUID, grant_id: UUID) -> None:
    """Note an access that ends with the person; one that was noted before is noted once."""
    row = await _locked(session, erasure_id)
    account, pair = deepcopy(row.account), [str(mailbox_id), str(grant_id)]
    if pair not in account.setdefault("accesses", []):
        account["accesses"].append(pair)
    row.account = account


def mailboxes_of(row: Erasure) -> dict[UUID, dict[str, Any]]:
    """Return what was noted of each mailbox."""
    return {UUID(each): said for each, said in row.account.get("mailboxes", {}).items()}


def accesses_of(row: Erasure) -> list[tuple[UUID, UUID]]:
    """Return mailbox and grant of each access that ended with the person."""
    return [(UUID(mailbox), UUID(grant)) for mailbox, grant in row.account.get("accesses", [])]


async def _locked(session: AsyncSession, erasure_id: UUID) -> Erasure:
    return await session.get_one(Erasure, erasure_id, with_for_update=True, populate_existing=True)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value
