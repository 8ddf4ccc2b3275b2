"""The people who assist an owner, over all her mailboxes; and how one of them leaves."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from app.actions import mailboxes, remove, stop
from app.errors import NotFound
from app.locale.catalogues import N_
from app.web.console.frame import OWNERS, pages, person_here, step
from app.web.console.standing import grant_state
from app.web.deps import ResourcesHere, SignedInPerson
from app.web.flash import Flash
from app.web.forms import PostForm
from app.web.render import go, page

router = pages()
PEOPLE = N_("My assistants")


@router.get("/owner/assistants")
async def own_assistants(request: Request, resources: ResourcesHere, signed: SignedInPerson) -> HTMLResponse:
    """Show who assists at which mailbox, what is stopped, and the certificates of those who have left."""
    whose = signed.person.id
    stops = await stop.stops(resources, whose)
    return page(
        request,
        "console/assistants.html",
        crumbs=[step(request, OWNERS, "/owner"), step(request, PEOPLE)],
        people=(await remove.assistants(resources, whose)).values(),
        mailboxes={each.id: each for each in await mailboxes.owned_by(resources, whose)},
        stops={stop_id: rows for stop_id, rows in stops.items() if any(each.unchanged for each in rows)},
        removals=await remove.removals(resources, whose),
        state_of=grant_state,
    )


@router.get("/owner/assistants/{person_id:uuid}/removal")
async def before_removing(
    request: Request, resources: ResourcesHere, signed: SignedInPerson, person_id: UUID
) -> HTMLResponse:
    """Ask once more."""
    found = await remove.assistants(resources, signed.person.id)
    if person_id not in found:
        raise NotFound
    person, held = found[person_id]
    return page(
        request,
        "console/removal.html",
        crumbs=[
            step(request, OWNERS, "/owner"),
            step(request, PEOPLE, "/owner/assistants"),
            person_here(request, person),
        ],
        person=person,
        grants=held,
        mailboxes={each.id: each for each in await mailboxes.owned_by(resources, signed.person.id)},
    )


@router.post("/owner/assistants/{person_id:uuid}/removal")
async def remove_assistant(
    request: Request,
    resources: ResourcesHere,
    signed: SignedInPerson,
    person_id: UUID,
    _form: Annotated[PostForm, Form()],
) -> RedirectResponse:
    """Remove somebody from every mailbox, and lead to the certificate."""
    removal_id = await remove.remove(resources, signed.person.id, person_id, surface="console")
    return go(request, f"/owner/certificates/{removal_id}", Flash.REMOVED_EVERYWHERE)
