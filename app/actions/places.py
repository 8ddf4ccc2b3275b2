"""The places in a mailbox's sending limits: counted in the transaction that writes an intent.

So no two get past a limit together. Each reply has one place, that of its last attempt, so that a repeated attempt is
not counted twice; a place is not given back when the attempt fails, since nobody can be sure that nothing left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Function, Select, and_, case, func, or_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import clock
from app.models.draft import ScheduledSend, SendState
from app.models.mailbox import Mailbox, MailboxLimit, SendingLimit, Unit
from app.rules.sending_limits import DAY, MINUTE, Allowance, Taken, kind_of, next_moment, share_of

LEFT = col(ScheduledSend.fence) > 0  # or nobody knows whether it has


class NoPlace(Exception):
    """There is no room for a reply in its mailbox's sending limits right now."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What may leave a mailbox: the numbers of its kind of account, and what is noted of itself."""

    of_kind: SendingLimit
    of_mailbox: MailboxLimit | None

    @property
    def share(self) -> int:
        """Return what Deskhand uses of the provider's number for a day at most."""
        return share_of(self.of_kind.per_day)

    @property
    def own(self) -> int | None:
        """Return the lower number that the owner has set, None if she has set none."""
        return self.of_mailbox.per_day if self.of_mailbox else None

    @property
    def per_day(self) -> int:
        """Return what Deskhand may send in a day."""
        return min(self.share, self.own or self.share)

    @property
    def allowances(self) -> tuple[Allowance, ...]:
        """Return the numbers that bind a reply."""
        day = Allowance(most=self.per_day, window=DAY, unit=self.of_kind.unit)
        minute = self.of_kind.per_minute
        return (day, Allowance(most=minute, window=MINUTE, unit=Unit.MESSAGES)) if minute else (day,)


async def limits_of(session: AsyncSession, mailbox: Mailbox) -> Limits:
    """Return the limits of a mailbox."""
    kind = kind_of(mailbox.provider, mailbox.provider_subject, mailbox.address)
    found = await session.execute(
        select(SendingLimit, MailboxLimit)
        .outerjoin(MailboxLimit, col(MailboxLimit.mailbox_id) == mailbox.id)
        .where(col(SendingLimit.kind) == kind)
    )
    of_kind, of_mailbox = found.one()
    return Limits(of_kind=of_kind, of_mailbox=of_mailbox)


async def has_place(session: AsyncSession, mailbox: Mailbox, send: ScheduledSend, recipients: int) -> bool:
    """Say whether a reply to so many fits now; until the transaction ends nobody else is told so in this mailbox."""
    await _one_at_a_time(session, mailbox)
    limits, now = await limits_of(session, mailbox), clock.now()
    # Counted where the rows are: nearly always it fits, and then none of them has to come here.
    sums = [_sum_of(each.unit).filter(col(ScheduledSend.place_at) > now - each.window) for each in limits.allowances]
    counted = _before(send, now, *sums).where(or_(LEFT, col(ScheduledSend.place_at) <= now))
    totals = (await session.execute(counted)).one()
    letter = Taken(at=now, recipients=recipients)
    return all(
        (total or 0) + letter.weight(each.unit) <= each.most
        for total, each in zip(totals, limits.allowances, strict=True)
    )


async def next_place(session: AsyncSession, mailbox: Mailbox, send: ScheduledSend, recipients: int) -> datetime | None:
    """Return the first moment at which a reply to so many fits; None if it never does. Nobody else is told the same."""
    await _one_at_a_time(session, mailbox)
    limits, now = await limits_of(session, mailbox), clock.now()
    # What left has left, even if the clock of the worker that sent it runs a little ahead of ours.
    at = case((LEFT, func.least(col(ScheduledSend.place_at), now)), else_=col(ScheduledSend.place_at))
    rows = (await session.execute(_before(send, now, at, col(ScheduledSend.recipients)))).all()
    taken = [Taken(at=row[0], recipients=row[1]) for row in rows]
    return next_moment(taken, limits.allowances, recipients, now)


async def used_today(session: AsyncSession, mailbox: Mailbox, unit: Unit) -> int:
    """Return how much of a unit has left in the last 24 hours, or is on its way."""
    found = await session.execute(
        select(_sum_of(unit))
        .where(col(ScheduledSend.mailbox_id) == mailbox.id, LEFT)
        .where(col(ScheduledSend.place_at) > clock.now() - DAY)
    )
    return found.scalar_one() or 0


async def _one_at_a_time(session: AsyncSession, mailbox: Mailbox) -> None:
    # Taken before the end of the audit chain everywhere, and nobody who has it waits for another's draft.
    key = {"of": f"sending limits of {mailbox.id}"}
    await session.execute(text("select pg_advisory_xact_lock(hashtextextended(:of, 0))"), key)


def _sum_of(unit: Unit) -> Function[int]:
    return func.sum(col(ScheduledSend.recipients)) if unit is Unit.RECIPIENTS else func.count()


def _before(send: ScheduledSend, now: datetime, *wanted: Any) -> Select[Any]:
    """Ask of the places of a day that go before a reply's: what left, and what waits and was to leave before it."""
    row = ScheduledSend
    asked = tuple_(func.coalesce(col(row.asked_at), col(row.due_at)), col(row.id))
    waits = and_(col(row.state) == SendState.PREPARED, asked < tuple_(send.asked_at or send.due_at, send.id))
    return (
        select(*wanted)
        .where(col(row.mailbox_id) == send.mailbox_id, col(row.id) != send.id)
        .where(col(row.place_at) > now - DAY, or_(LEFT, waits))
    )
