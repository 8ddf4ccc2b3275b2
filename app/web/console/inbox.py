"""The list of messages as an assistant sees it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.actions.handovers import handed_over
from app.actions.people import people_of
from app.actions.undoing import newest_to_undo
from app.web.console import terms
from app.web.console.folders import FOLDERS, Wanted
from app.web.console.found import Found, found
from app.web.console.frame import assistant_page, pages
from app.web.console.rights import rights_at
from app.web.deps import AssistantDesk
from app.web.languages import choose

router = pages()


@router.get("/assistant/mailboxes/{mailbox_id:uuid}")
async def see_messages(request: Request, desk: AssistantDesk, wanted: Annotated[Wanted, Query()]) -> HTMLResponse:
    """Show the messages of a folder, and what may be done here; or why nothing may be."""
    rights, people = await rights_at(desk), await people_of(desk)
    shown = await found(desk, wanted, choose(request)) if rights.may("mail.list") else Found()
    return assistant_page(
        request,
        desk,
        "console/inbox.html",
        tab="messages",
        rights=rights,
        owner=people[desk.mailbox.owner_id],
        handed=[] if rights.shut else await handed_over(desk),
        sentences=terms.sentences(choose(request), rights.grant.scopes),
        **terms.told(choose(request), rights.grant),
        wanted=wanted,
        found=shown,
        undo=await newest_to_undo(desk, wanted.undo) if wanted.undo else None,
        folders={name: text for name, text in FOLDERS.items() if name != "spam" or rights.may("spam.review")},
    )
