"""Teams at the owner's mailbox: their lead confirmed, their ceiling lowered, ended with everybody."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.access.ceiling import Terms
from app.actions import team, teams
from app.errors import BadRequest
from app.web import once
from app.web.console import team_offer, terms
from app.web.console.frame import TEAMS, owner_page, pages, step, to_owner
from app.web.console.team_here import team_page
from app.web.console.terms import TermsForm
from app.web.deps import Fresh, OwnerDesk
from app.web.flash import Flash
from app.web.forms import PostForm

router = pages()
PATH = "/owner/mailboxes/{mailbox_id:uuid}/teams"


@router.get(PATH)
async def list_teams(request: Request, desk: OwnerDesk) -> HTMLResponse:
    """Show the teams here."""
    return owner_page(
        request, desk, "console/teams.html", step(request, TEAMS), tab="teams", teams=await teams.teams_at(desk)
    )


@router.get(PATH + "/{access_id:uuid}")
async def see_team(request: Request, desk: OwnerDesk, access_id: UUID) -> HTMLResponse:
    """Show a team with its ceiling; its link this once."""
    response = await team_page(request, desk, access_id)
    once.shown(response, desk.resources.settings)
    return response


@router.post(PATH + "/{access_id:uuid}/confirmation")
async def confirm(
    request: Request, desk: OwnerDesk, _fresh: Fresh, access_id: UUID, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """Say yes to the lead."""
    await team.confirm_team(desk, access_id)
    return to_owner(request, desk, f"/teams/{access_id}", Flash.TEAM_CONFIRMED)


@router.post(PATH + "/{access_id:uuid}/narrowing")
async def narrow(request: Request, desk: OwnerDesk, access_id: UUID, form: Annotated[TermsForm, Form()]) -> Response:
    """Lower the ceiling, and every member's access with it."""
    access = (await teams.team_of(desk, access_id)).access
    lower = form.plain(desk.mailbox.zone, access.conditions)
    # The day that stood on the page means the moment that is agreed, not the last minute of its day.
    if form.until == terms.day_of(access.access_until, desk.mailbox.zone):
        lower["until"] = access.access_until
    try:
        await team.narrow_team(desk, access_id, Terms(**lower))
    except BadRequest as wrong:
        return await team_page(request, desk, access_id, wrong=wrong)
    return to_owner(request, desk, f"/teams/{access_id}", Flash.CHANGED)


@router.post(PATH + "/{access_id:uuid}/ending")
async def end(
    request: Request, desk: OwnerDesk, access_id: UUID, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """End the team's access at once, or take its invitation back."""
    on_its_way = await team.end_team(desk, access_id)
    return to_owner(request, desk, "/teams", Flash.TEAM_IN_FLIGHT if on_its_way else Flash.TEAM_ENDED)


router.include_router(team_offer.router)
