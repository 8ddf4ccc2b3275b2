"""The cookies: the session's, the chosen language's, and what was typed when a sign-in was asked for.

Over https their names begin with `__Host-`, which browsers accept from this very host alone, with Secure and Path=/.
Over http, which is for localhost only, browsers would never send such a cookie back, so the plain names serve there.
"""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import HTTPConnection
from starlette.responses import Response

from app.settings import Settings

SESSION, LANGUAGE, TYPED = "deskhand", "deskhand-language", "deskhand-typed"
SESSION_LIFE = timedelta(days=7)
LANGUAGE_LIFE = timedelta(days=365)


def cookie_name(plain: str, settings: Settings) -> str:
    """Return a cookie's name as browsers see it."""
    return f"__Host-{plain}" if settings.secure_cookies else plain


def read_cookie(request: HTTPConnection, plain: str, settings: Settings) -> str:
    """Return a cookie's value, empty if there is none."""
    return request.cookies.get(cookie_name(plain, settings), "")


def set_cookie(response: Response, plain: str, value: str, settings: Settings, *, life: timedelta) -> None:
    """Have the browser keep `value` for `life`, out of reach of scripts and of other sites' forms."""
    response.set_cookie(
        cookie_name(plain, settings),
        value,
        max_age=int(life.total_seconds()),
        path="/",
        secure=settings.secure_cookies,
        httponly=True,
        samesite="lax",
    )


def clear_cookie(response: Response, plain: str, settings: Settings) -> None:
    """Have the browser forget a cookie."""
    name = cookie_name(plain, settings)
    response.delete_cookie(name, path="/", secure=settings.secure_cookies, httponly=True, samesite="lax")
