"""The page of one member as her lead has it: notes for whoever stands in, and the form that names who that is."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.actions import handover
from app.actions.members import member_of
from app.actions.seats import Leading
from app.errors import AppError
from app.web.console import terms
from app.web.console.frame import here, said
from app.web.console.led_page import led_page
from app.web.forms import PostForm

PATH = "/team/{access_id:uuid}/members/{member_id:uuid}"


class StandingForm(PostForm):
    """Who stands in, from which day to which; `key` makes a second press find what the first has done."""

    name: str = Field(default="", max_length=200)
    begins: date | None = None
    until: date | None = None
    mail_to: str = Field(default="", max_length=320)
    key: str = Field(default="", max_length=100)


async def member_page(
    request: Request,
    leading: Leading,
    member_id: UUID,
    *,
    form: StandingForm | None = None,
    notes: str | None = None,
    wrong: AppError | None = None,
) -> HTMLResponse:
    """Show a member of the lead's own team; raise NotFound for any other."""
    member = await member_of(*leading, member_id)
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
