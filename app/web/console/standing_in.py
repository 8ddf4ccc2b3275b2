"""A lead names who stands in for a member, from one day to another."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app import clock
from app.actions.seats import Leading
from app.actions.substitute import Standing, name_substitute
from app.errors import BadRequest, Conflict, Denied
from app.rules.moments import moment_of
from app.web.console import terms
from app.web.console.frame import pages
from app.web.console.led_page import Named, links_page
from app.web.console.member_page import PATH, StandingForm, member_page
from app.web.deps import Fresh, LeadDesk
from app.web.languages import choose

router = pages()


@router.post(PATH + "/substitutes")
async def name_a_substitute(
    request: Request, _fresh: Fresh, leading: LeadDesk, member_id: UUID, form: Annotated[StandingForm, Form()]
) -> HTMLResponse:
    """Name who stands in, and show her link this once."""
    try:
        standing = _standing(form, leading)
        row, token = await name_substitute(leading, member_id, standing, language=choose(request).code, key=form.key)
    except (BadRequest, Conflict, Denied) as wrong:
        return await member_page(request, leading, member_id, form=form, wrong=wrong)
    return await links_page(request, leading, [Named(row.name, form.mail_to, token, mailed=bool(form.mail_to))])


def _standing(form: StandingForm, leading: Leading) -> Standing:
    """Return what is meant by the days of a form, in the mailbox's zone; the team's own last day is its last moment."""
    zone, access = leading.desk.mailbox.zone, leading.access
    if form.until is None:
        raise BadRequest("Choose an end date within the next year.")
    last = form.until == terms.day_of(access.access_until, zone)
    begins = moment_of(datetime.combine(form.begins, time()), zone) if form.begins else None
    return Standing(
        name=form.name,
        begins=begins if begins and begins > clock.now() else None,
        until=access.access_until if last else terms.end_of(form.until, zone),
        mail_to=form.mail_to,
    )
