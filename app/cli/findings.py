"""What the doctor finds of the providers: set up or not, what to register there, how long consent lasts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2

from app.settings import Settings

TIMEOUT = 5.0
SERVER_ERROR = 500  # any other answer of theirs will do
ACCOUNTS = {
    "common": "any work or personal account",
    "organizations": "work accounts of any organisation",
    "consumers": "personal accounts",
    "": "any account there: the authority names no tenant",
}


@dataclass(frozen=True)
class Finding:
    """One line: whether it is well, what it is about, and what to do if it is not."""

    good: bool
    what: str
    said: str


@dataclass(frozen=True)
class _Set:
    """What the settings say of one provider."""

    title: str
    prefix: str
    client_id: str
    secret: str
    signin_id: str
    signin_secret: str
    lasts: str

    @property
    def path(self) -> str:
        return self.title.lower()


def set_up(settings: Settings) -> Iterator[Finding]:
    """Say of each provider whether it is offered, and what has to be registered there; one is enough."""
    providers = _providers(settings)
    offered = [each for each in providers if each.client_id]
    for each in providers:
        yield from _of(each, settings, needed=not offered)


def _of(given: _Set, settings: Settings, *, needed: bool) -> Iterator[Finding]:
    title, names = given.title, f"DESKHAND_{given.prefix}_CLIENT_ID and _SECRET"
    if not given.client_id:
        yield Finding(not needed, title, f"not offered: set {names} (README, step by step)")
    elif not given.secret:
        yield Finding(False, title, f"its client has no secret: set DESKHAND_{given.prefix}_CLIENT_SECRET")
    else:
        yield Finding(True, title, "offered")
    if not (given.client_id or given.signin_id):
        return
    yield Finding(
        True, f"redirect address for signing in with {title}", f"{settings.public_url}/sign-in/callback/{given.path}"
    )
    if given.client_id:
        address = f"{settings.public_url}/connect/callback/{given.path}"
        yield Finding(True, f"redirect address for mailboxes at {title}", address)
        yield Finding(True, f"how long consent lasts at {title}", given.lasts)
    if given.signin_id:
        good = bool(given.signin_secret)
        said = "a client of its own" if good else f"set DESKHAND_{given.prefix}_SIGNIN_CLIENT_SECRET"
        yield Finding(good, f"signing in with {title}", said)
    if given.prefix == "MICROSOFT":
        tenant = urlsplit(settings.microsoft_authority).path.rpartition("/")[2]
        yield Finding(True, "who may come by Microsoft", ACCOUNTS.get(tenant, f"accounts of the tenant {tenant}"))


async def reached(settings: Settings) -> AsyncIterator[Finding]:
    """Ask each provider that is offered whether it answers."""
    async with httpx2.AsyncClient(timeout=TIMEOUT) as http:
        for what, url in _addresses(settings):
            try:
                good = (await http.get(url)).status_code < SERVER_ERROR
                yield Finding(good, what, "answers" if good else f"does not work right now ({url})")
            except httpx2.HTTPError as trouble:
                yield Finding(False, what, f"cannot be reached at {url} ({type(trouble).__name__})")


def _addresses(settings: Settings) -> Iterator[tuple[str, str]]:
    if settings.google_client_id or settings.google_signin_client_id:
        yield "Google's keys", settings.google_jwks_url
    if settings.google_client_id:
        yield "Gmail", settings.gmail_api_url
    if settings.microsoft_client_id or settings.microsoft_signin_client_id:
        authority = settings.microsoft_authority
        yield "Microsoft's keys", settings.microsoft_jwks_url or f"{authority}/discovery/v2.0/keys"
    if settings.microsoft_client_id:
        yield "Graph", settings.graph_api_url


def _providers(settings: Settings) -> tuple[_Set, _Set]:
    return (
        _Set(
            title="Google",
            prefix="GOOGLE",
            client_id=settings.google_client_id,
            secret=settings.google_client_secret.get_secret_value(),
            signin_id=settings.google_signin_client_id,
            signin_secret=settings.google_signin_client_secret.get_secret_value(),
            lasts="until it is taken back; a week while the project is in testing (the mailbox's page names the day)",
        ),
        _Set(
            title="Microsoft",
            prefix="MICROSOFT",
            client_id=settings.microsoft_client_id,
            secret=settings.microsoft_client_secret.get_secret_value(),
            signin_id=settings.microsoft_signin_client_id,
            signin_secret=settings.microsoft_signin_client_secret.get_secret_value(),
            lasts="until it is taken back, or 90 days without use; register the address as Web, an SPA gets a day",
        ),
    )
