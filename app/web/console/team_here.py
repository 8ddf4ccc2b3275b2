"""The page of one team at the owner's mailbox: who leads it, under which ceiling, and what can be done about it."""

from __future__ import annotations

from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.actions.desk import Desk
from app.actions.teams import team_of
from app.errors import BadRequest
from app.locale.catalogues import N_
from app.web import once
from app.web.console import terms
from app.web.console.frame import owner_page, said, step
from app.web.console.team_offer import BEGINNINGS
from app.web.console.terms import TermsForm
from app.web.languages import choose


async def team_page(request: Request, desk: Desk, access_id: UUID, *, wrong: BadRequest | None = None) -> HTMLResponse:
    """Show a team with its ceiling, and what went wrong with a form if anything did."""
    seen, language = await team_of(desk, access_id), choose(request)
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
