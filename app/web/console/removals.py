"""The people who assist an owner, over all her mailboxes; how one of them leaves, and the certificate of it."""

from __future__ import annotations

import json
from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.access.acts import Act
from app.actions import certificate, ended, mailboxes, remove, stop
from app.errors import NotFound
from app.locale.catalogues import N_
from app.web.console.frame import OWNERS, here, pages, step
from app.web.console.standing import grant_state, meanwhile
from app.web.deps import ResourcesHere, SignedInPerson
from app.web.downloads import as_download
from app.web.flash import Flash
from app.web.forms import PostForm
from app.web.render import go, page

router = pages()
PEOPLE = N_("My assistants")
ENDS = {"sent": N_("It has left."), "held": N_("It has not left."), "needs_human": N_("A person has to look.")}


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
        removals=stop.grouped(await ended.ended_by(resources, whose, Act.REVOKE)),
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
        crumbs=[step(request, OWNERS, "/owner"), step(request, PEOPLE, "/owner/assistants"), here(person.name)],
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
    return go(request, f"/owner/certificates/{removal_id}", Flash.REMOVED)


@router.get("/owner/certificates/{removal_id:uuid}")
async def see_certificate(
    request: Request, resources: ResourcesHere, signed: SignedInPerson, removal_id: UUID
) -> HTMLResponse:
    """Show a certificate, to be read and printed; while something is on its way it looks again by itself."""
    made = await certificate.certificate_of(resources, signed.person.id, removal_id)
    return page(
        request,
        "console/certificate.html",
        crumbs=[step(request, OWNERS, "/owner"), step(request, PEOPLE, "/owner/assistants"), here(made.assistant.name)],
        certificate=made,
        document=_document(made),
        meanwhile=meanwhile,
        ends=ENDS,
    )


@router.get("/owner/certificates/{removal_id:uuid}/file")
async def save_certificate(resources: ResourcesHere, signed: SignedInPerson, removal_id: UUID) -> Response:
    """Return the signed document as a file."""
    made = await certificate.certificate_of(resources, signed.person.id, removal_id)
    return as_download(f"certificate-{made.removed_at:%Y-%m-%d}.json", _document(made).encode())


def _document(made: certificate.Certificate) -> str:
    return json.dumps(made.signed, indent=2, ensure_ascii=False)
