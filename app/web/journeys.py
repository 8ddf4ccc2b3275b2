"""Away to a provider and back again, for signing in and for connecting a mailbox."""

from __future__ import annotations

from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse

from app.actions import sign_in
from app.actions.resources import Resources
from app.actions.sign_in import Journey, Purpose, ReturnTo
from app.errors import NotFound
from app.models.person import Person
from app.web.forms import Departure
from app.web.kept import forget_anothers
from app.web.places import browser_secret, forget_token, keep_for_journey, path_of, waiting_token
from app.web.ways import Way, mailbox_ways, sign_in_ways

ANSWER = ("state", "code", "error", "error_description", "iss", "admin_consent", "tenant")
LONGEST = 4_000  # characters of one value; an authorization code of Entra's has about 1,500


async def leave(
    request: Request,
    resources: Resources,
    purpose: Purpose,
    way: Way,
    form: Departure,
    *,
    person: Person | None = None,
) -> RedirectResponse:
    """Send the browser to a provider, with what it has to bring back; raise NotFound if it is not offered for this.

    `person` is who it is for, where that is settled already.
    """
    ways = sign_in_ways if purpose is Purpose.SIGN_IN else mailbox_ways
    if way not in dict(ways(resources.settings)):
        raise NotFound
    browser, by_link = browser_secret(request), form.return_to is ReturnTo.INVITATION
    url = await sign_in.begin(
        resources,
        purpose,
        way,
        browser=browser,
        person_id=person.id if person else None,
        return_to=form.return_to,
        return_id="" if by_link else form.return_id,
        login_hint=form.mailbox or (person.email if person and purpose is Purpose.SIGN_IN else ""),
    )
    response = RedirectResponse(url, 303)
    keep_for_journey(response, resources.settings, browser=browser, token=form.return_id if by_link else "")
    return response


async def come_back(
    request: Request, resources: Resources, purpose: Purpose, way: Way, *, person_id: UUID | None = None
) -> Journey:
    """Take what the browser brings back; raise ConsentRefused or BadConsent for what is not to be trusted."""
    browser = browser_secret(request)
    return await sign_in.finish(
        resources, purpose, way, browser=browser, person_id=person_id, answer=answer_in(request)
    )


def answer_in(request: Request) -> dict[str, str]:
    """Return what an authorization server has put into the address of a callback."""
    return {name: request.query_params[name][:LONGEST] for name in ANSWER if name in request.query_params}


def arrive(request: Request, place: ReturnTo, ids: str, person_id: UUID) -> RedirectResponse:
    """Send the browser to the place where the journey began; what another had typed in it waits no longer."""
    response = RedirectResponse(path_of(place, ids, waiting_token(request)), 303)
    forget_token(response, request.app.state.settings)
    forget_anothers(request, response, request.app.state.resources, person_id)
    return response
