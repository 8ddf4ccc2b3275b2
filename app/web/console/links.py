"""What stands behind a link: an invitation for an assistant, or an assistant's proposal for an owner."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.actions.links import PROPOSAL, read_link
from app.web.console import invited, proposed
from app.web.console.frame import pages
from app.web.deps import PUBLIC, MaybeSignedIn, ResourcesHere
from app.web.kept import forget_typed, typed_before

router = pages()


@router.get("/invitations/{token}", dependencies=[PUBLIC])
async def open_link(request: Request, resources: ResourcesHere, token: str, signed: MaybeSignedIn) -> HTMLResponse:
    """Show what was offered; a link that is used, over or invented leads to the same page."""
    if read_link(token).kind == PROPOSAL:
        kept = typed_before(request, resources, signed.person.id, proposed.TakenForm) if signed else None
        response = await proposed.proposal_page(request, resources, token, signed, form=kept)
        forget_typed(request, response)
        return response
    return await invited.invitation_page(request, resources, token, signed)


router.include_router(invited.router)
router.include_router(proposed.router)
