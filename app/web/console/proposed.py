"""An assistant's proposal as the owner takes it who was sent its link: with every tick and limit as she changed it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form
from starlette.requests import Request
from starlette.responses import Response

from app.actions import take_proposal
from app.errors import BadRequest
from app.web.console.frame import pages
from app.web.console.proposal_page import TakenForm, proposal_page
from app.web.deps import Fresh, ResourcesHere, desk_of, texts_in
from app.web.flash import Flash
from app.web.languages import choose
from app.web.render import go

router = pages()


@router.post("/invitations/{token}/grant")
async def take(
    request: Request, resources: ResourcesHere, signed: Fresh, token: str, form: Annotated[TakenForm, Form()]
) -> Response:
    """Give the access that was proposed, as the owner has changed it."""
    desk = await desk_of(request, form.mailbox_id, signed, resources)
    await desk.owner_only()
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
