"""An owner's consent for a mailbox: away to its provider, and back by its callback."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.actions import held_consent, waiting
from app.actions.sign_in import Journey, Purpose
from app.consent_errors import AdminForbidsApp
from app.web import named
from app.web.deps import CHECKED, PUBLIC, Fresh, MaybeSignedIn, ResourcesHere, SignedInPerson, signed_in_person
from app.web.forms import Departure
from app.web.journeys import answer_in, come_back, leave
from app.web.lacking import lacks
from app.web.page_route import PageRoute
from app.web.render import go, page
from app.web.ways import NAMES, Way, WayHere, mailbox_ways

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=CHECKED)


@router.get("/connect")
@router.get("/connect/google")
@router.get("/connect/microsoft")
async def before_leaving(request: Request, resources: ResourcesHere, signed: Fresh) -> HTMLResponse:
    """Say what connecting means, before the provider asks."""
    ways = mailbox_ways(resources.settings)
    return page(request, "connect.html", ways=ways, waiting=await waiting.waiting(resources, signed.person.id))


@router.post("/connect/google")
@router.post("/connect/microsoft")
async def go_and_consent(
    request: Request, resources: ResourcesHere, way: WayHere, signed: Fresh, form: Annotated[Departure, Form()]
) -> RedirectResponse:
    """Send the owner to the provider."""
    return await leave(request, resources, Purpose.CONNECT, way, form, person=signed.person)


@router.get("/connect/callback/google")
async def back_from_google(request: Request, resources: ResourcesHere, signed: SignedInPerson) -> Response:
    """Show the address that Google named."""
    return await _back(request, resources, Way.GOOGLE, signed)


@router.get("/connect/callback/microsoft", dependencies=[PUBLIC])
async def back_from_microsoft(request: Request, resources: ResourcesHere, found: MaybeSignedIn) -> Response:
    """Show the address that Microsoft named; or take the answer of an administrator, who need not be known here."""
    answer = answer_in(request)
    if "admin_consent" in answer or waiting.is_admins(resources, answer.get("state", "")):
        await waiting.take_answer(resources, answer)
        return page(request, "administrator_thanks.html")
    return await _back(request, resources, Way.MICROSOFT, await signed_in_person(request, found))


async def _back(request: Request, resources: ResourcesHere, way: Way, signed: SignedInPerson) -> Response:
    try:
        journey = await come_back(request, resources, Purpose.CONNECT, way, person_id=signed.person.id)
    except AdminForbidsApp:
        return go(request, f"/connect/{way.value}/administrator")
    if journey.missing or not journey.consent.refresh_token:
        await held_consent.refuse_held(resources, journey.held_as, person_id=signed.person.id)
        return _missing_page(request, journey, way)
    return await named.named_page(request, resources, journey, signed)


def _missing_page(request: Request, journey: Journey, way: Way) -> HTMLResponse:
    return page(
        request,
        "connect_missing.html",
        status=403,
        journey=journey,
        provider=NAMES[way],
        given_back=way is Way.GOOGLE,
        lacks=lacks(journey.missing, lasting=bool(journey.consent.refresh_token)),
    )
