"""The end of a consent that nobody here has asked for, and the return: sends wait, and are decided anew."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.access.facts import Actor, Kind
from app.access.happenings import Happening
from app.actions import audit, tell
from app.actions.hold import hold_sends, let_wait, void
from app.actions.locked import mailbox_alone
from app.actions.resources import Resources
from app.models.audit import AuditEntry
from app.models.draft import LOST, WAITS, ScheduledSend, SendState
from app.models.mailbox import Connection, Mailbox, MailboxState

HOUR_PASSED = "hour_passed"
SHUT_BY = (Happening.CONNECTION_LOST, Act.DISCONNECT)


async def lose(resources: Resources, mailbox_id: UUID) -> None:
    """Note that no consent is in force: the owner has to connect again, and what is prepared waits for that.

    Nothing is noted if she has connected again meanwhile, or if it was noted before.
    """
    async with resources.db.transaction(mailbox=mailbox_id) as session:
        mailbox = await mailbox_alone(session, mailbox_id)
        in_force = await session.execute(
            select(Connection.id).where(col(Connection.mailbox_id) == mailbox_id, col(Connection.ended_at).is_(None))
        )
        if mailbox.state not in (MailboxState.ACTIVE, MailboxState.RECONCILING) or in_force.first():
            return
        if mailbox.state == MailboxState.RECONCILING and await shut_since(session, mailbox_id):
            return  # it stays in that state until its owner's word, so the chain says whether it was noted
        if mailbox.state == MailboxState.ACTIVE:
            mailbox.state = MailboxState.NEEDS_RECONNECT
        await hold_all(session, mailbox_id, LOST)
        await tell_owner_once(session, resources, mailbox)
    resources.tokens.by_mailbox.pop(mailbox_id, None)


async def note_connected(session: AsyncSession, mailbox_id: UUID, owner_id: UUID, login_id: UUID | None) -> None:
    """Have the chain say that a consent is in force again, or for the first time."""
    owner = Actor(kind=Kind.OWNER, person_id=owner_id, surface="console", login_id=login_id)
    await audit.note(session, mailbox_id, owner, Happening.CONNECT, outcome="")


async def hold_all(session: AsyncSession, mailbox_id: UUID, reason: str) -> None:
    """Hold everything that waits for its hour; what is on its way is looked into once somebody can look again."""
    await hold_sends(session, mailbox_id, WAITS, reason=reason)


async def shut_since(session: AsyncSession, mailbox_id: UUID) -> datetime | None:
    """Return when the last consent ended, by the chain; None if none has, or if another is in force."""
    rows = await session.execute(
        select(AuditEntry.action, AuditEntry.at)
        .where(col(AuditEntry.mailbox_id) == mailbox_id)
        .where(col(AuditEntry.action).in_((*SHUT_BY, Happening.CONNECT)), col(AuditEntry.decision) == "allow")
        .order_by(col(AuditEntry.seq).desc())
        .limit(1)
    )
    last = rows.first()
    return last[1] if last and last[0] in SHUT_BY else None


async def resume(session: AsyncSession, mailbox_id: UUID) -> None:
    """Decide anew about what was held for a lost consent: what has its hour before it goes on, the rest is asked about.

    The owner's yes to what is too late was a yes to that hour, so it is void.
    """
    await tell.reconnected(session, mailbox_id)
    held = and_(col(ScheduledSend.state) == SendState.HELD, col(ScheduledSend.reason) == LOST)
    await let_wait(session, mailbox_id, held, col(ScheduledSend.due_at) > clock.now())
    late = await hold_sends(session, mailbox_id, held, reason=HOUR_PASSED)
    await void(session, mailbox_id, late, because=HOUR_PASSED)


async def tell_owner_once(session: AsyncSession, resources: Resources, mailbox: Mailbox) -> None:
    """Tell the owner to connect the mailbox again, in the transaction that notes it: once for each end."""
    await audit.note(session, mailbox.id, Actor.itself("provider"), Happening.CONNECTION_LOST)
    await tell.reconnect(session, resources, mailbox)
