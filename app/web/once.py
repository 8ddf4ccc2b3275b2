"""A link that is shown once: it waits in the browser's own cookie from the form to the page that shows it."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from app.settings import Settings
from app.web.cookies import clear_cookie, read_cookie, set_cookie
from app.web.places import TOKEN

SHOWN_ONCE = "deskhand-once"
LIFE = timedelta(minutes=5)


def hold(response: Response, settings: Settings, token: str) -> None:
    """Keep a fresh link's token for the next page of this browser."""
    set_cookie(response, SHOWN_ONCE, token, settings, life=LIFE)


def held_link(request: Request) -> str:
    """Return the link that waits to be shown, empty if it has been."""
    settings: Settings = request.app.state.settings
    token = read_cookie(request, SHOWN_ONCE, settings)
    return f"{settings.public_url}/invitations/{token}" if TOKEN.fullmatch(token) else ""


def shown(response: Response, settings: Settings) -> None:
    """Forget the link: it has been shown."""
    clear_cookie(response, SHOWN_ONCE, settings)
