"""An assistant's proposal as the owner sees it who was sent its link: every tick can be changed before it is given."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.actions import overview, propose, take_proposal
from app.actions.resources import Resources
from app.actions.terms import readable
from app.errors import BadRequest
from app.web.console import terms
from app.web.console.bounds import filled
from app.web.console.formed import formed
from app.web.console.frame import pages
from app.web.console.terms import TermsForm
from app.web.deps import Fresh, MaybeSignedIn, ResourcesHere, desk_of, texts_in
from app.web.flash import Flash
from app.web.languages import choose
from app.web.render import go, page
from app.web.ways import mailbox_ways, sign_in_ways

router = pages()


class TakenForm(TermsForm):
    """The terms as the owner has changed them, and at which mailbox of hers."""

    mailbox_id: UUID


async def proposal_page(
    request: Request,
    resources: Resources,
    token: str,
    signed: MaybeSignedIn,
    *,
    form: TakenForm | None = None,
    wrong: BadRequest | None = None,
) -> HTMLResponse:
    """Show a proposal to anybody who has its link; to an owner with the ticks to change and her mailboxes."""
    proposal, assistant = await propose.proposal_by(resources, token)
    owned = await overview.owned(resources, signed.person.id) if signed else []
    language = choose(request)
    until = terms.day_of(proposal.grant_until, "UTC")
    bound = readable(proposal.conditions)
    proposed = terms.TermsForm(
        scopes=proposal.scopes, until=until, needs_approval=proposal.needs_approval, **filled(bound, "UTC")
    )
    return page(
        request,
        "console/proposed.html",
        proposal=proposal,
        assistant=assistant,
        own=signed is not None and assistant.id == signed.person.id,
        mailboxes=[mailbox for mailbox, _waiting in owned if mailbox.state == "active"],
        rights=terms.sentences(language, proposal.scopes),
        approvals=terms.APPROVALS,
        **terms.told(language, proposal),
        **formed(request, form or proposed, wrong, last=terms.last_end("UTC")),
        ways=sign_in_ways(resources.settings),
        connects=mailbox_ways(resources.settings),
        token=token,
    )


@router.post("/invitations/{token}/grant")
async def take(
    request: Request, resources: ResourcesHere, signed: Fresh, token: str, form: Annotated[TakenForm, Form()]
) -> Response:
    """Give the access that was proposed, as the owner has changed it."""
    desk = await desk_of(request, form.mailbox_id, signed, resources)
    desk.owner_only()
    try:
        grant = await take_proposal.take_proposal(
            desk,
            token,
            scopes=form.scopes,
            until=form.end_in(desk.mailbox.zone),
            needs_approval=form.needs_approval,
            conditions=form.conditions,
            language=choose(request).code,
            texts=texts_in,
        )
    except BadRequest as wrong:
        return await proposal_page(request, resources, token, signed, form=form, wrong=wrong)
    return go(request, f"/owner/mailboxes/{desk.mailbox.id}/grants/{grant.id}", Flash.CONFIRMED)
