"""When a mailbox's business is open, when its clients are to be written to, and when a person works."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.access.decide import Kind
from app.actions.desk import Desk
from app.actions.hand import About
from app.actions.resources import Resources
from app.errors import NotFound
from app.models.calendar import Calendar
from app.models.hours import BUSINESS, MailboxHours, PersonHours
from app.rules.addresses import as_sender
from app.rules.moments import zone_named
from app.rules.public_holidays import require_known


async def set_hours(desk: Desk, sender: str, calendar: Calendar, *, may_hurry: bool = False) -> MailboxHours:
    """Set the hours of the mailbox's business (`sender` is BUSINESS) or of a client.

    What waits is judged by them at its hour. Raises BadRequest for a zone, a country or a sender that is none.
    """
    checked_calendar(calendar)
    whose = as_sender(sender) if sender else BUSINESS
    row = MailboxHours(
        mailbox_id=desk.mailbox.id,
        id=uuid4(),
        sender=whose,
        calendar=calendar,
        may_hurry=may_hurry and whose == BUSINESS,
        changed_at=clock.now(),
    )

    async def keep(session: AsyncSession) -> None:
        values = {name: getattr(row, name) for name in ("mailbox_id", "id", "sender", "may_hurry", "changed_at")}
        values["calendar"] = calendar
        changed = {name: values[name] for name in ("calendar", "may_hurry", "changed_at")}
        kept = insert(MailboxHours).values(values)
        kept = kept.on_conflict_do_update(index_elements=["mailbox_id", "sender"], set_=changed)
        row.id = (await session.execute(kept.returning(col(MailboxHours.id)))).scalar_one()

    noted = {"subject_kind": "hours", "subject_id": row.id, "reason": "of_client" if whose else "set"}
    async with desk.act(Act.HOURS, About(noted=noted), within=keep):
        return row


async def end_hours(desk: Desk, hours_id: UUID) -> None:
    """Forget hours: nothing waits for them from now on."""

    async def drop(session: AsyncSession) -> None:
        gone = await session.execute(
            delete(MailboxHours)
            .where(col(MailboxHours.mailbox_id) == desk.mailbox.id, col(MailboxHours.id) == hours_id)
            .returning(col(MailboxHours.id))
        )
        if gone.first() is None:
            raise NotFound

    noted = {"subject_kind": "hours", "subject_id": hours_id, "reason": "removed"}
    async with desk.act(Act.HOURS, About(noted=noted), within=drop):
        pass


async def mailbox_hours(desk: Desk) -> list[MailboxHours]:
    """Return the hours kept at a mailbox, those of its business first; an assistant sees these alone."""
    async with desk.act(Act.SEE_HOURS), desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        wanted = select(MailboxHours).where(col(MailboxHours.mailbox_id) == desk.mailbox.id)
        if desk.actor.kind is not Kind.OWNER:
            wanted = wanted.where(col(MailboxHours.sender) == BUSINESS)
        return list((await session.execute(wanted.order_by(col(MailboxHours.sender)))).scalars())


async def own_hours(resources: Resources, person_id: UUID) -> PersonHours | None:
    """Return when a person works, None if she has not said so."""
    async with resources.db.transaction(person=person_id) as session:
        return await session.get(PersonHours, person_id)


async def set_own_hours(resources: Resources, person_id: UUID, calendar: Calendar | None) -> None:
    """Note when a person works, or with None that she binds nothing.

    Raises BadRequest for a zone or a country that is none.
    """
    if calendar:
        checked_calendar(calendar)
    async with resources.db.transaction(person=person_id) as session:
        row = await session.get(PersonHours, person_id, with_for_update=True)
        if row and calendar is None:
            await session.delete(row)
        elif row and calendar:
            row.calendar, row.changed_at = calendar, clock.now()
        elif calendar:
            session.add(PersonHours(person_id=person_id, calendar=calendar, changed_at=clock.now()))


def checked_calendar(calendar: Calendar) -> None:
    """Raise BadRequest for a zone, a country or a region that is none."""
    zone_named(calendar.zone)
    require_known(calendar.country, calendar.region)
