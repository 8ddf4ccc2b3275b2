"""What a lead's pages about one mailbox stand in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.actions import led
from app.actions.seats import Leading
from app.locale.catalogues import N_
from app.web.console import terms
from app.web.console.frame import LEADS, here, step
from app.web.console.standing import grant_state
from app.web.languages import choose
from app.web.render import Crumb, page


class Named(NamedTuple):
    """Somebody who was named, with the link's token, and whether it was mailed to the address as well."""

    name: str
    address: str
    token: str
    mailed: bool = False


async def led_page(
    request: Request, leading: Leading, name: str, *trail: Crumb, status: int = 200, **values: Any
) -> HTMLResponse:
    """Return a page about a team of the visitor's at one mailbox; `trail` are the last steps of the way to it."""
    found = await led.led_at(leading)
    at = f"/team/{leading.access.id}"
    where = here(found.access.address)
    crumbs = [step(request, LEADS, "/team"), where._replace(href=at if trail else ""), *trail]
    return page(
        request,
        name,
        status=status,
        crumbs=crumbs,
        at=at,
        found=found,
        access=found.access,
        rights=terms.sentences(choose(request), found.access.scopes),
        state_of=grant_state,
        mailbox_zone=leading.desk.mailbox.zone,
        mails=bool(leading.desk.resources.settings.mail_url.get_secret_value()),
        **values,
    )


async def links_page(request: Request, leading: Leading, named: Sequence[Named]) -> HTMLResponse:
    """Return the page that shows links this once."""
    at = f"{request.app.state.settings.public_url}/invitations/"
    links = [(each, at + each.token) for each in named]
    return await led_page(request, leading, "console/led_links.html", step(request, N_("Name members")), links=links)
