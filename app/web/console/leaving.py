"""The hour at which an assistant's draft leaves, or now; words that were changed on its page are saved first."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request
from starlette.responses import Response

from app.actions import schedule
from app.actions.send_now import send_now
from app.errors import BadRequest, Conflict, EmergencyUnanswered, MessageGone, NoHurry
from app.models.draft import SendState
from app.web.console.draft_page import draft_page
from app.web.console.frame import pages, to_assistant
from app.web.console.hour_choice import Asked, wall_time_asked
from app.web.console.hours import HourForm
from app.web.console.words import NOT_SAVED, saved
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
    again = partial(draft_page, request, desk, draft_id, typed=form.typed, asked=Asked(hour=form))
    try:
        read = await saved(desk, draft_id, form)
    except NOT_SAVED as wrong:
        return await again(wrong=wrong)
    try:
        wall_time, zone = await wall_time_asked(desk, draft_id, form)
        answer = form.answer(emergency=False)
        await schedule.schedule(desk, draft_id, wall_time=wall_time, zone=zone, sha256=read, answer=answer)
    except (BadRequest, Conflict, EmergencyUnanswered, MessageGone, NoHurry) as wrong:
        return await again(wrong=wrong)
    return to_assistant(request, desk, f"/drafts/{draft_id}", Flash.SCHEDULED)


@router.post(PATH + "/departure")
async def leave_now(
    request: Request, desk: AssistantDesk, draft_id: UUID, form: Annotated[HourForm, Form()]
) -> Response:
    """Send a draft now, as far as the owner's word and the hours allow it; the next page says how that ended."""
    again = partial(draft_page, request, desk, draft_id, typed=form.typed, asked=Asked(hour=form))
    try:
        read = await saved(desk, draft_id, form)
    except NOT_SAVED as wrong:
        return await again(wrong=wrong)
    try:
        send = await send_now(desk, draft_id, sha256=read, answer=form.answer(emergency=True))
    except (BadRequest, EmergencyUnanswered, MessageGone, NoHurry) as wrong:
        return await again(wrong=wrong)
    if send.state == SendState.PREPARED:
        return to_assistant(request, desk, f"/drafts/{draft_id}", Flash.SCHEDULED)
    flash, rest = ENDED.get(send.state, (Flash.NOT_SENT, f"/drafts/{draft_id}"))
    return to_assistant(request, desk, rest, flash)
