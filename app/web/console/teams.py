"""Teams at the owner's mailbox: invited under a ceiling, their lead confirmed, narrowed, and ended with everybody."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.access.ceiling import Terms
from app.actions import invite_team as offers
from app.actions import team
from app.actions import teams as seen_teams
from app.actions.desk import Desk
from app.errors import BadRequest
from app.locale.catalogues import N_
from app.web import once
from app.web.console import terms
from app.web.console.frame import owner_page, pages, said, step, to_owner
from app.web.console.terms import LEVELS, Level, TermsForm
from app.web.deps import Fresh, OwnerDesk
from app.web.flash import Flash
from app.web.forms import PostForm
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


@router.get(PATH)
async def list_teams(request: Request, desk: OwnerDesk) -> HTMLResponse:
    """Show the teams here."""
    return owner_page(request, desk, "console/teams.html", tab="teams", teams=await seen_teams.teams_at(desk))


@router.get(PATH + "/new")
async def new_team(request: Request, desk: OwnerDesk, _fresh: Fresh) -> HTMLResponse:
    """Show what can be the ceiling."""
    _says, scopes, needs_approval = LEVELS[Level.TRAINEE]
    end = terms.usual_end(desk.mailbox.zone)
    form = TeamForm(scopes=[scope.value for scope in scopes], until=end, needs_approval=needs_approval)
    return _form_page(request, desk, form)


@router.post(PATH)
async def invite_team(request: Request, desk: OwnerDesk, _fresh: Fresh, form: Annotated[TeamForm, Form()]) -> Response:
    """Make the invitation, and lead to the page that shows its link."""
    hours = int(form.begin_after) if form.begin_after else None
    try:
        access, token = await offers.invite_team(
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


@router.get(PATH + "/{access_id:uuid}")
async def see_team(request: Request, desk: OwnerDesk, access_id: UUID) -> HTMLResponse:
    """Show a team with its ceiling; its link this once."""
    response = await _team_page(request, desk, access_id)
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
    access = (await seen_teams.team_of(desk, access_id)).access
    lower = form.plain(desk.mailbox.zone)
    # The day that stood on the page means the moment that is agreed, not the last minute of its day.
    if form.until == terms.day_of(access.access_until, desk.mailbox.zone):
        lower["until"] = access.access_until
    try:
        await team.narrow_team(desk, access_id, Terms(**{**lower, "conditions": access.conditions}))
    except BadRequest as wrong:
        return await _team_page(request, desk, access_id, wrong=wrong)
    return to_owner(request, desk, f"/teams/{access_id}", Flash.CHANGED)


@router.post(PATH + "/{access_id:uuid}/ending")
async def end(
    request: Request, desk: OwnerDesk, access_id: UUID, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """End the team's access at once, or take its invitation back."""
    on_its_way = await team.end_team(desk, access_id)
    return to_owner(request, desk, "/teams", Flash.TEAM_IN_FLIGHT if on_its_way else Flash.TEAM_ENDED)


async def _team_page(request: Request, desk: Desk, access_id: UUID, *, wrong: BadRequest | None = None) -> HTMLResponse:
    seen, language = await seen_teams.team_of(desk, access_id), choose(request)
    access = seen.access
    until = terms.day_of(access.access_until, desk.mailbox.zone)
    return owner_page(
        request,
        desk,
        "console/team_here.html",
        step(request, N_("Team")),
        status=wrong.status if wrong else 200,
        wrong=said(request, wrong),
        seen=seen,
        access=access,
        link=once.held_link(request, access_id),
        rights=terms.sentences(language, access.scopes),
        form=TermsForm(scopes=access.scopes, until=until, needs_approval=access.needs_approval),
        rows=terms.ticks(language, access.scopes),
        begins={str(value): says for value, says in BEGINNINGS}.get(str(access.begin_after or "")),
    )


def _form_page(request: Request, desk: Desk, form: TeamForm, *, wrong: BadRequest | None = None) -> HTMLResponse:
    return owner_page(
        request,
        desk,
        "console/team_new.html",
        step(request, N_("Invite a team")),
        status=wrong.status if wrong else 200,
        wrong=said(request, wrong),
        form=form,
        rows=terms.ticks(choose(request)),
        approvals=terms.APPROVALS,
        beginnings=BEGINNINGS,
        last=terms.last_end(desk.mailbox.zone),
    )
