"""What the console's pages stand in: the way to them, the mailbox they are about, and its time zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from app.actions.desk import Desk
from app.errors import AppError
from app.locale.catalogues import N_
from app.models.person import Person
from app.web.flash import Flash
from app.web.languages import choose
from app.web.page_route import PageRoute
from app.web.render import Crumb, called, go, page
from app.web.visitor import visitor_of

OWNERS, ASSISTANTS, LEADS = N_("My mailboxes"), N_("Where I assist"), N_("My teams")
TEAMS, OWN_DATA, BE_ERASED = N_("Teams"), N_("Your data"), N_("Be erased")


def pages() -> APIRouter:
    """Return a router of pages."""
    return APIRouter(include_in_schema=False, route_class=PageRoute)


def owner_path(desk: Desk, rest: str = "") -> str:
    """Return the address of a page of the owner's about this mailbox."""
    return f"/owner/mailboxes/{desk.mailbox.id}{rest}"


def assistant_path(desk: Desk, rest: str = "") -> str:
    """Return the address of a page of the assistant's about this mailbox."""
    return f"/assistant/mailboxes/{desk.mailbox.id}{rest}"


def step(request: Request, sentence: str, href: str = "") -> Crumb:
    """Return one step of a trail, its sentence of ours in the reader's language."""
    return Crumb(choose(request).gettext(sentence), href)


def here(text: str) -> Crumb:
    """Return the last step of a trail, named as somebody named it: it is not translated."""
    return Crumb(text or "…")


def person_here(request: Request, person: Person) -> Crumb:
    """Return the last step of a trail to a page about somebody."""
    return here(called(person, language=choose(request)))


def said(request: Request, error: AppError | None) -> str:
    """Return what is wrong in the reader's language; empty if nothing is."""
    return error.sentence(choose(request).gettext) if error else ""


def to_owner(request: Request, desk: Desk, rest: str = "", flash: Flash | None = None) -> RedirectResponse:
    """Send the browser on to a page of the owner's about this mailbox."""
    return go(request, owner_path(desk, rest), flash)


def to_assistant(request: Request, desk: Desk, rest: str = "", flash: Flash | None = None) -> RedirectResponse:
    """Send the browser on to a page of the assistant's about this mailbox."""
    return go(request, assistant_path(desk, rest), flash)


def owner_page(
    request: Request, desk: Desk, name: str, *trail: Crumb, status: int = 200, **values: Any
) -> HTMLResponse:
    """Return a page about the owner's own mailbox; `trail` are the last steps of the way to it."""
    crumbs = [step(request, OWNERS, "/owner"), Crumb(desk.mailbox.address, owner_path(desk)), *trail]
    return _page(request, desk, name, crumbs, status=status, at=owner_path(desk), **values)


def assistant_page(
    request: Request, desk: Desk, name: str, *trail: Crumb, status: int = 200, **values: Any
) -> HTMLResponse:
    """Return a page about a mailbox at which the visitor assists; hours are those of its owner."""
    crumbs = [step(request, ASSISTANTS, "/assistant"), Crumb(desk.mailbox.address, assistant_path(desk)), *trail]
    return _page(request, desk, name, crumbs, status=status, at=assistant_path(desk), **values)


def _page(
    request: Request, desk: Desk, name: str, crumbs: Sequence[Crumb], *, status: int, **values: Any
) -> HTMLResponse:
    visitor = visitor_of(request)
    values["own_zone"] = visitor.zone if visitor else ""
    if visitor:
        request.state.visitor = replace(visitor, zone=desk.mailbox.zone)
    ended = [*crumbs[:-1], Crumb(crumbs[-1].text)]
    return page(request, name, status=status, crumbs=ended, mailbox=desk.mailbox, **values)
