"""The page of an owner whose administrator has to agree first: what happened, the link, and a letter to send."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from app.actions import waiting
from app.actions.resources import Resources
from app.errors import NotFound
from app.locale.catalogues import N_, Language
from app.web.deps import CHECKED, ResourcesHere, SignedInPerson
from app.web.flash import Flash
from app.web.forms import PostForm
from app.web.languages import choose
from app.web.page_route import PageRoute
from app.web.render import go, page
from app.web.ways import NAMES, Way, WayHere, mailbox_ways

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=CHECKED)

HELLO, THANKS = N_("Hello,"), N_("Thank you!")
WHY = N_(
    "I would like to use Deskhand ({site}), so that an assistant can help me with my mail. {provider} says that an "
    "administrator of our organisation has to agree first."
)
LIMITS = N_(
    "Deskhand works only in mailboxes whose owners connect them themselves; it deletes nothing for good and changes no "
    "settings."
)
HOW = {
    Way.MICROSOFT: N_(
        "To agree, open this link, sign in as administrator, and read what is asked for before you accept it:"
    ),
    Way.GOOGLE: N_(
        "To agree, open the Google Admin console: Security, Access and data control, API controls, Manage app access. "
        "Add an app by its OAuth client id, for me or for all, and mark it as trusted. The client id is:"
    ),
}


@router.get("/connect/google/administrator")
@router.get("/connect/microsoft/administrator")
async def see_administrator(
    request: Request, resources: ResourcesHere, way: WayHere, signed: SignedInPerson
) -> HTMLResponse:
    """Show how far it has come with the administrator, and what to send."""
    _offered(resources, way)
    asked = (await waiting.waiting(resources, signed.person.id)).get(way.value)
    what = waiting.link_for(resources, asked) or waiting.client_id_of(resources, way.value) if asked else ""
    return page(
        request,
        "administrator.html",
        way=way.value,
        provider=NAMES[way],
        asked=asked,
        what=what,
        letter=_letter(choose(request), way, what, site=resources.settings.public_url),
    )


@router.post("/connect/google/administrator")
@router.post("/connect/microsoft/administrator")
async def ask_administrator(
    request: Request,
    resources: ResourcesHere,
    way: WayHere,
    signed: SignedInPerson,
    _form: Annotated[PostForm, Form()],
) -> RedirectResponse:
    """Begin to wait: for somebody who was told so by the provider, and whose browser was not sent back."""
    _offered(resources, way)
    if way.value not in await waiting.waiting(resources, signed.person.id):
        await waiting.wait_for_admin(resources, signed.person.id, way.value)
    return go(request, f"/connect/{way.value}/administrator")


@router.post("/connect/google/administrator/end")
@router.post("/connect/microsoft/administrator/end")
async def stop_asking(
    request: Request,
    resources: ResourcesHere,
    way: WayHere,
    signed: SignedInPerson,
    _form: Annotated[PostForm, Form()],
) -> RedirectResponse:
    """Wait no longer; a link that was sent already opens nothing then."""
    await waiting.stop_waiting(resources, signed.person.id, way.value)
    return go(request, "/owner", Flash.NOT_WAITING)


def _offered(resources: Resources, way: Way) -> None:
    if way.value not in dict(mailbox_ways(resources.settings)):
        raise NotFound


def _letter(language: Language, way: Way, what: str, *, site: str) -> str:
    """Return the text to send, in the owner's language; `what` is the link, or the client id."""
    why = language.gettext(WHY).format(site=site, provider=NAMES[way])
    parts = [language.gettext(HELLO), why, f"{language.gettext(HOW[way])}\n{what}"]
    return "\n\n".join([*parts, language.gettext(LIMITS), language.gettext(THANKS)])
