"""After a restore: what came back of a mailbox, and the owner's word that it is as it should be."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from app import clock
from app.actions.came_back import restored
from app.actions.confirm_restored import confirm_restored
from app.actions.headings import drafts_of, headings
from app.actions.people import people_of
from app.actions.teams import teams_at
from app.locale.catalogues import N_
from app.web.console.frame import owner_page, pages, step, to_owner
from app.web.deps import Fresh, OwnerDesk
from app.web.flash import Flash
from app.web.forms import PostForm

router = pages()
PATH = "/owner/mailboxes/{mailbox_id:uuid}/restoration"


class RestorationForm(PostForm):
    """Which accesses go on, and which replies may leave."""

    grants: list[UUID] = Field(default_factory=list, max_length=1000)
    sends: list[UUID] = Field(default_factory=list, max_length=10_000)


@router.get(PATH)
async def see_restoration(request: Request, desk: OwnerDesk) -> HTMLResponse:
    """Show what came back, and what waits for the owner's word."""
    waits, now = await restored(desk), clock.now()
    sends = waits.sends if waits else []
    drafts = await drafts_of(desk, sends)
    return owner_page(
        request,
        desk,
        "console/restoration.html",
        step(request, N_("Restored from a backup")),
        tab="mailbox",
        waits=waits,
        headings=await headings(desk, drafts.values()),
        people=await people_of(desk),
        teams=[seen for seen in await teams_at(desk) if seen.access.lives(now)],
        now=now,
    )


@router.post(PATH)
async def confirm_restoration(
    request: Request, desk: OwnerDesk, _fresh: Fresh, form: Annotated[RestorationForm, Form()]
) -> RedirectResponse:
    """Take the owner's word."""
    await confirm_restored(desk, grants=form.grants, sends=form.sends)
    return to_owner(request, desk, "", Flash.RESTORATION_CONFIRMED)
