"""An owner's invitation of a team as its lead sees it who was sent the link; taken in her own name."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form
from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.actions.led import zones_of
from app.actions.resources import Resources
from app.actions.team_link import accept_team, team_by
from app.errors import BadRequest
from app.web.console import terms
from app.web.console.frame import pages, said
from app.web.deps import MaybeSignedIn, ResourcesHere, SignedInPerson
from app.web.flash import Flash
from app.web.forms import PostForm
from app.web.languages import choose
from app.web.render import go, page
from app.web.ways import sign_in_ways

router = pages()


class TakenForm(PostForm):
    """What the lead calls her team."""

    name: str = Field(default="", max_length=200)


async def team_page(
    request: Request, resources: Resources, token: str, signed: MaybeSignedIn, *, wrong: BadRequest | None = None
) -> HTMLResponse:
    """Show what a team is offered to anybody who has the link, and what became of it to whoever accepted it."""
    access, owner = await team_by(resources, token, signed.person.id if signed else None)
    return page(
        request,
        "console/team_invited.html",
        status=wrong.status if wrong else 200,
        wrong=said(request, wrong),
        access=access,
        mailbox_zone=(await zones_of(resources, [access.mailbox_id]))[access.mailbox_id],
        owner=owner,
        own=signed is not None and owner.id == signed.person.id,
        rights=terms.sentences(choose(request), access.scopes),
        ways=sign_in_ways(resources.settings),
        token=token,
    )


@router.post("/invitations/{token}/team")
async def accept(
    request: Request, resources: ResourcesHere, signed: SignedInPerson, token: str, form: Annotated[TakenForm, Form()]
) -> Response:
    """Take the invitation as the person signed in; the owner confirms her."""
    try:
        await accept_team(resources, signed.person.id, token, name=form.name)
    except BadRequest as wrong:
        return await team_page(request, resources, token, signed, wrong=wrong)
    return go(request, f"/invitations/{token}", Flash.ACCEPTED)
