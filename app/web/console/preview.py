"""What an assistant would see of the owner's real mail, with the ticks and conditions that she tries."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.access.scopes import Scope
from app.actions import preview
from app.errors import BadRequest
from app.locale.catalogues import N_
from app.models.conditions import UNBOUND
from app.web.console.formed import formed
from app.web.console.frame import owner_page, pages, step
from app.web.console.senders import BECAUSE
from app.web.console.tried import TriedTerms, as_query, effects, narrower, ticked, to_begin_with
from app.web.deps import OwnerDesk
from app.web.languages import choose

router = pages()


@router.get("/owner/mailboxes/{mailbox_id:uuid}/preview")
async def see_preview(request: Request, desk: OwnerDesk, typed: Annotated[TriedTerms, Query()]) -> HTMLResponse:
    """Show what an assistant would see of the newest mail, and what not; nothing is granted by it."""
    tried = typed if typed.tried else to_begin_with(desk.mailbox.zone)
    wrong: BadRequest | None = None
    try:
        bound = tried.bound()
    except BadRequest as error:
        bound, wrong = UNBOUND, error
    found = await preview.preview(desk, conditions=bound)
    gives = ticked(tried)
    return owner_page(
        request,
        desk,
        "console/preview.html",
        step(request, N_("What assistants see")),
        tab="preview",
        preview=found,
        because=BECAUSE,
        tried=typed.tried,
        query=as_query(tried) if typed.tried else "",
        binds=bound.about_mail,
        effects=effects(tried, found, choose(request)),
        narrower=narrower(tried, found),
        lists=Scope.LIST in gives,
        reads=Scope.READ in gives,
        **formed(request, tried, wrong),
    )
