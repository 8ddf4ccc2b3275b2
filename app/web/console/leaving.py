"""The hour at which an assistant's draft leaves, or now."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request
from starlette.responses import Response

from app.actions import schedule
from app.actions.asked_hour import concerned_by_draft
from app.actions.send_now import send_now
from app.errors import BadRequest, Conflict, EmergencyUnanswered, NoHurry
from app.models.draft import SendState
from app.rules.placing import NOBODY
from app.web.console.draft_page import draft_page
from app.web.console.frame import pages, to_assistant
from app.web.console.hour_choice import Asked
from app.web.console.hours import AnswerForm, HourForm
from app.web.deps import AssistantDesk
from app.web.flash import Flash

router = pages()
PATH = "/assistant/mailboxes/{mailbox_id:uuid}/drafts/{draft_id:uuid}"

ENDED = {
    SendState.SENT: (Flash.SENT, "/scheduled"),
    SendState.INTENT: (Flash.ON_ITS_WAY, "/scheduled"),
}


@router.post(PATH + "/hour")
async def set_hour(
    request: Request, desk: AssistantDesk, draft_id: UUID, form: Annotated[HourForm, Form()]
) -> Response:
    """Set the hour; a preset is meant in the owner's zone, a date in the zone beside it."""
    zone = desk.mailbox.zone if form.preset or not form.zone else form.zone
    try:
        wall_time = form.wall_time(zone, await concerned_by_draft(desk, draft_id) if form.preset else NOBODY)
        await schedule.schedule(desk, draft_id, wall_time=wall_time, zone=zone, sha256=form.digest, answer=form.answer)
    except (BadRequest, Conflict, EmergencyUnanswered, NoHurry) as wrong:
        return await draft_page(request, desk, draft_id, asked=Asked(hour=form), wrong=wrong)
    return to_assistant(request, desk, f"/drafts/{draft_id}", Flash.SCHEDULED)


@router.post(PATH + "/departure")
async def leave_now(
    request: Request, desk: AssistantDesk, draft_id: UUID, form: Annotated[AnswerForm, Form()]
) -> Response:
    """Send a draft now, as far as the owner's word and the hours allow it; the next page says how that ended."""
    try:
        send = await send_now(desk, draft_id, sha256=form.digest, answer=form.answer)
    except (BadRequest, EmergencyUnanswered, NoHurry) as wrong:
        return await draft_page(request, desk, draft_id, asked=Asked(hour=HourForm(because=form.because)), wrong=wrong)
    if send.state == SendState.PREPARED:
        return to_assistant(request, desk, f"/drafts/{draft_id}", Flash.SCHEDULED)
    flash, rest = ENDED.get(send.state, (Flash.NOT_SENT, f"/drafts/{draft_id}"))
    return to_assistant(request, desk, rest, flash)
