"""How much leaves an owner's mailbox in a day: what has, what may, and a lower number of her own."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form
from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.actions import sending_limit
from app.actions.desk import Desk
from app.errors import BadRequest
from app.locale.catalogues import N_
from app.web.console.frame import owner_page, owner_path, pages, said, step, to_owner
from app.web.deps import OwnerDesk
from app.web.flash import Flash
from app.web.forms import PostForm

router = pages()
PATH = "/owner/mailboxes/{mailbox_id:uuid}/sending-limit"
HOURS, TITLE = N_("Hours"), N_("How much leaves in a day")
LONGEST = 20


class LimitForm(PostForm):
    """The number as it was typed; empty for none of one's own."""

    per_day: str = Field(default="", max_length=LONGEST)

    def number(self) -> int | None:
        """Return the number, None for none; raise BadRequest for what is not one."""
        typed = self.per_day.strip()
        if not typed:
            return None
        if not (typed.isascii() and typed.isdigit()):
            raise BadRequest("Give a whole number, or nothing.")
        return int(typed)


@router.get(PATH)
async def see_limit(request: Request, desk: OwnerDesk) -> HTMLResponse:
    """Show how much leaves in a day."""
    return await _limit_page(request, desk)


@router.post(PATH)
async def set_limit(request: Request, desk: OwnerDesk, form: Annotated[LimitForm, Form()]) -> Response:
    """Set a lower number, or none."""
    try:
        await sending_limit.set_sending_limit(desk, form.number())
    except BadRequest as wrong:
        return await _limit_page(request, desk, typed=form.per_day, wrong=wrong)
    return to_owner(request, desk, "/sending-limit", Flash.SAVED)


async def _limit_page(
    request: Request, desk: Desk, *, typed: str | None = None, wrong: BadRequest | None = None
) -> HTMLResponse:
    found = await sending_limit.sending_limit(desk)
    return owner_page(
        request,
        desk,
        "console/sending_limit.html",
        step(request, HOURS, owner_path(desk, "/hours")),
        step(request, TITLE),
        tab="hours",
        status=wrong.status if wrong else 200,
        error=said(request, wrong) if wrong else "",
        typed=str(found.limits.own or "") if typed is None else typed,
        limits=found.limits,
        used=found.used,
    )
