"""The page of one draft as its writer sees it: the words, how far it has come, and the hours that can be chosen."""

from __future__ import annotations

from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.actions.desk import Desk
from app.actions.drafted import changes_of
from app.actions.people import people_of
from app.actions.standing import standing_of
from app.errors import AppError
from app.locale.catalogues import N_
from app.web.console.draft_gone import gone_page, seen_unless_gone
from app.web.console.frame import assistant_page, assistant_path, said, step
from app.web.console.hour_choice import Asked, hour_choice
from app.web.console.rights import rights_at
from app.web.console.standing import why
from app.web.console.words import fingerprint


async def draft_page(
    request: Request,
    desk: Desk,
    draft_id: UUID,
    *,
    typed: str = "",
    again: bool = False,
    asked: Asked | None = None,
    wrong: AppError | None = None,
) -> HTMLResponse:
    """Return the page; `typed` and the hour `asked` are what a form sent that could not be taken.

    `again` says that it could not for want of a sign-in.
    """
    seen = await seen_unless_gone(desk, draft_id)
    if seen is None:
        return gone_page(request, desk, draft_id, typed=typed, status=wrong.status if wrong else 200)
    people = await people_of(desk)
    return assistant_page(
        request,
        desk,
        "console/draft.html",
        step(request, N_("Drafts"), assistant_path(desk, "/drafts")),
        step(request, N_("A draft")),
        status=wrong.status if wrong else 200,
        tab="drafts",
        rights=await rights_at(desk),
        owner=people[desk.mailbox.owner_id],
        seen=seen,
        standing=await standing_of(desk, seen.row),
        typed=typed or seen.draft.text,
        again=again,
        shown=fingerprint(seen.draft.text),
        wrong=said(request, wrong),
        changes=await changes_of(desk, seen.row, seen.draft.text),
        why=why,
        **await hour_choice(request, desk, seen, asked or Asked()),
    )
