"""What a lead's pages about one mailbox stand in."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.actions import led
from app.actions.seats import Leading
from app.web.console import terms
from app.web.console.frame import LEADS, here, step
from app.web.languages import choose
from app.web.render import Crumb, page


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
        mailbox_zone=leading.desk.mailbox.zone,
        **values,
    )
