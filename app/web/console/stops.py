"""Stop everything now: one press, no question, no fresh sign-in; and the page that shows how far it has come."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from app.actions import ended, stop
from app.locale.catalogues import N_
from app.web.console.frame import OWNERS, pages, step
from app.web.console.standing import grant_state, meanwhile
from app.web.deps import Fresh, ResourcesHere, SignedInPerson
from app.web.flash import Flash
from app.web.forms import PostForm
from app.web.render import go, page

router = pages()


class StopForm(PostForm):
    """Where to stop everybody; everywhere if no mailbox is named."""

    mailbox_id: UUID | None = None


@router.post("/owner/stops")
async def stop_everything(
    request: Request, resources: ResourcesHere, signed: SignedInPerson, form: Annotated[StopForm, Form()]
) -> RedirectResponse:
    """Pause every assistant, and lead to the page that tells what was on its way."""
    stop_id = await stop.stop_all(resources, signed.person.id, only=form.mailbox_id, surface="console")
    if stop_id is None:
        return go(request, "/owner/assistants", Flash.NOBODY_TO_STOP)
    return go(request, f"/owner/stops/{stop_id}", Flash.STOPPED)


@router.get("/owner/stops/{stop_id:uuid}")
async def see_stop(request: Request, resources: ResourcesHere, signed: SignedInPerson, stop_id: UUID) -> HTMLResponse:
    """Show whom a stop has paused, and what was on its way."""
    rows = await stop.stop_of(resources, signed.person.id, stop_id)
    return page(
        request,
        "console/stop.html",
        crumbs=[step(request, OWNERS, "/owner"), step(request, N_("Stopped"))],
        stop_id=stop_id,
        rows=rows,
        done=ended.done(rows),
        state_of=grant_state,
        meanwhile=meanwhile,
    )


@router.post("/owner/stops/{stop_id:uuid}/end")
async def go_on(
    request: Request, resources: ResourcesHere, signed: Fresh, stop_id: UUID, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """Let everybody go on whom this stop has paused."""
    await stop.go_on(resources, signed.person.id, stop_id, surface="console")
    return go(request, f"/owner/stops/{stop_id}", Flash.WENT_ON)
