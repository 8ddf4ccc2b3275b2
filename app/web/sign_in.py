"""Signing in with Google or Microsoft, signing in again, and signing out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.actions import people, sign_in
from app.actions.mailboxes import mailboxes
from app.actions.sign_in import Purpose
from app.web.cookies import SESSION, SESSION_LIFE, TYPED, clear_cookie, set_cookie
from app.web.deps import CHECKED, PUBLIC, MaybeSignedIn, ResourcesHere, SignedInPerson
from app.web.flash import Flash
from app.web.forms import Departure
from app.web.journeys import arrive, come_back, leave
from app.web.languages import choose
from app.web.page_route import PageRoute, sign_in_page
from app.web.render import go
from app.web.ways import WayHere

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=CHECKED)


@router.get("/sign-in", dependencies=[PUBLIC])
@router.get("/sign-in/google", dependencies=[PUBLIC])
@router.get("/sign-in/microsoft", dependencies=[PUBLIC])
async def ways_to_sign_in(request: Request) -> Response:
    """Show the providers one can sign in with."""
    return sign_in_page(request)


@router.post("/sign-in/google", dependencies=[PUBLIC])
@router.post("/sign-in/microsoft", dependencies=[PUBLIC])
async def go_and_sign_in(
    request: Request, resources: ResourcesHere, way: WayHere, before: MaybeSignedIn, form: Annotated[Departure, Form()]
) -> RedirectResponse:
    """Send the browser to the provider; for a sign-in once more it has to come back as the same person."""
    same = before.person if before and form.again else None
    return await leave(request, resources, Purpose.SIGN_IN, way, form, person=same)


@router.get("/sign-in/callback/google", dependencies=[PUBLIC])
@router.get("/sign-in/callback/microsoft", dependencies=[PUBLIC])
async def back_from_provider(
    request: Request, resources: ResourcesHere, way: WayHere, before: MaybeSignedIn
) -> RedirectResponse:
    """Begin a login for whoever the provider names; the one this browser had before ends, whoever it was.

    A sign-in once more by somebody else changes nothing: the step that it was for is not hers.
    """
    journey = await come_back(request, resources, Purpose.SIGN_IN, way, person_id=before.person.id if before else None)
    agent, language = request.headers.get("user-agent", ""), choose(request).code
    person, secret = await sign_in.sign_in(
        resources, journey.consent, agent=agent, language=language, only=journey.person_id
    )
    if before:
        await people.sign_out(resources, before)
    response = arrive(request, journey.return_to, journey.return_id, person.id)
    set_cookie(response, SESSION, secret, resources.settings, life=SESSION_LIFE)
    return response


@router.get("/sign-in/done")
async def home_of(resources: ResourcesHere, signed: SignedInPerson) -> RedirectResponse:
    """Lead a person to where she belongs: her own mailboxes, or those where she assists."""
    found = await mailboxes(resources, signed.person.id)
    assists_only = bool(found) and all(mailbox.owner_id != signed.person.id for mailbox in found)
    return RedirectResponse("/assistant" if assists_only else "/owner", 303)


@router.post("/sign-out", dependencies=[PUBLIC])
async def sign_out(request: Request, resources: ResourcesHere, signed: MaybeSignedIn) -> Response:
    """End this browser's login; a second press finds nothing to end."""
    if signed:
        await people.sign_out(resources, signed)
    response = go(request, "/", Flash.SIGNED_OUT)
    for name in (SESSION, TYPED):
        clear_cookie(response, name, resources.settings)
    return response
