"""The page of one assistant's access, as its owner sees it."""

from __future__ import annotations

from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.actions import agree, grants
from app.actions.desk import Desk
from app.actions.handovers import handovers_about
from app.actions.people import people_of
from app.errors import BadRequest
from app.models.grant import Grant
from app.web.console import terms
from app.web.console.formed import formed
from app.web.console.frame import owner_page, person_here
from app.web.console.standing import certified, flying, grant_state, meanwhile
from app.web.console.terms import TermsForm
from app.web.languages import choose


async def grant_page(
    request: Request,
    desk: Desk,
    grant_id: UUID,
    *,
    form: TermsForm | None = None,
    wrong: BadRequest | None = None,
    name: str = "console/grant.html",
) -> HTMLResponse:
    """Return the page of a grant, or another one about it; with what was typed where that was refused."""
    language = choose(request)
    grant, people = await grants.grant_of(desk, grant_id), await people_of(desk)
    assistant = people[grant.assistant_id]
    last = terms.day_of(grant.expires_at, desk.mailbox.zone)
    return owner_page(
        request,
        desk,
        name,
        person_here(request, assistant),
        grant=grant,
        assistant=assistant,
        state=grant_state(grant),
        in_flight=await flying(desk, grant_id),
        meanwhile=meanwhile,
        certified=await certified(desk, grant_id),
        agreements=await agree.agreements(desk, grant_id),
        people=people,
        handovers=await handovers_about(desk, grant.assistant_id),
        rights=terms.sentences(language, grant.scopes),
        approvals=terms.approvals_within(grant.needs_approval),
        **terms.told(language, grant, to_owner=True),
        **formed(request, form or _as_it_stands(grant, desk.mailbox.zone), wrong, last=last, only=grant.scopes),
    )


def _as_it_stands(grant: Grant, zone: str) -> TermsForm | None:
    """Return the terms of a grant as its form begins; None if they cannot be read here, and so not be narrowed."""
    if grant.conditions is None:
        return None
    return TermsForm(**terms.as_given(grant, grant.scopes, grant.expires_at, zone))
