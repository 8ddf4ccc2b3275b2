"""On which page a form stands that was sent to us: where its answer leads back to, whatever the form's own address."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.routing import Match, Mount

from app.web.csrf import origin_of


def page_of_form(request: Request) -> str:
    """Return the path of the page: the one the browser came from, else the nearest above the form's own address.

    Only a path that a page of ours answers at is returned: one like `//elsewhere.example` would lead to another site.
    """
    return next((path for path in _likely(request) if _is_page(request, path)), "/")


def _likely(request: Request) -> Iterator[str]:
    """Yield where the page may be; a form that is sent again comes from an address that has no page."""
    referer = request.headers.get("referer", "")
    if origin_of(referer) == origin_of(request.app.state.settings.public_url):
        yield urlsplit(referer).path
    path = request.url.path.rstrip("/")
    while path:
        yield path
        yield f"{path}/new"  # a form that makes something is sent to the list of those
        path = path.rpartition("/")[0]


def _is_page(request: Request, path: str) -> bool:
    scope = {key: value for key, value in request.scope.items() if key != "fastapi"} | {"path": path, "method": "GET"}
    routes = [route for route in request.app.router.routes if not isinstance(route, Mount)]
    return any(route.matches(scope)[0] is Match.FULL for route in routes)
