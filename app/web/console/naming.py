"""A lead names members: one by a form, or several by a table that is looked through first."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import uuid4

from fastapi import Form
from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.actions import roster
from app.actions.name_members import Naming, name_members
from app.actions.seats import Leading
from app.errors import AppError, BadRequest, Denied
from app.locale.catalogues import N_
from app.web.console import terms
from app.web.console.frame import pages, said, step
from app.web.console.led_page import led_page
from app.web.deps import Fresh, LeadDesk
from app.web.forms import PostForm
from app.web.languages import choose

router = pages()
PATH = "/team/{access_id:uuid}"


class NamingForm(PostForm):
    """Somebody to be named; `key` makes a second press find what the first has done."""

    name: str = Field(default="", max_length=200)
    scopes: list[str] = Field(default_factory=list, max_length=50)
    until: date | None = None
    key: str = Field(default="", max_length=100)


class RosterForm(PostForm):
    """A table of people, first to be looked at, then to be named."""

    roster: str = Field(default="", max_length=roster.LONGEST + 1)
    sure: bool = False
    key: str = Field(default="", max_length=100)


@router.get(PATH + "/members/new")
async def new_member(request: Request, _fresh: Fresh, leading: LeadDesk) -> HTMLResponse:
    """Show what a member can be given."""
    return await _naming_page(request, leading)


@router.post(PATH + "/members")
async def name_member(
    request: Request, _fresh: Fresh, leading: LeadDesk, form: Annotated[NamingForm, Form()]
) -> HTMLResponse:
    """Name one member, and show her link this once."""
    access, until = leading.access, None
    if form.until and form.until != terms.day_of(access.access_until, leading.desk.mailbox.zone):
        until = terms.end_of(form.until, leading.desk.mailbox.zone)
    wanted = Naming(name=form.name, scopes=tuple(form.scopes), until=until)
    try:
        if not form.scopes:
            raise BadRequest("Choose at least one of the rights on the list.")
        made = await name_members(*leading, [wanted], language=choose(request).code, key=form.key)
    except (BadRequest, Denied) as wrong:
        return await _naming_page(request, leading, form=form, wrong=wrong)
    return await _links_page(request, leading, [(row.name, "", token) for row, token in made])


@router.post(PATH + "/roster")
async def name_roster(
    request: Request, _fresh: Fresh, leading: LeadDesk, form: Annotated[RosterForm, Form()]
) -> HTMLResponse:
    """Show a table's lines with what is wrong in them; named are all or none, once the lead has seen them."""
    try:
        lines = roster.read_roster(form.roster, leading.access, leading.desk.mailbox.zone)
        naming = [line.naming for line in lines if line.naming and not line.wrong]
        if not form.sure or len(naming) < len(lines):
            told = [(line, said(request, line.wrong)) for line in lines]
            return await led_page(
                request,
                leading,
                "console/led_roster.html",
                step(request, N_("Name members")),
                lines=told,
                wrong_lines=len(lines) - len(naming),
                text=form.roster,
                key=form.key or uuid4().hex,
            )
        made = await name_members(*leading, naming, language=choose(request).code, key=form.key)
    except (BadRequest, Denied) as wrong:
        return await _naming_page(request, leading, text=form.roster, wrong=wrong)
    named = [(row.name, line.address, token) for (row, token), line in zip(made, lines, strict=True)]
    return await _links_page(request, leading, named)


async def _naming_page(
    request: Request,
    leading: Leading,
    *,
    form: NamingForm | None = None,
    text: str = "",
    wrong: AppError | None = None,
) -> HTMLResponse:
    access, language = leading.access, choose(request)
    last = terms.day_of(access.access_until, leading.desk.mailbox.zone)
    return await led_page(
        request,
        leading,
        "console/led_naming.html",
        step(request, N_("Name members")),
        status=wrong.status if wrong else 200,
        wrong=said(request, wrong),
        form=form or NamingForm(scopes=access.scopes, until=last, key=uuid4().hex),
        rows=terms.ticks(language, access.scopes),
        last=last,
        text=text,
        most=roster.MOST_LINES,
    )


async def _links_page(request: Request, leading: Leading, named: list[tuple[str, str, str]]) -> HTMLResponse:
    at = f"{request.app.state.settings.public_url}/invitations/"
    links = [(name, address, at + token) for name, address, token in named]
    return await led_page(request, leading, "console/led_links.html", step(request, N_("Name members")), links=links)
