"""What anybody may read without signing in: the front page, privacy, terms, and three small files for machines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from app import clock
from app.settings import Settings
from app.web.languages import choose
from app.web.render import Crumb, page, static_url
from app.web.ways import sign_in_ways

router = APIRouter(include_in_schema=False)

# RFC 9116 wants an expiry, at best less than a year away.
CONTACT_HOLDS = timedelta(days=180)
TEXTS_OF = datetime(2026, 11, 26, 12, tzinfo=UTC)
ROBOTS = """User-agent: *
Allow: /$
Allow: /privacy$
Allow: /terms$
Allow: /static/
Disallow: /
"""


def contact_uri(contact: str) -> str:
    """Return the operator's contact as an address to click on; empty if it is none (a postal address, say)."""
    if urlsplit(contact).scheme in ("https", "mailto", "tel"):
        return contact
    name, at, domain = contact.partition("@")
    plain = name and domain and not any(sign in contact for sign in " ,;<>?&\r\n")
    return f"mailto:{contact}" if at and plain else ""


class Operator(NamedTuple):
    """Who runs this Deskhand, as the public texts say it; what the operator has not filled in is empty."""

    name: str
    contact: str
    contact_uri: str
    privacy_url: str
    host: str


def operator_of(settings: Settings) -> Operator:
    """Return what the settings say about the operator; a privacy policy that is our own page is no other policy."""
    own_page = f"{settings.public_url}/privacy"
    return Operator(
        name=settings.operator_name,
        contact=settings.operator_contact,
        contact_uri=contact_uri(settings.operator_contact),
        privacy_url=settings.privacy_url if settings.privacy_url != own_page else "",
        host=urlsplit(settings.public_url).netloc,
    )


@router.get("/")
async def home(request: Request) -> HTMLResponse:
    return page(request, "home.html", ways=sign_in_ways(request.app.state.settings))


@router.get("/privacy")
async def privacy(request: Request) -> HTMLResponse:
    return _text(request, "privacy")


@router.get("/terms")
async def terms(request: Request) -> HTMLResponse:
    return _text(request, "terms")


def _text(request: Request, name: str) -> HTMLResponse:
    language = choose(request)
    return page(
        request,
        f"{name}/{language.code}.html",
        crumbs=[Crumb(language.gettext("Home"), "/")],
        operator=operator_of(request.app.state.settings),
        texts_of=TEXTS_OF,
    )


@router.get("/.well-known/security.txt")
async def security_txt(request: Request) -> PlainTextResponse:
    """Say where to report a weakness (RFC 9116); without a contact there is no such file, and the answer says why."""
    settings: Settings = request.app.state.settings
    contact = contact_uri(settings.operator_contact)
    if not contact:
        return PlainTextResponse("The operator of this Deskhand has not given a contact yet.\n", 404)
    expires = (clock.now() + CONTACT_HOLDS).strftime("%Y-%m-%dT%H:%M:%SZ")
    return PlainTextResponse(
        f"Contact: {contact}\n"
        f"Expires: {expires}\n"
        "Preferred-Languages: es, fr, en\n"
        f"Canonical: {settings.public_url}/.well-known/security.txt\n"
    )


@router.get("/robots.txt")
async def robots_txt() -> PlainTextResponse:
    return PlainTextResponse(ROBOTS)


@router.get("/favicon.ico")
async def favicon() -> Response:
    return RedirectResponse(static_url("favicon.svg"), 308)
