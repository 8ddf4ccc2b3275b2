"""When whoever is signed in works, at every mailbox where she assists."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.actions import hours
from app.errors import BadRequest
from app.locale.catalogues import N_
from app.web.console.calendar import CalendarForm, calendar_formed, filled
from app.web.console.frame import ASSISTANTS, pages, step
from app.web.deps import ResourcesHere, SignedInPerson
from app.web.flash import Flash
from app.web.render import go, page

router = pages()
PATH = "/assistant/hours"


@router.get(PATH)
async def see_own_hours(request: Request, resources: ResourcesHere, signed: SignedInPerson) -> HTMLResponse:
    """Show when whoever is signed in works."""
    row = await hours.own_hours(resources, signed.person.id)
    form = CalendarForm(**filled(row.calendar if row else None, signed.person.zone))
    return _own_page(request, form)


@router.post(PATH)
async def set_own_hours(
    request: Request, resources: ResourcesHere, signed: SignedInPerson, form: Annotated[CalendarForm, Form()]
) -> Response:
    """Set them."""
    try:
        await hours.set_own_hours(resources, signed.person.id, form.calendar())
    except BadRequest as wrong:
        return _own_page(request, form, wrong)
    return go(request, PATH, Flash.SAVED)


def _own_page(request: Request, form: CalendarForm, wrong: BadRequest | None = None) -> HTMLResponse:
    crumbs = [step(request, ASSISTANTS, "/assistant"), step(request, N_("Your hours"))]
    return page(request, "console/own_hours.html", crumbs=crumbs, **calendar_formed(request, form, wrong))
