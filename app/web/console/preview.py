"""What an assistant would see of the owner's real mail, with the ticks and conditions that she tries."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.access.scopes import Scope
from app.actions import preview
from app.actions.desk import Desk
from app.actions.likeness import other_party
from app.errors import BadRequest
from app.locale.catalogues import N_
from app.web.console.formed import formed
from app.web.console.frame import owner_page, pages, step
from app.web.console.senders import BECAUSE, just_marked
from app.web.console.tried import TriedTerms, as_query, effects, narrower, ticked, to_begin_with
from app.web.deps import OwnerDesk
from app.web.languages import choose

router = pages()


@router.get("/owner/mailboxes/{mailbox_id:uuid}/preview")
async def see_preview(request: Request, desk: OwnerDesk, typed: Annotated[TriedTerms, Query()]) -> HTMLResponse:
    """Show what an assistant would see of the newest mail, and what not; nothing is granted by it."""
    zone = desk.mailbox.zone
    tried = typed.model_copy(update={"zone": typed.zone or zone}) if typed.tried else to_begin_with(zone)
    try:
        found = await preview.preview(desk, conditions=tried.bound())
    except BadRequest as wrong:
        return _page(request, desk, tried, wrong=wrong, tried=True)
    gives = ticked(tried)
    return _page(
        request,
        desk,
        tried,
        preview=found,
        because=BECAUSE,
        just_marked=await just_marked(request, desk),
        other_party=lambda message: other_party(message, desk.mailbox),
        tried=typed.tried,
        query=as_query(tried) if typed.tried else "",
        binds=tried.bound().about_mail,
        effects=effects(tried, found, choose(request)),
        narrower=narrower(tried, found),
        lists=Scope.LIST in gives,
        reads=Scope.READ in gives,
    )


def _page(
    request: Request, desk: Desk, form: TriedTerms, *, wrong: BadRequest | None = None, **values: Any
) -> HTMLResponse:
    # What cannot be meant is not tried, so there is nothing to show for it but the form.
    values = {"preview": None, "narrower": (), "just_marked": None} | values | formed(request, form, wrong)
    crumb = step(request, N_("What assistants see"))
    return owner_page(request, desk, "console/preview.html", crumb, tab="preview", **values)
