"""Where somebody assists, where she waits for the owner's yes, and what she proposes to owners."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.actions import accepted, overview, people, propose
from app.web.console.frame import pages
from app.web.console.standing import grant_state
from app.web.deps import ResourcesHere, SignedInPerson
from app.web.headers import with_script
from app.web.render import page
from app.web.zones import zone_groups

router = pages()


@router.get("/assistant")
async def assisted_mailboxes(request: Request, resources: ResourcesHere, signed: SignedInPerson) -> HTMLResponse:
    """Show where a person assists or is to assist, and her proposals."""
    found = await overview.assisted(resources, signed.person.id)
    waiting = await accepted.waiting_for_owner(resources, signed.person.id)
    asks = not signed.person.zone and bool(found or waiting)
    return page(
        request,
        "console/assistant.html",
        headers=with_script(resources.settings, "zone.js") if asks else None,
        assisted=found,
        owners=await people.owners_of(resources, [mailbox for mailbox, _grant in found]),
        waiting=waiting,
        proposals=await propose.proposals(resources, signed.person.id),
        state_of=grant_state,
        # Nothing is set silently: with a script the browser's own zone is chosen already, and waits for her press.
        zones=zone_groups if asks else None,
    )
