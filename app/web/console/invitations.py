"""The owner's invitations: ticked, shown once as a link, confirmed when it is clear who took it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.actions import accept, invite
from app.errors import BadRequest
from app.web import once
from app.web.console.frame import pages, to_owner
from app.web.console.invite_page import first_page, invite_page
from app.web.console.terms import InviteForm
from app.web.console.tried import TriedTerms, as_query
from app.web.deps import Fresh, OwnerDesk, texts_in
from app.web.flash import Flash
from app.web.forms import PostForm
from app.web.languages import choose

router = pages()
PATH = "/owner/mailboxes/{mailbox_id:uuid}/invitations"


@router.get(PATH + "/new")
async def new_invitation(
    request: Request, desk: OwnerDesk, _fresh: Fresh, typed: Annotated[TriedTerms, Query()]
) -> Response:
    """Show the sentences to tick; a level fills them in to begin with, or what was typed before a look at the mail."""
    return first_page(request, desk, typed)


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


@router.post(PATH + "/{invitation_id:uuid}/confirmation")
async def confirm(
    request: Request, desk: OwnerDesk, _fresh: Fresh, invitation_id: UUID, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """Give the access to whoever accepted."""
    grant = await accept.confirm(desk, invitation_id, texts=texts_in)
    return to_owner(request, desk, f"/grants/{grant.id}", Flash.CONFIRMED)


@router.post(PATH + "/{invitation_id:uuid}/withdrawal")
async def withdraw(
    request: Request, desk: OwnerDesk, invitation_id: UUID, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """Take the invitation back, or refuse whoever accepted it."""
    refused = await invite.withdraw(desk, invitation_id)
    return to_owner(request, desk, "", Flash.REFUSED if refused else Flash.WITHDRAWN)
