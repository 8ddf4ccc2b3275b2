"""The owner's invitation of a team: a ceiling of ticks and an end, and when a member begins."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form
from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.access.ceiling import Terms
from app.actions.desk import Desk
from app.actions.invite_team import invite_team
from app.errors import BadRequest
from app.locale.catalogues import N_
from app.web import once
from app.web.console import terms
from app.web.console.formed import formed
from app.web.console.frame import owner_page, pages, step, to_owner
from app.web.console.terms import TermsForm
from app.web.deps import Fresh, OwnerDesk
from app.web.flash import Flash
from app.web.languages import choose

router = pages()
PATH = "/owner/mailboxes/{mailbox_id:uuid}/teams"
BEGINNINGS = (
    ("", N_("when I have confirmed that person")),
    ("24", N_("24 hours after accepting, unless I refuse")),
    ("72", N_("three days after accepting, unless I refuse")),
)


class TeamForm(TermsForm):
    """The ceiling, and when a member begins: hours, or empty for not before the owner's yes."""

    begin_after: str = Field(default="", pattern="^(24|72)?$")


@router.get(PATH + "/new")
async def new_team(request: Request, desk: OwnerDesk, _fresh: Fresh) -> HTMLResponse:
    """Show what can be the ceiling."""
    form = TeamForm(**terms.to_begin_with(desk.mailbox.zone))
    return _form_page(request, desk, form)


@router.post(PATH)
async def offer_team(request: Request, desk: OwnerDesk, _fresh: Fresh, form: Annotated[TeamForm, Form()]) -> Response:
    """Make the invitation, and lead to the page that shows its link."""
    hours = int(form.begin_after) if form.begin_after else None
    try:
        access, token = await invite_team(
            desk,
            Terms(**form.plain(desk.mailbox.zone)),
            begin_after=hours,
            language=choose(request).code,
        )
    except BadRequest as wrong:
        return _form_page(request, desk, form, wrong=wrong)
    response = to_owner(request, desk, f"/teams/{access.id}", Flash.TEAM_INVITED)
    once.hold(response, desk.resources.settings, token)
    return response


def _form_page(request: Request, desk: Desk, form: TeamForm, *, wrong: BadRequest | None = None) -> HTMLResponse:
    return owner_page(
        request,
        desk,
        "console/team_new.html",
        step(request, N_("Invite a team")),
        approvals=terms.APPROVALS,
        beginnings=BEGINNINGS,
        **formed(request, form, wrong, last=terms.last_end(desk.mailbox.zone)),
    )
