"""A lead's pages: where her teams were let in, and whom she has named there."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from app.actions import led, members
from app.web.console import led_review, member, naming, standing_in
from app.web.console.frame import pages
from app.web.console.led_page import led_page
from app.web.deps import LeadDesk, ResourcesHere, SignedInPerson
from app.web.flash import Flash
from app.web.forms import PostForm
from app.web.render import go, page

router = pages()
PATH = "/team/{access_id:uuid}"


@router.get("/team")
async def own_teams(request: Request, resources: ResourcesHere, signed: SignedInPerson) -> HTMLResponse:
    """Show where a person's teams were let in."""
    listed = await led.led(resources, signed.person.id)
    zones = await led.zones_of(resources, (each.access.mailbox_id for each in listed))
    return page(request, "console/led.html", listed=listed, mailbox_zones=zones)


@router.get(PATH)
async def own_team(request: Request, leading: LeadDesk) -> HTMLResponse:
    """Show whom the lead has named at one mailbox: who, until when, how much, never what."""
    return await led_page(request, leading, "console/led_members.html", listed=await members.members(*leading))


@router.post(PATH + "/members/{member_id:uuid}/removal")
async def remove_member(
    request: Request, leading: LeadDesk, member_id: UUID, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """End a member's access at once, or her link."""
    on_its_way = await members.remove_member(*leading, member_id)
    flash = Flash.REMOVED_IN_FLIGHT if on_its_way else Flash.REMOVED
    return go(request, f"/team/{leading.access.id}", flash)


for part in (led_review, naming, member, standing_in):
    router.include_router(part.router)
