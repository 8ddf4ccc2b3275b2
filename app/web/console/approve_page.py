"""The page of one draft as the owner reads it, word for word, to approve, decline or send it back."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.actions.approve import access_over
from app.actions.desk import Desk
from app.actions.people import people_of
from app.actions.send_back import LONGEST_WORD
from app.actions.standing import standing_of
from app.errors import BadRequest
from app.locale.catalogues import N_
from app.models.draft import DraftState
from app.web.console.draft_gone import gone_page, seen_unless_gone
from app.web.console.frame import owner_page, owner_path, said, step
from app.web.forms import PostForm


class ReturnForm(PostForm):
    """What should be different."""

    word: str = Field(default="", max_length=4 * LONGEST_WORD)


async def approve_page(
    request: Request,
    desk: Desk,
    draft_id: UUID,
    *,
    word: str = "",
    again: bool = False,
    wrong: BadRequest | None = None,
) -> HTMLResponse:
    """Return the page; `word` is what she wanted to say to its writer, before she signed in `again` or was `wrong`."""
    seen = await seen_unless_gone(desk, draft_id)
    if seen is None:
        return gone_page(request, desk, draft_id)
    people, standing = await people_of(desk), await standing_of(desk, seen.row)
    over = await access_over(desk, seen.row)
    return owner_page(
        request,
        desk,
        "console/approve.html",
        step(request, N_("Waiting for your approval"), owner_path(desk, "/approvals")),
        step(request, N_("A draft")),
        status=wrong.status if wrong else 200,
        tab="approvals",
        seen=seen,
        standing=standing,
        author=people.get(seen.row.author_id),
        over=over,
        to_decide=seen.row.state == DraftState.OPEN and seen.row.grant_id is not None and not over,
        word=word if wrong or again else standing.word,
        again=again,
        wrong=said(request, wrong),
    )
