"""The page of an erasure: how far it has come, and its receipt. Whoever has the link may look; it names nobody."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.actions.erase import PERSON, erase, id_for
from app.actions.erasing import still_on_its_way
from app.actions.receipt import receipt_by, token_for
from app.errors import BadRequest, NotFound
from app.web.console.own_data import ask_to_erase
from app.web.cookies import SESSION, clear_cookie
from app.web.deps import CHECKED, PUBLIC, MaybeSignedIn, ResourcesHere, fresh_person
from app.web.downloads import as_download
from app.web.forms import PostForm
from app.web.page_route import PageRoute
from app.web.render import go, page

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[*CHECKED, PUBLIC])


class Sure(PostForm):
    """The tick without which nothing is erased."""

    sure: Literal["", "yes"] = ""


@router.post("/erasures/{token}")
async def erase_me(
    request: Request, resources: ResourcesHere, signed: MaybeSignedIn, token: str, form: Annotated[Sure, Form()]
) -> Response:
    """Erase whoever is signed in and was given this link; pressed twice, the second press finds it begun.

    Public, because the first press has ended her sign-in: a stranger's call finds nothing, or what there is to see.
    """
    own = signed is not None and token == token_for(resources.secret, id_for(signed.person.id))
    if signed is None or not own:
        await receipt_by(resources, token)
        return go(request, f"/erasures/{token}")
    await fresh_person(signed)
    if form.sure != "yes":
        wrong = BadRequest("Tick the box first: it says that you know what ends.")
        return await ask_to_erase(request, resources, signed.person, wrong=wrong)
    await erase(resources, signed.person.id, asked_by=PERSON)
    response = go(request, f"/erasures/{token}")
    clear_cookie(response, SESSION, resources.settings)
    return response


@router.get("/erasures/{token}")
async def see_erasure(request: Request, resources: ResourcesHere, token: str) -> HTMLResponse:
    """Show how far it has come."""
    row, receipt = await receipt_by(resources, token)
    waits = await still_on_its_way(resources, row)
    return page(request, "erased.html", row=row, receipt=receipt, waits=len(waits), token=token)


@router.get("/erasures/{token}/receipt")
async def take_receipt(resources: ResourcesHere, token: str) -> Response:
    """Send the receipt as a file; raise NotFound while there is none."""
    row, receipt = await receipt_by(resources, token)
    if receipt is None:
        raise NotFound
    return as_download(f"deskhand-erasure-{row.id}.json", json.dumps(receipt, indent=2).encode() + b"\n")
