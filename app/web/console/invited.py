"""An invitation as the assistant sees it who was sent its link: what she may do, until when; taken in her own name."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from app.actions import accepted
from app.actions.accept import invitation_by
from app.actions.resources import Resources
from app.errors import NotFound
from app.web.console import terms
from app.web.console.frame import pages
from app.web.deps import MaybeSignedIn, ResourcesHere, SignedInPerson
from app.web.flash import Flash
from app.web.forms import PostForm
from app.web.languages import choose
from app.web.render import go, page
from app.web.ways import sign_in_ways

router = pages()


async def invitation_page(request: Request, resources: Resources, token: str, signed: MaybeSignedIn) -> HTMLResponse:
    """Show an open invitation to anybody who has its link, and what became of it to whoever accepted it."""
    try:
        invitation, mailbox, owner = await invitation_by(resources, token)
    except NotFound:
        if signed is None:
            raise
        invitation, mailbox, owner = await accepted.accepted_by(resources, token, signed.person.id)
    return page(
        request,
        "console/invited.html",
        invitation=invitation,
        mailbox=mailbox,
        owner=owner,
        lead=await accepted.lead_of(resources, invitation),
        own=signed is not None and owner.id == signed.person.id,
        rights=terms.sentences(choose(request), invitation.scopes),
        **terms.told(choose(request), invitation),
        ways=sign_in_ways(resources.settings),
        token=token,
    )


@router.post("/invitations/{token}/acceptance")
async def accept(
    request: Request, resources: ResourcesHere, signed: SignedInPerson, token: str, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """Take the invitation as the person signed in; the owner confirms her."""
    await accepted.accept_once(resources, signed.person.id, token)
    return go(request, f"/invitations/{token}", Flash.ACCEPTED)
