"""A lead names members: one by a form, or several by a table that is looked through first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated
from uuid import uuid4

from fastapi import Form, UploadFile
from pydantic import Field, field_validator
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.actions import roster
from app.actions.name_members import Naming, name_members
from app.actions.seats import Leading
from app.errors import AppError, BadRequest, Denied
from app.locale.catalogues import N_
from app.rules import tables
from app.web.console import terms
from app.web.console.frame import pages, said, step
from app.web.console.led_page import Named, led_page, links_page
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
    mail_to: str = Field(default="", max_length=320)
    key: str = Field(default="", max_length=100)


class RosterForm(PostForm):
    """A table of people, typed or in a file, first to be looked at, then to be named; `mail` has their links mailed."""

    roster: str = Field(default="", max_length=roster.LONGEST + 1)
    table: UploadFile | None = None
    mail: bool = False
    sure: bool = False
    key: str = Field(default="", max_length=100)

    @field_validator("table", mode="before")
    @classmethod
    def _none_chosen(cls, given: object) -> object:
        """Take a field that no file was chosen for as none."""
        return given if getattr(given, "filename", "") else None

    async def text(self) -> str:
        """Return the table, that of the file if there is one; raise BadRequest for a file that is none."""
        if self.table is None:
            return self.roster
        return tables.text_of(await self.table.read(tables.MOST_BYTES + 1))


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
    wanted = Naming(name=form.name, scopes=tuple(form.scopes), until=until, mail_to=form.mail_to)
    try:
        if not form.scopes:
            raise BadRequest("Choose at least one of the rights on the list.")
        made = await name_members(*leading, [wanted], language=choose(request).code, key=form.key)
    except (BadRequest, Denied) as wrong:
        return await _naming_page(request, leading, form=form, wrong=wrong)
    mailed = bool(form.mail_to.strip())
    return await links_page(request, leading, [Named(row.name, form.mail_to, token, mailed) for row, token in made])


@router.post(PATH + "/roster")
async def name_roster(
    request: Request, _fresh: Fresh, leading: LeadDesk, form: Annotated[RosterForm, Form()]
) -> HTMLResponse:
    """Show a table's lines with what is wrong in them; named are all or none, once the lead has seen them."""
    text = form.roster
    try:
        text = await form.text()
        lines = roster.read_roster(text, leading.access, leading.desk.mailbox.zone)
        naming = [replace(each, mail_to=line.address if form.mail else "") for line in lines if (each := line.good)]
        if not form.sure or len(naming) < len(lines):
            told = [(line, said(request, line.wrong)) for line in lines]
            return await led_page(
                request,
                leading,
                "console/led_roster.html",
                step(request, N_("Name members")),
                lines=told,
                wrong_lines=len(lines) - len(naming),
                text=text,
                mail=form.mail,
                key=form.key or uuid4().hex,
            )
        made = await name_members(*leading, naming, language=choose(request).code, key=form.key)
    except (BadRequest, Denied) as wrong:
        return await _naming_page(request, leading, text=text[: roster.LONGEST], wrong=wrong)
    named = [Named(row.name, line.address, token, form.mail) for (row, token), line in zip(made, lines, strict=True)]
    return await links_page(request, leading, named)


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
