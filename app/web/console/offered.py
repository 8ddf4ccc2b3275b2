"""One open invitation: its link this once, what became of the letter with it, or who has accepted."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from app.actions import notices, pending
from app.actions.substitute import stood_in_for
from app.errors import NotFound
from app.locale.catalogues import N_
from app.web import once
from app.web.console import terms
from app.web.console.frame import owner_page, pages, step, to_owner
from app.web.deps import Fresh, OwnerDesk
from app.web.forms import PostForm
from app.web.languages import choose
from app.web.states import posted_as

router = pages()
PATH = "/owner/mailboxes/{mailbox_id:uuid}/invitations/{invitation_id:uuid}"


@router.get(PATH)
async def see_invitation(request: Request, desk: OwnerDesk, invitation_id: UUID) -> HTMLResponse:
    """Show an open invitation: its link this once, or who has accepted it and waits for the owner's word."""
    waiting = {invitation.id: (invitation, person) for invitation, person in await pending.pending(desk)}
    if invitation_id not in waiting:
        raise NotFound
    invitation, person = waiting[invitation_id]
    mailed = await notices.mail_of(desk.resources, desk.mailbox.owner_id, invitation.id)
    response = owner_page(
        request,
        desk,
        "console/invitation.html",
        step(request, N_("Invitation")),
        invitation=invitation,
        person=person,
        stands_in=await stood_in_for(desk, invitation),
        mailed=mailed,
        mailed_as=posted_as(mailed.notice) if mailed else "",
        link=once.held_link(request, invitation.id) if person is None else "",
        rights=terms.sentences(choose(request), invitation.scopes),
        **terms.told(choose(request), invitation, to_owner=True),
    )
    once.shown(response, desk.resources.settings)
    return response


@router.post(PATH + "/link")
async def show_link_again(
    request: Request, desk: OwnerDesk, _fresh: Fresh, invitation_id: UUID, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """Show the link of an invitation whose letter has not arrived, or perhaps not; once it has left, it is erased."""
    mailed = await notices.mail_of(desk.resources, desk.mailbox.owner_id, invitation_id)
    if mailed is None or not mailed.still_so or not mailed.token:
        raise NotFound
    response = to_owner(request, desk, f"/invitations/{invitation_id}")
    once.hold(response, desk.resources.settings, mailed.token)
    return response
