"""Who is calling, and the token that a page's unsafe calls carry."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

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


class Login(Shape):
    """One browser that is signed in; `present` marks the one that is asking."""

    id: UUID
    agent: str = Field(description="What the browser says it is; empty if it says nothing.")
    created_at: datetime
    seen_at: datetime
    present: bool


class LoginPage(Shape):
    """Where one is signed in. The list is short and whole, so `cursor` is always empty."""

    logins: list[Login]
    cursor: str = ""


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


@router.get("/logins", summary="Where one is signed in")
async def list_logins(resources: ResourcesHere, signed: SignedInPerson) -> LoginPage:
    """Return one's own sign-ins that have not ended, the last used first."""
    found = await people.own_logins(resources, signed)
    return LoginPage(
        logins=[
            Login(
                id=row.id,
                agent=row.agent,
                created_at=row.created_at,
                seen_at=row.seen_at,
                present=row.id == signed.login.id,
            )
            for row in found
        ]
    )


@router.delete("/logins", status_code=204, summary="Sign out everywhere else")
async def end_other_logins(resources: ResourcesHere, signed: SignedInPerson) -> None:
    """End all of one's sign-ins but the present one."""
    await people.sign_out_elsewhere(resources, signed)


@router.delete("/logins/{login_id:uuid}", status_code=204, summary="End a sign-in")
async def end_login(resources: ResourcesHere, signed: SignedInPerson, login_id: UUID) -> None:
    """End one of one's own sign-ins at once; it is the same for one that has ended, or is none of one's own."""
    await people.sign_out(resources, signed, login_id)
