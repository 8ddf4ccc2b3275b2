"""Your data: a copy of everything that is kept about a person, and the question before it is erased."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.actions.consequences import consequences
from app.actions.erase import id_for
from app.actions.export import export, file_name
from app.actions.receipt import token_for
from app.actions.resources import Resources
from app.errors import BadRequest
from app.models.person import Person
from app.web.console.frame import BE_ERASED, OWN_DATA, OWNERS, pages, said, step
from app.web.deps import Fresh, ResourcesHere, SignedInPerson
from app.web.downloads import as_stream
from app.web.languages import choose
from app.web.render import page

router = pages()


@router.get("/owner/data")
async def own_data(request: Request, _signed: SignedInPerson) -> HTMLResponse:
    """Say what is kept, and offer the copy and the end."""
    crumbs = [step(request, OWNERS, "/owner"), step(request, OWN_DATA)]
    return page(request, "console/own_data.html", crumbs=crumbs)


@router.get("/owner/data/export")
async def take_copy(request: Request, resources: ResourcesHere, signed: Fresh) -> Response:
    """Send the copy."""
    chunks = await export(resources, signed.person, choose(request), surface="console")
    return as_stream(file_name(), "application/zip", chunks)


@router.get("/owner/data/erasure")
async def before_erasing(request: Request, resources: ResourcesHere, signed: Fresh) -> HTMLResponse:
    """Say what would end, and ask."""
    return await ask_to_erase(request, resources, signed.person)


async def ask_to_erase(
    request: Request, resources: Resources, person: Person, *, wrong: BadRequest | None = None
) -> HTMLResponse:
    """Return the page that asks, with what was wrong about the answer."""
    return page(
        request,
        "console/erase.html",
        status=wrong.status if wrong else 200,
        crumbs=[
            step(request, OWNERS, "/owner"),
            step(request, OWN_DATA, "/owner/data"),
            step(request, BE_ERASED),
        ],
        ends=await consequences(resources, person.id),
        token=token_for(resources.secret, id_for(person.id)),
        wrong=said(request, wrong),
    )
