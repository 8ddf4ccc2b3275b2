"""Change the master key: everything that an older one has wrapped is wrapped by the newest, while all work goes on.

Until this is done, whatever is new is still wrapped by the key in use, so processes that have the newest key at hand
and processes that do not can run beside each other. Afterwards every process needs it, and no older one is needed.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app.actions.resources import Resources
from app.db.master_key import move_proof
from app.db.sealed import MasterKeys
from app.models.audit import Installation
from app.models.mailbox import MailboxKey
from app.models.person import ConsentRequest

ID_LENGTH = 16  # of a master key's name, before what it has wrapped


async def rewrap(resources: Resources) -> int:
    """Wrap all by the newest master key; return how many keys and consents were not yet. Any number may run at once."""
    async with resources.db.transaction() as session:
        # First: whoever wraps something holds this row, so from its commit on nothing new comes by an older key.
        moved = int(await move_proof(session, resources.keys))
    for mailbox_id in await _behind(resources):
        async with resources.db.transaction(mailbox=mailbox_id) as session:
            moved += await _move_key(session, resources.keys, mailbox_id)
    async with resources.db.transaction() as session:
        moved += await _move_consents(session, resources.keys)
    return moved


async def left_behind(resources: Resources) -> int:
    """Count what is not wrapped by the newest master key at hand."""
    async with resources.db.transaction() as session:
        proof = await session.get_one(Installation, 1)
        held = len(await _consents(session, resources.keys))
    return int(proof.master_id != resources.keys.newest_id) + held + len(await _behind(resources))


async def _behind(resources: Resources) -> list[UUID]:
    async with resources.db.transaction(role="deskhand_dispatch") as session:
        rows = await session.execute(
            select(MailboxKey.mailbox_id).where(col(MailboxKey.master_id) != resources.keys.newest_id)
        )
        return list(rows.scalars())


async def _move_key(session: AsyncSession, keys: MasterKeys, mailbox_id: UUID) -> int:
    key = await session.get(MailboxKey, mailbox_id, with_for_update=True)
    if key is None or key.master_id == keys.newest_id:  # disconnected, or moved by another, since it was listed
        return 0
    key.wrapped = keys.moved(key.wrapped, mailbox_id.bytes, key.master_id)
    key.master_id = keys.newest_id
    return 1


async def _move_consents(session: AsyncSession, keys: MasterKeys) -> int:
    waiting = await _consents(session, keys)
    for request in waiting:
        master_id, wrapped = request.held[:ID_LENGTH].decode(), request.held[ID_LENGTH:]
        request.held = keys.newest_id.encode() + keys.moved(wrapped, request.state_sha256, master_id)
    return len(waiting)


async def _consents(session: AsyncSession, keys: MasterKeys) -> list[ConsentRequest]:
    """Return the consents that wait for their owner's yes and are wrapped by an older key, locked."""
    rows = await session.execute(select(ConsentRequest).where(col(ConsentRequest.held) != b"").with_for_update())
    return [each for each in rows.scalars() if each.held[:ID_LENGTH] != keys.newest_id.encode()]
