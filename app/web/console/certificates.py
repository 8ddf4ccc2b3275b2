"""The certificate of a removal: to be read, printed, and saved as a signed document."""

from __future__ import annotations

import json
from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.actions import certificate
from app.locale.catalogues import N_
from app.web.console.frame import OWNERS, pages, person_here, step
from app.web.console.removals import PEOPLE
from app.web.console.standing import meanwhile
from app.web.deps import ResourcesHere, SignedInPerson
from app.web.downloads import as_download
from app.web.render import page

router = pages()
ENDS = {"sent": N_("It has left."), "held": N_("It has not left."), "needs_human": N_("A person has to look.")}


@router.get("/owner/certificates/{removal_id:uuid}")
async def see_certificate(
    request: Request, resources: ResourcesHere, signed: SignedInPerson, removal_id: UUID
) -> HTMLResponse:
    """Show a certificate, to be read and printed; while something is on its way it looks again by itself."""
    made = await certificate.certificate_of(resources, signed.person.id, removal_id)
    return page(
        request,
        "console/certificate.html",
        crumbs=[
            step(request, OWNERS, "/owner"),
            step(request, PEOPLE, "/owner/assistants"),
            person_here(request, made.assistant),
        ],
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
