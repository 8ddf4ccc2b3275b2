"""The owner's invitations: ticked, and made into a link."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Query
from starlette.requests import Request
from starlette.responses import Response

from app.actions import invite
from app.errors import BadRequest
from app.web import once
from app.web.console.frame import pages, to_owner
from app.web.console.invite_page import first_page, invite_page
from app.web.console.terms import InviteForm
from app.web.console.tried import TriedTerms, as_query
from app.web.deps import Fresh, OwnerDesk
from app.web.flash import Flash
from app.web.kept import forget_typed, typed_before
from app.web.languages import choose

router = pages()
PATH = "/owner/mailboxes/{mailbox_id:uuid}/invitations"


@router.get(PATH + "/new")
async def new_invitation(
    request: Request, desk: OwnerDesk, signed: Fresh, typed: Annotated[TriedTerms, Query()]
) -> Response:
    """Show the sentences to tick; a level fills them in to begin with, or what was typed before."""
    kept = typed_before(request, desk.resources, signed.person.id, InviteForm)
    response = invite_page(request, desk, kept) if kept else first_page(request, desk, typed)
    forget_typed(request, response)
    return response


@router.post(PATH)
async def invite_assistant(
    request: Request, desk: OwnerDesk, _fresh: Fresh, form: Annotated[InviteForm, Form()]
) -> Response:
    """Make the invitation, and lead to the page that shows its link; or first to what such a person would see."""
    if form.do:
        return to_owner(request, desk, f"/preview?{as_query(form)}")
    try:
        invitation, token = await invite.invite(
            desk,
            scopes=form.scopes,
            until=form.end_in(desk.mailbox.zone),
            language=choose(request).code,
            needs_approval=form.needs_approval,
            conditions=form.conditions,
            mail_to=form.mail_to,
        )
    except BadRequest as wrong:
        return invite_page(request, desk, form, wrong=wrong)
    response = to_owner(request, desk, f"/invitations/{invitation.id}", Flash.INVITED)
    once.hold(response, desk.resources.settings, token)
    return response
