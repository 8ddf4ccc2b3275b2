"""One assistant's access as the owner sees it: what was agreed, narrowed, paused, resumed, ended."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.actions import agree, grants
from app.actions.desk import Desk
from app.actions.people import people_of
from app.errors import BadRequest
from app.web.console import terms
from app.web.console.frame import owner_page, pages, person_here, said, to_owner
from app.web.console.standing import grant_state
from app.web.console.terms import TermsForm
from app.web.deps import Fresh, OwnerDesk
from app.web.flash import Flash
from app.web.forms import PostForm
from app.web.languages import choose

router = pages()
PATH = "/owner/mailboxes/{mailbox_id:uuid}/grants/{grant_id:uuid}"


@router.get(PATH)
async def see_grant(request: Request, desk: OwnerDesk, grant_id: UUID) -> HTMLResponse:
    """Show a grant, what was agreed about it, and what of it is on its way."""
    return await _grant_page(request, desk, grant_id)


@router.post(PATH + "/narrowing")
async def narrow(request: Request, desk: OwnerDesk, grant_id: UUID, form: Annotated[TermsForm, Form()]) -> Response:
    """Take rights away, bring the end nearer, or ask for approval from now on."""
    grant = await grants.grant_of(desk, grant_id)
    same_day = form.until == terms.day_of(grant.expires_at, desk.mailbox.zone)
    until = grant.expires_at if same_day else form.end_in(desk.mailbox.zone)
    try:
        if not form.scopes:
            raise BadRequest("Nothing would be left of this access. End it instead.")
        await grants.narrow(desk, grant_id, scopes=form.scopes, until=until, needs_approval=form.needs_approval)
    except BadRequest as wrong:
        return await _grant_page(request, desk, grant_id, wrong=wrong)
    return _back(request, desk, grant_id, Flash.CHANGED)


@router.post(PATH + "/pause")
async def pause(
    request: Request, desk: OwnerDesk, grant_id: UUID, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """Stop an assistant for now."""
    await grants.pause(desk, grant_id)
    return _back(request, desk, grant_id, Flash.PAUSED)


@router.post(PATH + "/resumption")
async def resume(
    request: Request, desk: OwnerDesk, _fresh: Fresh, grant_id: UUID, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """Let a paused assistant go on."""
    await grants.resume(desk, grant_id)
    return _back(request, desk, grant_id, Flash.RESUMED)


@router.get(PATH + "/end")
async def before_ending(request: Request, desk: OwnerDesk, grant_id: UUID) -> HTMLResponse:
    """Ask once more."""
    return await _grant_page(request, desk, grant_id, name="console/grant_end.html")


@router.post(PATH + "/end")
async def end(
    request: Request, desk: OwnerDesk, grant_id: UUID, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """End an access for good; what is on its way already is named on the page."""
    outcome = await grants.revoke(desk, grant_id)
    return _back(request, desk, grant_id, Flash.REVOKED if outcome.done else Flash.IN_FLIGHT)


async def _grant_page(
    request: Request, desk: Desk, grant_id: UUID, *, wrong: BadRequest | None = None, name: str = "console/grant.html"
) -> HTMLResponse:
    language = choose(request)
    grant, people = await grants.grant_of(desk, grant_id), await people_of(desk)
    assistant = people[grant.assistant_id]
    return owner_page(
        request,
        desk,
        name,
        person_here(request, assistant),
        status=wrong.status if wrong else 200,
        wrong=said(request, wrong),
        grant=grant,
        assistant=assistant,
        state=grant_state(grant),
        in_flight=await grants.in_flight(desk, grant_id),
        agreements=await agree.agreements(desk, grant_id),
        people=people,
        rows=terms.ticks(language, grant.scopes),
        rights=terms.sentences(language, grant.scopes),
        last=terms.day_of(grant.expires_at, desk.mailbox.zone),
        approvals=terms.APPROVALS,
    )


def _back(request: Request, desk: Desk, grant_id: UUID, flash: Flash) -> RedirectResponse:
    return to_owner(request, desk, f"/grants/{grant_id}", flash)
