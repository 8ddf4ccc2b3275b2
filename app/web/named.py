"""The address that a provider has named: nothing is connected until its owner has said yes to it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form
from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from app.actions import held_consent, people
from app.actions.connect_mailbox import connect_mailbox
from app.actions.sign_in import Journey, ReturnTo
from app.web.deps import CHECKED, ResourcesHere, SignedInPerson
from app.web.flash import Flash
from app.web.forms import PostForm
from app.web.journeys import arrive
from app.web.page_route import PageRoute
from app.web.render import go, page
from app.web.ways import NAMES, Way
from app.web.zones import zone_groups

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=CHECKED)


class Answer(PostForm):
    """The owner's word about the address that was named; `held_as` finds the consent that waits for it."""

    held_as: str = Field(max_length=200)
    zone: str = Field(default="UTC", max_length=60)
    answer: Literal["connect", "refuse", "leave"]
    return_to: ReturnTo = ReturnTo.HOME
    return_id: str = Field(default="", max_length=200)


async def named_page(
    request: Request, resources: ResourcesHere, journey: Journey, signed: SignedInPerson
) -> HTMLResponse:
    """Show the address, and ask."""
    consent = journey.consent
    return page(
        request,
        "connect_confirm.html",
        journey=journey,
        provider=NAMES[Way(journey.way)],
        other_account=consent.email.casefold() != signed.person.email.casefold(),
        again=await held_consent.works_already(resources, signed.person.id, consent),
        zones=zone_groups,
        chosen=signed.person.zone or "UTC",
    )


@router.post("/connect/confirm")
async def after_the_answer(
    request: Request, resources: ResourcesHere, signed: SignedInPerson, form: Annotated[Answer, Form()]
) -> RedirectResponse:
    """Connect the mailbox, or give the consent back to its provider, or leave everything as it was."""
    if form.answer == "refuse":
        await held_consent.refuse_held(resources, form.held_as, person_id=signed.person.id)
    if form.answer != "connect":
        return go(request, "/owner", Flash.NOT_CONNECTED)
    await people.note_zone(resources, signed.person, form.zone)  # refused before the consent is taken, if it is no zone
    consent = await held_consent.held_consent(resources, form.held_as, person_id=signed.person.id)
    mailbox = await connect_mailbox(resources, signed.person.id, consent, zone=form.zone, login_id=signed.login.id)
    if form.return_to is ReturnTo.HOME:
        return go(request, f"/owner/mailboxes/{mailbox.id}", Flash.CONNECTED)
    return arrive(request, form.return_to, form.return_id, signed.person.id)
