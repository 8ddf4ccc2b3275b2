"""One member of a lead's team: notes for whoever stands in for her, and who that is."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Form
from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app import clock
from app.actions import handover
from app.actions.members import Member, member_of
from app.actions.seats import Leading
from app.actions.substitute import Standing, name_substitute
from app.errors import AppError, BadRequest, Conflict, Denied
from app.rules.moments import moment_of
from app.web.console import terms
from app.web.console.frame import here, pages, said
from app.web.console.handover import NotesForm
from app.web.console.led_page import Named, led_page, links_page
from app.web.deps import Fresh, LeadDesk
from app.web.flash import Flash
from app.web.forms import PostForm
from app.web.languages import choose
from app.web.render import go

router = pages()
PATH = "/team/{access_id:uuid}/members/{member_id:uuid}"


class StandingForm(PostForm):
    """Who stands in, from which day to which; `key` makes a second press find what the first has done."""

    name: str = Field(default="", max_length=200)
    begins: date | None = None
    until: date | None = None
    mail_to: str = Field(default="", max_length=320)
    key: str = Field(default="", max_length=100)


@router.get(PATH)
async def see_member(request: Request, leading: LeadDesk, member_id: UUID) -> HTMLResponse:
    """Show what a lead can prepare for a member's absence."""
    return await _page(request, leading, await member_of(*leading, member_id))


@router.post(PATH + "/handover")
async def keep_notes(
    request: Request, leading: LeadDesk, member_id: UUID, form: Annotated[NotesForm, Form()]
) -> Response:
    """Keep what the lead has written for whoever stands in."""
    try:
        await handover.write_lead_notes(leading, member_id, form.text)
    except (BadRequest, Conflict, Denied) as wrong:
        member = await member_of(*leading, member_id)
        return await _page(request, leading, member, notes=form.text, wrong=wrong)
    return go(request, f"/team/{leading.access.id}/members/{member_id}", Flash.SAVED)


@router.post(PATH + "/substitutes")
async def name_a_substitute(
    request: Request, _fresh: Fresh, leading: LeadDesk, member_id: UUID, form: Annotated[StandingForm, Form()]
) -> HTMLResponse:
    """Name who stands in, and show her link this once."""
    try:
        standing = _standing(form, leading)
        row, token = await name_substitute(leading, member_id, standing, language=choose(request).code, key=form.key)
    except (BadRequest, Conflict, Denied) as wrong:
        return await _page(request, leading, await member_of(*leading, member_id), form=form, wrong=wrong)
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


async def _page(
    request: Request,
    leading: Leading,
    member: Member,
    *,
    form: StandingForm | None = None,
    notes: str | None = None,
    wrong: AppError | None = None,
) -> HTMLResponse:
    return await led_page(
        request,
        leading,
        "console/led_member.html",
        here(member.row.name),
        status=wrong.status if wrong else 200,
        wrong=said(request, wrong),
        member=member,
        notes=await handover.lead_notes(leading, member.row.id) if notes is None else notes,
        form=form or StandingForm(key=uuid4().hex),
        last=terms.day_of(leading.access.access_until, leading.desk.mailbox.zone),
    )
