"""One key for a program: shown to its assistant this once, ended by her or by the owner."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from app.actions import end_key, program_keys
from app.actions.people import people_of
from app.locale.catalogues import N_
from app.web import once
from app.web.console import terms
from app.web.console.frame import assistant_page, here, owner_page, pages, step, to_assistant, to_owner
from app.web.deps import AssistantDesk, OwnerDesk
from app.web.flash import Flash
from app.web.forms import PostForm
from app.web.languages import choose

router = pages()
HERS, OWNERS = "/assistant/mailboxes/{mailbox_id:uuid}/keys", "/owner/mailboxes/{mailbox_id:uuid}/keys"


@router.get(HERS + "/{key_id:uuid}")
async def see_key(request: Request, desk: AssistantDesk, key_id: UUID) -> HTMLResponse:
    """Show a key of one's own; its secret only on the page that follows the form."""
    key = await program_keys.key_of(desk, key_id)
    response = assistant_page(
        request,
        desk,
        "console/key.html",
        here(key.name),
        tab="keys",
        key=key,
        alive=await program_keys.is_good(desk, key),
        secret=once.held_key(request, desk.resources, key.person_id, key.id),
        rights=terms.sentences(choose(request), key.scopes),
    )
    once.shown(response, desk.resources.settings)
    return response


@router.post(HERS + "/{key_id:uuid}/end")
async def end_own(
    request: Request, desk: AssistantDesk, key_id: UUID, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """End a key of one's own."""
    await end_key.end_key(desk, key_id)
    return to_assistant(request, desk, "/keys", Flash.KEY_ENDED)


@router.get(OWNERS)
async def see_all_keys(request: Request, desk: OwnerDesk) -> HTMLResponse:
    """Show the owner which programs act here, and under whose access."""
    return owner_page(
        request,
        desk,
        "console/programs.html",
        step(request, N_("Programs")),
        keys=await program_keys.good_keys(desk),
        people=await people_of(desk),
    )


@router.post(OWNERS + "/{key_id:uuid}/end")
async def end(request: Request, desk: OwnerDesk, key_id: UUID, _form: Annotated[PostForm, Form()]) -> RedirectResponse:
    """End a key under somebody's access, which itself goes on."""
    await end_key.end_key(desk, key_id)
    return to_owner(request, desk, "/keys", Flash.KEY_ENDED)
