"""A lead looks through whom she has named: who may do what where, used last, and what nobody uses ended by ticks."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.actions import led_review
from app.actions.led import zones_of
from app.errors import BadRequest
from app.locale.catalogues import N_
from app.web.console import terms
from app.web.console.frame import LEADS, pages, said, step
from app.web.console.review import REMARKS, ReviewForm
from app.web.console.standing import grant_state
from app.web.deps import ResourcesHere, SignedInPerson
from app.web.flash import Flash
from app.web.languages import choose
from app.web.render import go, page

router = pages()
PATH = "/team/review"


@router.get(PATH)
async def see_review(request: Request, resources: ResourcesHere, signed: SignedInPerson) -> HTMLResponse:
    """Show everybody whom the lead has named and who has access."""
    return await _page(request, resources, signed.person.id)


@router.post(PATH)
async def note_review(
    request: Request, resources: ResourcesHere, signed: SignedInPerson, form: Annotated[ReviewForm, Form()]
) -> Response:
    """Note the review in the mailboxes' logs, and end what was ticked."""
    request_id = str(getattr(request.state, "request_id", ""))
    try:
        await led_review.note_led_review(
            resources, signed.person.id, form.end, surface="console", request_id=request_id
        )
    except BadRequest as wrong:
        return await _page(request, resources, signed.person.id, wrong=wrong)
    return go(request, PATH, Flash.REVIEWED)


async def _page(
    request: Request, resources: ResourcesHere, lead_id: UUID, *, wrong: BadRequest | None = None
) -> HTMLResponse:
    language = choose(request)
    listed = await led_review.led_review(resources, lead_id)
    return page(
        request,
        "console/led_review.html",
        status=wrong.status if wrong else 200,
        wrong=said(request, wrong),
        crumbs=[step(request, LEADS, "/team"), step(request, N_("Who has access"))],
        listed=listed,
        mailbox_zones=await zones_of(resources, (each.access.mailbox_id for each in listed)),
        rights={each.grant.id: terms.sentences(language, each.grant.scopes) for each in listed},
        unused=[each for each in listed if each.unused],
        remarks=REMARKS,
        state_of=grant_state,
    )
