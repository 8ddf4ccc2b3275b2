"""An owner's consent for a mailbox: away to Google, back by its callback, and one more yes to the address it named."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form
from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from app.actions import overview, people, sign_in
from app.actions.connect_mailbox import connect_mailbox
from app.actions.sign_in import Purpose, ReturnTo
from app.providers.connect import GMAIL_MODIFY, missing_scopes
from app.web.deps import CHECKED, Fresh, ResourcesHere, SignedInPerson
from app.web.flash import Flash
from app.web.forms import Departure, PostForm
from app.web.journeys import arrive, come_back, leave
from app.web.page_route import PageRoute
from app.web.render import go, page
from app.web.zones import zone_groups

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=CHECKED)


class Answer(PostForm):
    """The owner's word about the address that Google named; `held_as` finds the consent that waits for it."""

    held_as: str = Field(max_length=200)
    zone: str = Field(default="UTC", max_length=60)
    answer: Literal["connect", "refuse", "leave"]
    return_to: ReturnTo = ReturnTo.HOME
    return_id: str = Field(default="", max_length=200)


@router.get("/connect/google")
async def before_leaving(request: Request, resources: ResourcesHere, _fresh: Fresh) -> HTMLResponse:
    """Say what connecting means, before Google asks."""
    return page(request, "connect.html", offered=bool(resources.settings.google_client_id))


@router.post("/connect/google")
async def go_and_consent(
    request: Request, resources: ResourcesHere, signed: Fresh, form: Annotated[Departure, Form()]
) -> RedirectResponse:
    """Send the owner to Google."""
    return await leave(request, resources, Purpose.CONNECT, form, person_id=signed.person.id)


@router.get("/connect/callback/google")
async def back_from_google(request: Request, resources: ResourcesHere, signed: SignedInPerson) -> HTMLResponse:
    """Show the address that Google named; nothing is connected until its owner has said yes to it."""
    journey = await come_back(request, resources, Purpose.CONNECT, person_id=signed.person.id)
    missing = missing_scopes(journey.consent)
    if missing or not journey.consent.refresh_token:
        await sign_in.refuse_held(resources, journey.held_as, person_id=signed.person.id)
        return page(
            request, "connect_missing.html", status=403, journey=journey, no_mail=GMAIL_MODIFY in missing, ways=missing
        )
    return page(
        request,
        "connect_confirm.html",
        journey=journey,
        other_account=journey.consent.email.casefold() != signed.person.email.casefold(),
        again=await overview.works_already(resources, signed.person.id, journey.consent.subject),
        zones=zone_groups,
        chosen=signed.person.zone or "UTC",
    )


@router.post("/connect/confirm")
async def after_the_answer(
    request: Request, resources: ResourcesHere, signed: SignedInPerson, form: Annotated[Answer, Form()]
) -> RedirectResponse:
    """Connect the mailbox, or give the consent back to Google, or leave everything as it was."""
    if form.answer == "refuse":
        await sign_in.refuse_held(resources, form.held_as, person_id=signed.person.id)
    if form.answer != "connect":
        return go(request, "/owner", Flash.NOT_CONNECTED)
    await people.note_zone(resources, signed.person, form.zone)  # refused before the consent is taken, if it is no zone
    consent = await sign_in.held_consent(resources, form.held_as, person_id=signed.person.id)
    mailbox = await connect_mailbox(resources, signed.person.id, consent, zone=form.zone)
    if form.return_to is ReturnTo.HOME:
        return go(request, f"/owner/mailboxes/{mailbox.id}", Flash.CONNECTED)
    return arrive(request, form.return_to, form.return_id)
