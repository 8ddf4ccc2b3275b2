"""The caller herself: a copy of everything that is kept about her, and the end of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.actions.erase import PERSON, erase
from app.actions.erasing import still_on_its_way
from app.actions.export import export, file_name
from app.actions.receipt import token_for
from app.models.erasure import ErasureState
from app.web.api import own_hours
from app.web.api.shapes import Shape
from app.web.cookies import SESSION, clear_cookie
from app.web.deps import Fresh, ResourcesHere
from app.web.downloads import as_stream
from app.web.languages import choose

router = APIRouter(prefix="/person", tags=["person"])
router.include_router(own_hours.router)


class Erasure(Shape):
    """How far an erasure has come. `in_flight` are the sends it waits for; the receipt is at `link` once it is done."""

    id: UUID
    state: ErasureState
    asked_at: datetime
    in_flight: list[UUID]
    link: str = Field(description="A page of this service, for whoever has the link; it names nobody.")


@router.get(
    "/export",
    summary="Take a copy of one's data",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/zip": {}}, "description": "A zip of JSON files and a README."}},
)
async def take_copy(request: Request, resources: ResourcesHere, signed: Fresh) -> Response:
    """Return everything that is kept about the caller, without mail text, which is not kept, and without secrets."""
    chunks = await export(resources, signed.person, choose(request), surface="api")
    return as_stream(file_name(), "application/zip", chunks)


@router.delete("", status_code=202, summary="Be erased")
async def erase_caller(response: Response, resources: ResourcesHere, signed: Fresh) -> Erasure:
    """Erase everything about the caller: her mailboxes are disconnected, her accesses end, and so does this session."""
    row = await erase(resources, signed.person.id, asked_by=PERSON)
    clear_cookie(response, SESSION, resources.settings)
    return Erasure(
        id=row.id,
        state=row.state,
        asked_at=row.asked_at,
        in_flight=list(await still_on_its_way(resources, row)),
        link=f"{resources.settings.public_url}/erasures/{token_for(resources.secret, row.id)}",
    )
