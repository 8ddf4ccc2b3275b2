"""What a route asks for in its signature: who is signed in, how lately, and at which desk they sit.

Every router is `CHECKED`; every route then names `SignedInPerson`, a desk or `Fresh`, or is marked `PUBLIC`.
A program's key opens the routes at a `WorkDesk` (programs.py) and no other.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from starlette.requests import Request

from app import clock
from app.access.decide import Kind
from app.access.identity import SignedIn, digest_of, require_fresh, signed_in
from app.actions.desk import Desk
from app.actions.resources import Resources
from app.actions.seats import Leading, open_desk, open_lead_desk
from app.actions.top_bar import top_bar
from app.errors import DatabaseTrouble, KeyAndSession, KeyNotTaken, NotFound, NotSignedIn
from app.locale.catalogues import nearest
from app.web.cookies import SESSION, read_cookie
from app.web.csrf import guard, key_in
from app.web.visitor import Visitor


def resources_of(request: Request) -> Resources:
    """Return what this process holds open."""
    resources: Resources = request.app.state.resources
    return resources


ResourcesHere = Annotated[Resources, Depends(resources_of)]


async def check_session(request: Request, resources: ResourcesHere) -> SignedIn | None:
    """Find who holds the session cookie, and leave it where pages and the CSRF guard look for it.

    Raises KeyAndSession for a request that is a program's as well: nobody should have to guess as whom it acts.
    """
    secret = read_cookie(request, SESSION, resources.settings)
    if secret and key_in(request):
        raise KeyAndSession
    if not secret:
        return None
    async with resources.db.transaction() as session:
        found = await signed_in(session, secret, clock.now())
        # For the head of a page, which programs do not have.
        shown = found is not None and not request.url.path.startswith("/api/")
        new, leads = await top_bar(session, found.person.id) if found and shown else (0, False)
    if found:
        person = found.person
        request.state.session_hash = digest_of(secret)
        request.state.visitor = Visitor(
            person_id=person.id,
            name=person.name,
            email=person.email,
            language=person.language,
            zone=person.zone,
            unread=new,
            leads=leads,
            issuer=person.issuer,
        )
    return found


async def recognise(request: Request, resources: ResourcesHere) -> None:
    """Find who is signed in, for pages that are there for everybody, whatever has become of the database."""
    with suppress(DatabaseTrouble):
        await check_session(request, resources)


MaybeSignedIn = Annotated[SignedIn | None, Depends(check_session)]


async def signed_in_person(request: Request, found: MaybeSignedIn) -> SignedIn:
    """Return who is signed in; raise NotSignedIn, or KeyNotTaken to a program."""
    if found is None:
        raise KeyNotTaken if key_in(request) else NotSignedIn
    return found


SignedInPerson = Annotated[SignedIn, Depends(signed_in_person)]


async def fresh_person(signed: SignedInPerson) -> SignedIn:
    """Return who signed in within the last minutes; raise SignInAgain."""
    require_fresh(signed.login, clock.now())
    return signed


# What gives access needs a fresh sign-in. What ends it does not: nobody who wants to stop something is sent away first.
Fresh = Annotated[SignedIn, Depends(fresh_person)]


async def desk_of(request: Request, mailbox_id: UUID, signed: SignedInPerson, resources: ResourcesHere) -> Desk:
    """Seat the caller at the mailbox of the path; raise NotFound for one she has nothing to do with."""
    surface = "api" if request.url.path.startswith("/api/") else "console"
    request_id = str(getattr(request.state, "request_id", ""))
    return await open_desk(
        resources, signed.person.id, mailbox_id, surface=surface, request_id=request_id, login_id=signed.login.id
    )


AtDesk = Annotated[Desk, Depends(desk_of)]


async def owner_desk(desk: AtDesk) -> Desk:
    """Return the desk of the mailbox's owner; raise Denied for an assistant."""
    await desk.owner_only()
    return desk


OwnerDesk = Annotated[Desk, Depends(owner_desk)]


async def assistant_desk(desk: AtDesk) -> Desk:
    """Return the desk of an assistant; the owner has pages of her own, so she finds none here."""
    if desk.actor.kind is not Kind.ASSISTANT:
        raise NotFound
    return desk


AssistantDesk = Annotated[Desk, Depends(assistant_desk)]


async def lead_desk(request: Request, access_id: UUID, signed: SignedInPerson, resources: ResourcesHere) -> Leading:
    """Seat a team's lead at the access of the path; raise NotFound for one that is not hers."""
    surface = "api" if request.url.path.startswith("/api/") else "console"
    request_id = str(getattr(request.state, "request_id", ""))
    return await open_lead_desk(resources, signed.person.id, access_id, surface=surface, request_id=request_id)


LeadDesk = Annotated[Leading, Depends(lead_desk)]


def texts_in(code: str) -> Callable[[str], str]:
    """Return the gettext of a language by its code, English for one that is not ours: what `agree` is handed."""
    return nearest(code).gettext


async def public() -> None:
    """Mark a route that anybody may call, signed in or not."""


PUBLIC = Depends(public)
CHECKED = [Depends(check_session), Depends(guard)]
FOR_EVERYBODY = [Depends(recognise), Depends(guard), PUBLIC]
