"""An assistant's keys for programs: the list, and a form that makes one."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form
from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.actions import make_key, program_keys
from app.actions.desk import Desk
from app.errors import BadRequest
from app.locale.catalogues import N_
from app.web import once
from app.web.console import terms
from app.web.console.frame import assistant_page, pages, said, step, to_assistant
from app.web.console.rights import rights_at
from app.web.console.terms import TermsForm
from app.web.deps import AssistantDesk, Fresh
from app.web.kept import forget_typed, typed_before
from app.web.languages import choose

router = pages()
PATH = "/assistant/mailboxes/{mailbox_id:uuid}/keys"
FIRST_TICKED = ["mail.list"]


class KeyForm(TermsForm):
    """What a key may do and until when, and for which program it is."""

    name: str = Field(default="", max_length=make_key.LONGEST_NAME * 2)


@router.get(PATH)
async def see_keys(request: Request, desk: AssistantDesk) -> HTMLResponse:
    """Show the keys that are good, and the form for another."""
    kept = typed_before(request, desk.resources, desk.actor.person_id, KeyForm) if desk.actor.person_id else None
    response = await _keys_page(request, desk, kept)
    forget_typed(request, response)
    return response


@router.post(PATH)
async def make(request: Request, desk: AssistantDesk, signed: Fresh, form: Annotated[KeyForm, Form()]) -> Response:
    """Make a key, and lead to the page that shows it this once."""
    try:
        if not form.scopes:  # to a program that names none, it means all of them
            raise BadRequest("Choose at least one of the rights on the list.")
        grant = (await rights_at(desk)).grant
        same_day = form.until == terms.day_of(grant.expires_at, desk.mailbox.zone)
        until = grant.expires_at if same_day else form.end_in(desk.mailbox.zone)
        key, secret = await make_key.make_key(desk, name=form.name, until=until, scopes=form.scopes)
    except BadRequest as wrong:
        return await _keys_page(request, desk, form, wrong=wrong)
    response = to_assistant(request, desk, f"/keys/{key.id}")
    once.hold_key(response, desk.resources, signed.person.id, key.id, secret)
    return response


async def _keys_page(
    request: Request, desk: Desk, form: KeyForm | None, *, wrong: BadRequest | None = None
) -> HTMLResponse:
    language, rights = choose(request), await rights_at(desk)
    last = min(terms.day_of(rights.grant.expires_at, desk.mailbox.zone), terms.last_end(desk.mailbox.zone))
    fresh = KeyForm(scopes=FIRST_TICKED, until=min(last, terms.usual_end(desk.mailbox.zone)))
    return assistant_page(
        request,
        desk,
        "console/keys.html",
        step(request, N_("Programs")),
        status=wrong.status if wrong else 200,
        tab="keys",
        wrong=said(request, wrong),
        keys=await program_keys.keys_under(desk, rights.grant),
        rights=rights,
        rows=terms.ticks(language, rights.scopes),
        form=form or fresh,
        last=last,
    )
