"""The places in a mailbox's sending limits: counted in the transaction that writes an intent.

So no two get past a limit together. Each reply has one place, that of its last attempt, so that a repeated attempt is
not counted twice; a place is not given back when the attempt fails, since nobody can be sure that nothing left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.db.plain import one, rows, run
from app.models.draft import ScheduledSend
from app.models.mailbox import Mailbox, SendingLimit, Unit
from app.rules.sending_limits import DAY, MINUTE, Allowance, Taken, kind_of, next_moment, share_of

ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtextextended(%(of)s, 0))"
LIMITS = """
select of_kind.unit, of_kind.per_day, of_kind.per_minute, of_mailbox.per_day
from sending_limit of_kind left join mailbox_limit of_mailbox on of_mailbox.mailbox_id = %(mailbox_id)s
where of_kind.kind = %(kind)s
"""
# The places of a day that go before a reply's: what left, or nobody knows whether it has, and what waits and was to
# leave before it.
_BEFORE = """
from scheduled_send
where mailbox_id = %(mailbox_id)s and id <> %(id)s and place_at > %(day)s
  and (fence > 0 or state = 'prepared' and (coalesce(asked_at, due_at), id) < (%(asked_at)s, %(id)s))
"""
# What left has left, even if the clock of the worker that sent it runs a little ahead of ours.
PLACES = f"select case when fence > 0 then least(place_at, %(now)s) else place_at end, recipients {_BEFORE}"
_SUMS = "select count(*), coalesce(sum(recipients), 0), count(*) filter (where place_at > %(minute)s)"
TAKEN = f"{_SUMS} {_BEFORE} and (fence > 0 or place_at <= %(now)s)"
USED = f"{_SUMS} from scheduled_send where mailbox_id = %(mailbox_id)s and fence > 0 and place_at > %(day)s"


class NoPlace(Exception):
    """There is no room for a reply in its mailbox's sending limits right now."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What may leave a mailbox: the numbers of its kind of account, and what is noted of itself."""

    of_kind: SendingLimit
    own: int | None  # the lower number for a day that the owner has set, if she has set one

    @property
    def share(self) -> int:
        """Return what Deskhand uses of the provider's number for a day at most."""
        return share_of(self.of_kind.per_day)

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
    given = {"mailbox_id": mailbox.id, "kind": kind.value}
    unit, per_day, per_minute, own = await one(session, LIMITS, given)
    return Limits(of_kind=SendingLimit(kind=kind, unit=Unit(unit), per_day=per_day, per_minute=per_minute), own=own)


async def has_place(session: AsyncSession, mailbox: Mailbox, send: ScheduledSend, recipients: int) -> bool:
    """Say whether a reply to so many fits now; until the transaction ends nobody else is told so in this mailbox."""
    await _one_at_a_time(session, mailbox)
    limits, now = await limits_of(session, mailbox), clock.now()
    # Counted where the rows are: nearly always it fits, and then none of them has to come here.
    taken, letter = await _sums(session, TAKEN, _asked(send, now)), Taken(at=now, recipients=recipients)
    return all(taken[each.window, each.unit] + letter.weight(each.unit) <= each.most for each in limits.allowances)


async def next_place(session: AsyncSession, mailbox: Mailbox, send: ScheduledSend, recipients: int) -> datetime | None:
    """Return the first moment at which a reply to so many fits; None if it never does. Nobody else is told the same."""
    await _one_at_a_time(session, mailbox)
    limits, now = await limits_of(session, mailbox), clock.now()
    taken = [Taken(at=at, recipients=number) for at, number in await rows(session, PLACES, _asked(send, now))]
    return next_moment(taken, limits.allowances, recipients, now)


async def used_today(session: AsyncSession, mailbox: Mailbox, unit: Unit) -> int:
    """Return how much of a unit has left in the last 24 hours, or is on its way."""
    return (await _sums(session, USED, _since(mailbox.id, clock.now())))[DAY, unit]


async def _sums(session: AsyncSession, statement: LiteralString, given: dict[str, Any]) -> dict[tuple[Any, Unit], int]:
    letters, recipients, in_minute = await one(session, statement, given)
    return {
        (DAY, Unit.MESSAGES): letters,
        (DAY, Unit.RECIPIENTS): recipients,
        (MINUTE, Unit.MESSAGES): in_minute,
    }


async def _one_at_a_time(session: AsyncSession, mailbox: Mailbox) -> None:
    # Taken before the end of the audit chain everywhere, and nobody who has it waits for another's draft.
    await run(session, ONE_AT_A_TIME, {"of": f"sending limits of {mailbox.id}"})


def _since(mailbox_id: UUID, now: datetime) -> dict[str, Any]:
    return {"mailbox_id": mailbox_id, "day": now - DAY, "minute": now - MINUTE}


def _asked(send: ScheduledSend, now: datetime) -> dict[str, Any]:
    return _since(send.mailbox_id, now) | {"id": send.id, "asked_at": send.asked_at or send.due_at, "now": now}
