"""A link or a key that is shown once: it waits in the browser's own cookie from the form to the page that shows it."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from app.actions.links import read_link
from app.actions.resources import Resources
from app.errors import BadRequest, NotFound
from app.settings import Settings
from app.web.cookies import clear_cookie, read_cookie, set_cookie
from app.web.cursors import Cursors

SHOWN_ONCE = "deskhand-once"
LIFE = timedelta(minutes=5)


def hold(response: Response, settings: Settings, token: str) -> None:
    """Keep a fresh link's token for the next page of this browser."""
    set_cookie(response, SHOWN_ONCE, token, settings, life=LIFE)


def held_link(request: Request, row_id: UUID) -> str:
    """Return the link that waits to be shown for this very invitation or proposal, empty if there is none."""
    settings: Settings = request.app.state.settings
    token = read_cookie(request, SHOWN_ONCE, settings)
    with suppress(NotFound):
        if read_link(token).row_id == row_id:
            return f"{settings.public_url}/invitations/{token}"
    return ""


def hold_key(response: Response, resources: Resources, person_id: UUID, key_id: UUID, secret: str) -> None:
    """Keep a fresh key for the next page of this browser, sealed: good for this person and that page alone."""
    hold(response, resources.settings, Cursors.of(resources, person_id, f"key {key_id}").sealed(secret))


def held_key(request: Request, resources: Resources, person_id: UUID, key_id: UUID) -> str:
    """Return the key that waits to be shown on its page, empty if there is none."""
    with suppress(BadRequest):
        held = read_cookie(request, SHOWN_ONCE, resources.settings)
        return Cursors.of(resources, person_id, f"key {key_id}").opened(held)
    return ""


def shown(response: Response, settings: Settings) -> None:
    """Forget the link: it has been shown."""
    clear_cookie(response, SHOWN_ONCE, settings)
