"""What came back from a backup at one mailbox, and waits for its owner's word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.actions.desk import Desk
from app.actions.restored import open_restoration
from app.actions.settling import AS_RESTORED
from app.locale.catalogues import N_
from app.models.draft import ScheduledSend, SendState
from app.models.grant import Grant, GrantStatus
from app.models.mailbox import Connection, Restoration

NOT_MATCHED = N_("The mailbox is still being compared with what came back. Try again in a minute.")
NOTHING_TO_SAY = N_("There is nothing to confirm here: this mailbox works as its owner has said.")


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What came back from a backup, and waits for its owner's word.

    `connected` says whether the consent still holds: without it nobody can look into the mailbox.
    """

    restoration: Restoration
    grants: Sequence[Grant]
    sends: Sequence[ScheduledSend]
    connected: bool

    @property
    def matched(self) -> bool:
        """Whether the owner can say her word: all that may have left was looked for."""
        return self.restoration.matched_at is not None

    def late(self, send: ScheduledSend, now: datetime) -> bool:
        """Say whether the hour of a reply is past; it then leaves only if its owner picks it."""
        return send.due_at <= now


async def restored(desk: Desk) -> Restored | None:
    """Return what waits for the owner's word at her mailbox; None if nothing does. Raises Denied for anyone else."""
    await desk.owner_only()
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        restoration = await open_restoration(session, desk.mailbox.id)
        if restoration is None:
            return None
        return Restored(
            restoration=restoration,
            grants=await grants_back(session, restoration),
            sends=await sends_back(session, desk.mailbox.id),
            connected=await is_connected(session, desk.mailbox.id),
        )


async def grants_back(session: AsyncSession, restoration: Restoration) -> Sequence[Grant]:
    """Return the accesses that the restore has paused and nobody has ended or resumed since."""
    rows = await session.execute(
        select(Grant)
        .where(col(Grant.mailbox_id) == restoration.mailbox_id, col(Grant.status) == GrantStatus.PAUSED)
        .where(col(Grant.id).in_([UUID(each) for each in restoration.paused]), col(Grant.expires_at) > clock.now())
        .order_by(col(Grant.created_at), col(Grant.id))
        .with_for_update()
    )
    return rows.scalars().all()


async def sends_back(session: AsyncSession, mailbox_id: UUID) -> Sequence[ScheduledSend]:
    """Return the replies that waited for their hour, and that stand in the mailbox as they were."""
    rows = await session.execute(
        select(ScheduledSend)
        .where(col(ScheduledSend.mailbox_id) == mailbox_id, col(ScheduledSend.state) == SendState.HELD)
        .where(col(ScheduledSend.reason) == AS_RESTORED)
        .order_by(col(ScheduledSend.due_at), col(ScheduledSend.id))
    )
    return rows.scalars().all()


async def is_connected(session: AsyncSession, mailbox_id: UUID) -> bool:
    """Say whether a consent is in force."""
    rows = await session.execute(
        select(Connection.id).where(col(Connection.mailbox_id) == mailbox_id, col(Connection.ended_at).is_(None))
    )
    return rows.first() is not None
