"""What Deskhand has told a person: the list behind the bell, with what became of each letter."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from app.actions import notices
from app.web.console.frame import pages
from app.web.deps import ResourcesHere, SignedInPerson
from app.web.flash import Flash
from app.web.forms import PostForm
from app.web.languages import choose
from app.web.render import go, page
from app.web.states import posted_as

router = pages()


@router.get("/notices")
async def own_notices(request: Request, resources: ResourcesHere, signed: SignedInPerson) -> HTMLResponse:
    """Show a person's notices, newest first."""
    found = await notices.list_notices(resources, signed.person.id, choose(request))
    return page(request, "console/notices.html", notices=found, posted_as=posted_as)


@router.post("/notices/{notice_id:uuid}/read")
async def mark_read(
    request: Request,
    resources: ResourcesHere,
    signed: SignedInPerson,
    notice_id: UUID,
    _form: Annotated[PostForm, Form()],
) -> RedirectResponse:
    """Count one as read."""
    await notices.mark_read(resources, signed.person.id, notice_id)
    return go(request, "/notices", Flash.READ)


@router.post("/notices/read")
async def mark_all_read(
    request: Request, resources: ResourcesHere, signed: SignedInPerson, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """Count all as read."""
    await notices.mark_all_read(resources, signed.person.id)
    return go(request, "/notices", Flash.READ)
