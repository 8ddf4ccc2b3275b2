"""What somebody proposes to owners: prepared, and shown with its link this once."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.access.levels import LEVELS, Level
from app.actions import propose
from app.errors import BadRequest, NotFound
from app.locale.catalogues import N_
from app.web import once
from app.web.console import terms
from app.web.console.formed import formed
from app.web.console.frame import ASSISTANTS, pages, step
from app.web.deps import ResourcesHere, SignedInPerson
from app.web.languages import choose
from app.web.render import go, page

router = pages()


class ProposalForm(terms.TermsForm):
    """The terms, and a word to the owner."""

    message: str = Field(default="", max_length=propose.LONGEST_MESSAGE + 1)


@router.get("/assistant/proposals/new")
async def new_proposal(request: Request, signed: SignedInPerson) -> HTMLResponse:
    """Show the sentences to propose."""
    fields = terms.of_level(LEVELS[Level.TRAINEE], signed.person.zone or "UTC")
    return _form_page(request, ProposalForm(**fields))


@router.post("/assistant/proposals")
async def prepare(
    request: Request, resources: ResourcesHere, signed: SignedInPerson, form: Annotated[ProposalForm, Form()]
) -> Response:
    """Make the proposal, and lead to the page that shows its link."""
    until = form.end_in(signed.person.zone or "UTC")
    try:
        proposal, token = await propose.propose(
            resources,
            signed.person.id,
            scopes=form.scopes,
            until=until,
            message=form.message,
            conditions=form.conditions,
        )
    except BadRequest as wrong:
        return _form_page(request, form, wrong=wrong)
    response = go(request, f"/assistant/proposals/{proposal.id}")
    once.hold(response, resources.settings, token)
    return response


@router.get("/assistant/proposals/{proposal_id:uuid}")
async def see_proposal(
    request: Request, resources: ResourcesHere, signed: SignedInPerson, proposal_id: UUID
) -> HTMLResponse:
    """Show one's own proposal, with its link this once."""
    own = {each.id: each for each in await propose.proposals(resources, signed.person.id)}
    if proposal_id not in own:
        raise NotFound
    response = page(
        request,
        "console/proposal.html",
        crumbs=[step(request, ASSISTANTS, "/assistant"), step(request, N_("Proposal"))],
        proposal=own[proposal_id],
        link=once.held_link(request, proposal_id),
        rights=terms.sentences(choose(request), own[proposal_id].scopes),
        **terms.told(choose(request), own[proposal_id]),
    )
    once.shown(response, resources.settings)
    return response


def _form_page(request: Request, form: ProposalForm, *, wrong: BadRequest | None = None) -> HTMLResponse:
    return page(
        request,
        "console/propose.html",
        crumbs=[step(request, ASSISTANTS, "/assistant"), step(request, N_("Prepare a proposal"))],
        **formed(request, form, wrong, last=terms.last_end("UTC")),
    )
