"""Who is calling, and the token that a page's unsafe calls carry."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from app.access.identity import FRESH
from app.actions import people
from app.web.api.shapes import Person, Shape
from app.web.cookies import SESSION, clear_cookie
from app.web.csrf import session_token
from app.web.deps import ResourcesHere, SignedInPerson

router = APIRouter(prefix="/session", tags=["session"])


class Session(Shape):
    """The signed-in person; unsafe calls send `csrf_token` in `X-CSRF-Token`."""

    person: Person
    csrf_token: str
    fresh_until: datetime = Field(description="Until then, steps that give access need no new sign-in.")


@router.get("", summary="Who is signed in")
async def who_am_i(request: Request, signed: SignedInPerson) -> Session:
    """Return the signed-in person and the token for unsafe calls."""
    return Session(
        person=Person.of(signed.person),
        csrf_token=session_token(request),
        fresh_until=signed.login.authenticated_at + FRESH,
    )


@router.delete("", status_code=204, summary="Sign out")
async def end_session(resources: ResourcesHere, signed: SignedInPerson) -> Response:
    """End this login."""
    await people.sign_out(resources, signed)
    response = Response(status_code=204)
    clear_cookie(response, SESSION, resources.settings)
    return response
