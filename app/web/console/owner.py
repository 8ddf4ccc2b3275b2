"""An owner's mailboxes at a glance, and where a person is signed in."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from app.actions import overview, people, remove, waiting
from app.web.console.frame import pages
from app.web.console.standing import grant_state
from app.web.deps import ResourcesHere, SignedInPerson
from app.web.flash import Flash
from app.web.forms import PostForm
from app.web.render import go, page
from app.web.ways import NAMES
from app.web.zones import zone_groups

router = pages()


class ZoneForm(PostForm):
    """A time zone chosen from the list."""

    zone: str = Field(max_length=60)


class OwnZoneForm(ZoneForm):
    """The same for a person herself; `assists` says that her page as an assistant has asked."""

    assists: bool = False


@router.get("/owner")
async def own_mailboxes(request: Request, resources: ResourcesHere, signed: SignedInPerson) -> HTMLResponse:
    """Show a person's mailboxes with what waits in each."""
    owned = await overview.owned(resources, signed.person.id)
    assists = await overview.assisted(resources, signed.person.id)
    asked = await waiting.waiting(resources, signed.person.id)
    helpers = await remove.assistants(resources, signed.person.id)
    states = [grant_state(grant) for _person, held in helpers.values() for grant in held]
    return page(
        request,
        "console/owner.html",
        owned=owned,
        assists=len(assists),
        waiting=asked,
        names=NAMES,
        helpers=len(helpers),
        live="active" in states,
        paused="paused" in states,
    )


@router.get("/owner/logins")
async def own_logins(request: Request, resources: ResourcesHere, signed: SignedInPerson) -> HTMLResponse:
    """Show where a person is signed in, and her time zone."""
    return page(
        request,
        "console/logins.html",
        logins=await people.own_logins(resources, signed),
        present=signed.login.id,
        zones=zone_groups,
        chosen=signed.person.zone or "UTC",
    )


@router.post("/owner/logins/{login_id:uuid}/end")
async def end_login(
    request: Request, resources: ResourcesHere, signed: SignedInPerson, login_id: UUID
) -> RedirectResponse:
    """Sign one browser out."""
    await people.sign_out(resources, signed, login_id)
    if login_id == signed.login.id:
        return go(request, "/", Flash.SIGNED_OUT)
    return go(request, "/owner/logins", Flash.LOGIN_ENDED)


@router.post("/owner/logins/others/end")
async def end_other_logins(
    request: Request, resources: ResourcesHere, signed: SignedInPerson, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """Sign all other browsers out."""
    await people.sign_out_elsewhere(resources, signed)
    return go(request, "/owner/logins", Flash.LOGINS_ENDED)


@router.post("/owner/zone")
async def choose_zone(
    request: Request, resources: ResourcesHere, signed: SignedInPerson, form: Annotated[OwnZoneForm, Form()]
) -> RedirectResponse:
    """Note the person's own time zone."""
    await people.set_own_zone(resources, signed.person.id, form.zone)
    return go(request, "/assistant" if form.assists else "/owner/logins", Flash.SAVED)
