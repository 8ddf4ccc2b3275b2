"""When the caller herself works, wherever she assists."""

from __future__ import annotations

from fastapi import APIRouter

from app.actions import hours
from app.models.calendar import Calendar
from app.web.api.shapes import Shape
from app.web.deps import ResourcesHere, SignedInPerson

router = APIRouter(prefix="/hours", tags=["hours"])


class OwnHours(Shape):
    """Her hours; None: she has named none, and nothing waits for hers."""

    calendar: Calendar | None


@router.get("", summary="Look at one's own hours")
async def get_own_hours(resources: ResourcesHere, signed: SignedInPerson) -> OwnHours:
    """Return when the caller works."""
    row = await hours.own_hours(resources, signed.person.id)
    return OwnHours(calendar=row.calendar if row else None)


@router.put("", summary="Set one's own hours")
async def set_own_hours(resources: ResourcesHere, signed: SignedInPerson, new: OwnHours) -> OwnHours:
    """Say when the caller works: what she writes at other hours leaves within these."""
    await hours.set_own_hours(resources, signed.person.id, new.calendar)
    return new
