"""When replies leave: the hours of an owner's business, and those of her clients."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.access.bounds_said import hours_said
from app.actions import hours
from app.actions.desk import Desk
from app.errors import BadRequest
from app.locale.catalogues import N_
from app.models.hours import BUSINESS
from app.web.console.calendar import CalendarForm, calendar_formed, filled
from app.web.console.frame import owner_page, owner_path, pages, step, to_owner
from app.web.console.week import When
from app.web.deps import OwnerDesk
from app.web.flash import Flash
from app.web.forms import PostForm

router = pages()
PATH = "/owner/mailboxes/{mailbox_id:uuid}/hours"
HOURS = N_("Hours")


@router.get(PATH)
async def see_hours(request: Request, desk: OwnerDesk) -> HTMLResponse:
    """Show the hours that replies of assistants wait for."""
    return await _hours_page(request, desk)


@router.post(PATH)
async def set_hours(request: Request, desk: OwnerDesk, form: Annotated[CalendarForm, Form()]) -> Response:
    """Set the hours of the business, or with a sender those of a client; any hour removes what was set."""
    try:
        calendar = form.calendar()
        if calendar:
            await hours.set_hours(desk, form.sender.strip(), calendar, may_hurry=form.may_hurry)
        else:
            await _remove(desk, form.sender.strip())
    except BadRequest as wrong:
        if form.sender.strip():
            return _client_page(request, desk, form, wrong)
        return await _hours_page(request, desk, typed=form, wrong=wrong)
    return to_owner(request, desk, "/hours", Flash.SAVED)


@router.get(PATH + "/client")
async def new_client_hours(request: Request, desk: OwnerDesk) -> HTMLResponse:
    """Show an empty form for a client's hours."""
    return _client_page(request, desk, CalendarForm(hours=When.WEEK, zone=desk.mailbox.zone))


@router.post(PATH + "/{hours_id:uuid}/removal")
async def remove_hours(
    request: Request, desk: OwnerDesk, hours_id: UUID, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """Forget hours."""
    await hours.end_hours(desk, hours_id)
    return to_owner(request, desk, "/hours", Flash.SAVED)


async def _remove(desk: Desk, sender: str) -> None:
    for row in await hours.mailbox_hours(desk):
        if row.sender == sender.casefold():
            await hours.end_hours(desk, row.id)


async def _hours_page(
    request: Request, desk: Desk, *, typed: CalendarForm | None = None, wrong: BadRequest | None = None
) -> HTMLResponse:
    kept = {row.sender: row for row in await hours.mailbox_hours(desk)}
    business = kept.get(BUSINESS)
    form = CalendarForm(**filled(business.calendar if business else None, desk.mailbox.zone))
    form.may_hurry = bool(business and business.may_hurry)
    return owner_page(
        request,
        desk,
        "console/hours.html",
        step(request, HOURS),
        tab="hours",
        hours_said=hours_said,
        clients=[row for sender, row in kept.items() if sender],
        **calendar_formed(request, typed or form, wrong),
    )


def _client_page(request: Request, desk: Desk, form: CalendarForm, wrong: BadRequest | None = None) -> HTMLResponse:
    trail = (step(request, HOURS, owner_path(desk, "/hours")), step(request, N_("Hours of a client")))
    return owner_page(
        request, desk, "console/client_hours.html", *trail, tab="hours", **calendar_formed(request, form, wrong)
    )
