"""One mailbox of the owner's: who assists, what waits for the owner's word, its zone, and its end."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from app.actions import disconnect as ending
from app.actions import mailboxes
from app.locale.catalogues import N_
from app.web.console.frame import owner_page, pages, step, to_owner
from app.web.console.glance import glance
from app.web.console.owner import ZoneForm
from app.web.console.standing import grant_state, limits, why
from app.web.deps import Fresh, OwnerDesk
from app.web.flash import Flash
from app.web.forms import PostForm
from app.web.zones import zone_groups

router = pages()


@router.get("/owner/mailboxes/{mailbox_id:uuid}")
async def own_mailbox(request: Request, desk: OwnerDesk) -> HTMLResponse:
    """Show everything about a mailbox that its owner needs at a glance."""
    return owner_page(
        request,
        desk,
        "console/mailbox.html",
        tab="mailbox",
        glance=await glance(desk),
        state_of=grant_state,
        why=why,
        limits=limits,
        zones=zone_groups,
        withdrawal=ending.withdrawal_page(desk.mailbox),
    )


@router.post("/owner/mailboxes/{mailbox_id:uuid}/zone")
async def set_zone(request: Request, desk: OwnerDesk, form: Annotated[ZoneForm, Form()]) -> RedirectResponse:
    """Note where the owner of this mailbox lives."""
    await mailboxes.set_zone(desk, form.zone)
    return to_owner(request, desk, "", Flash.SAVED)


@router.get("/owner/mailboxes/{mailbox_id:uuid}/disconnection")
async def before_disconnecting(request: Request, desk: OwnerDesk, _fresh: Fresh) -> HTMLResponse:
    """Ask once more."""
    return owner_page(request, desk, "console/disconnect.html", step(request, N_("Disconnect")))


@router.post("/owner/mailboxes/{mailbox_id:uuid}/disconnection")
async def disconnect(
    request: Request, desk: OwnerDesk, _fresh: Fresh, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """End the connection for good."""
    ended = await ending.disconnect(desk)
    return to_owner(request, desk, "", Flash.DISCONNECTED if ended else Flash.NOT_REVOKED)
