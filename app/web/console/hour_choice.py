"""What the page of a draft offers to choose from, when it asks at what hour the reply is to leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from starlette.requests import Request

from app import clock
from app.actions.asked_hour import concerned_by_draft, concerned_here
from app.actions.best_time import BestTime
from app.actions.desk import Desk
from app.actions.draft import SeenDraft
from app.errors import BadRequest
from app.locale.days import zone_name
from app.rules.placing import NOBODY
from app.web.console.hours import HourForm, preset_moments, today_in
from app.web.languages import choose
from app.web.zones import zone_groups


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is known of the hour already: the form as it was sent, or the best moment as it was asked for."""

    hour: HourForm | None = None
    best: BestTime | None = None


async def hour_choice(request: Request, desk: Desk, seen: SeenDraft, asked: Asked) -> dict[str, Any]:
    """Return what the form of the hour shows."""
    zone = desk.mailbox.zone
    concerned = await concerned_here(desk, seen.draft.message.recipients)
    try:
        presets = preset_moments(zone, concerned)
    except BadRequest:  # nobody ever works: no hour has a name, and the draft is there all the same
        presets = {}
    return {
        "hour": asked.hour or HourForm(zone=zone),
        "presets": presets,
        "closed": not concerned.all_open(clock.now()),
        "may_hurry": concerned.may_hurry,
        "zones": zone_groups,
        "today": today_in(zone),
        "best": asked.best,
        "zone_there": zone_name(asked.best.zone_there, choose(request).code) if asked.best else "",
    }


async def wall_time_asked(desk: Desk, draft_id: UUID, form: HourForm) -> tuple[datetime, str]:
    """Return the wall time that a form means, and its zone; raise BadRequest if it means none."""
    zone = desk.mailbox.zone if form.in_owners_zone or not form.zone else form.zone
    return form.wall_time(zone, await concerned_by_draft(desk, draft_id) if form.preset else NOBODY), zone
