"""A route of pages: whoever is not signed in, or not lately, or was refused a consent, gets the page that mends it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any
from uuid import UUID

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.access.identity import person_once_at
from app.consent_errors import AdminRefused, ConsentRefused
from app.errors import NotSignedIn, SignInAgain
from app.web.cookies import SESSION, read_cookie
from app.web.errors import request_id, wants_page
from app.web.kept import keep_typed, typed_in, words_in
from app.web.languages import choose
from app.web.places import place_of
from app.web.render import page
from app.web.visitor import visitor_of
from app.web.ways import sign_in_ways, way_in, ways_again

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class PageRoute(APIRoute):
    """A route whose missing sign-in is answered by a page that leads back here; programs get their problem."""

    def get_route_handler(self) -> Handler:
        """Return the handler with those pages around it."""
        handler = super().get_route_handler()

        async def mended(request: Request) -> Response:
            try:
                return await handler(request)
            except (NotSignedIn, SignInAgain, ConsentRefused) as trouble:
                if not wants_page(request):
                    raise
                if isinstance(trouble, ConsentRefused):
                    return _refused_page(request, trouble)
                if isinstance(trouble, SignInAgain):
                    return await _once_more(request, trouble)
                return await _signed_out(request, trouble)

        return mended


async def _signed_out(request: Request, trouble: NotSignedIn) -> HTMLResponse:
    """Ask for a sign-in; what somebody had written waits for her, or is shown once more where that cannot be."""
    resources, words = request.app.state.resources, await words_in(request)
    writer = await _writer(request) if words else None
    typed = await typed_in(request, resources, writer) if writer else ""
    response = sign_in_page(request, status=trouble.status, kept=bool(typed), words="" if typed else words)
    keep_typed(response, resources.settings, typed)
    return response


async def _writer(request: Request) -> UUID | None:
    """Return whose session has ended in this browser, None if it knows no more."""
    resources = request.app.state.resources
    secret = read_cookie(request, SESSION, resources.settings)
    if not secret:
        return None
    async with resources.db.transaction() as session:
        return await person_once_at(session, secret)


async def _once_more(request: Request, trouble: SignInAgain) -> HTMLResponse:
    """Ask for another sign-in; what a form had sent waits in the browser, and stands in the form again afterwards."""
    visitor, resources = visitor_of(request), request.app.state.resources
    typed = await typed_in(request, resources, visitor.person_id) if visitor else ""
    response = sign_in_page(request, status=trouble.status, again=True, kept=bool(typed))
    keep_typed(response, resources.settings, typed)
    return response


def sign_in_page(
    request: Request, *, status: int = 200, again: bool = False, kept: bool = False, words: str = ""
) -> HTMLResponse:
    """Return the page with the ways to sign in; each comes back to where this request was going.

    `kept` says that what was typed there waits for her, `words` are those that cannot.
    """
    return_to, return_id = place_of(request.url.path)
    settings, visitor = request.app.state.settings, visitor_of(request)
    return page(
        request,
        "sign_in.html",
        status=status,
        ways=ways_again(settings, visitor.issuer) if again and visitor else sign_in_ways(settings),
        again=again,
        # What a form had sent is not sent again by itself: nobody confirms a thing twice without seeing it.
        undone=status != HTTPStatus.OK and request.method == "POST",
        kept=kept,
        words=words,
        return_to=return_to.value,
        return_id=return_id,
    )


def _refused_page(request: Request, refusal: ConsentRefused) -> HTMLResponse:
    way = way_in(request.url.path) if request.url.path.startswith("/connect/") else None
    again = "" if isinstance(refusal, AdminRefused) else "/connect" if way else "/sign-in"
    return page(
        request,
        "consent_refused.html",
        status=refusal.status,
        sentence=refusal.sentence(choose(request).gettext),
        again=again,
        # From Microsoft's page about an administrator one comes back as from a plain no.
        administrator=f"/connect/{way.value}/administrator" if way and again else "",
        code=refusal.code,
        request_id=request_id(request),
    )
