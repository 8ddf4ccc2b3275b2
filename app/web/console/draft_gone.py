"""The page of a draft that is gone from the mailbox, or whose letter is: it says so, and takes it off the list."""

from __future__ import annotations

from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.access.decide import Kind
from app.actions.desk import Desk
from app.actions.discard import is_gone
from app.actions.draft import SeenDraft, see_draft
from app.errors import MessageGone, NotFound
from app.locale.catalogues import N_
from app.web.console.frame import assistant_page, assistant_path, owner_page, owner_path, step


async def seen_unless_gone(desk: Desk, draft_id: UUID) -> SeenDraft | None:
    """Return a draft as it stands in the mailbox; None if it, or the letter it answers, is there no longer."""
    try:
        return await see_draft(desk, draft_id)
    except (MessageGone, NotFound):
        if not await is_gone(desk, draft_id):
            raise
    return None


def gone_page(request: Request, desk: Desk, draft_id: UUID, *, typed: str = "", status: int = 200) -> HTMLResponse:
    """Return the page, the owner's or the assistant's; `typed` are words that could not be put into the draft."""
    owners = desk.actor.kind is Kind.OWNER
    shown, path, tab = (owner_page, owner_path, "approvals") if owners else (assistant_page, assistant_path, "drafts")
    listed = N_("Waiting for your approval") if owners else N_("Drafts")
    return shown(
        request,
        desk,
        "console/draft_gone.html",
        step(request, listed, path(desk, f"/{tab}")),
        step(request, N_("A draft")),
        status=status,
        tab=tab,
        owners=owners,
        draft_id=draft_id,
        typed=typed,
    )
