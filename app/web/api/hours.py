"""When replies leave from a mailbox: the hours of its business, and those at which a client is written to."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from app.actions import hours
from app.models.calendar import Calendar
from app.models.hours import BUSINESS, MailboxHours
from app.web.api.shapes import Shape
from app.web.deps import OwnerDesk
from app.web.programs import WorkDesk

router = APIRouter(prefix="/mailboxes/{mailbox_id:uuid}/hours", tags=["hours"])


class Hours(Shape):
    """The hours of the mailbox's business, or with a `sender` those of a client (an address, or `@domain`)."""

    id: UUID
    sender: str
    calendar: Calendar
    may_hurry: bool = Field(description="Whether an assistant may have a reply leave out of hours, and say why.")
    changed_at: datetime

    @classmethod
    def of(cls, row: MailboxHours) -> Hours:
        """Return hours as they are kept."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class HoursPage(Shape):
    """All of them, the business's first; an assistant sees these alone. `cursor` is always empty."""

    hours: list[Hours]
    cursor: str = ""


class NewHours(Shape):
    """Hours as they shall be."""

    sender: str = Field(default=BUSINESS, max_length=320, examples=["clara@customer.example"])
    calendar: Calendar
    may_hurry: bool = False


@router.get("", summary="List hours")
async def list_hours(desk: WorkDesk) -> HoursPage:
    """Return the hours that replies wait for here."""
    return HoursPage(hours=[Hours.of(row) for row in await hours.mailbox_hours(desk)])


@router.put("", summary="Set hours")
async def set_hours(desk: OwnerDesk, new: NewHours) -> Hours:
    """Set the business's hours, or a client's, in the place of those before; replies that wait are judged by them."""
    return Hours.of(await hours.set_hours(desk, new.sender, new.calendar, may_hurry=new.may_hurry))


@router.delete("/{hours_id:uuid}", status_code=204, summary="Remove hours")
async def remove_hours(desk: OwnerDesk, hours_id: UUID) -> None:
    """Forget hours: nothing waits for them from now on."""
    await hours.end_hours(desk, hours_id)
