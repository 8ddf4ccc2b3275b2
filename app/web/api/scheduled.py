"""Scheduled sends: a draft and the hour at which it leaves, or now."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, NaiveDatetime, model_validator

from app.actions import schedule
from app.actions.desk import Desk
from app.actions.send_now import send_now
from app.models.draft import ScheduledSend, SendState
from app.rules.moments import moment_of
from app.rules.placing import MOST_BECAUSE, Answer
from app.web.api.shapes import PartWanted, Shape
from app.web.cursors import Cursors
from app.web.programs import WorkDesk
from app.web.repeats import Key, sent_before

router = APIRouter(prefix="/mailboxes/{mailbox_id:uuid}/scheduled", tags=["scheduled"])


class Scheduled(Shape):
    """One scheduled send. `reason` is a stable code, empty unless it is held, stopped, or nobody knows.

    One that is `prepared` with a reason was put off: `sending_limit` where as much has left as may, `provider_limit`
    and `provider_busy` where the provider said so. It leaves by itself at its new `due_at`.
    """

    id: UUID
    draft_id: UUID
    grant_id: UUID | None
    scheduled_by: UUID
    state: SendState
    reason: str
    wall_time: NaiveDatetime
    zone: str
    fold: int
    due_at: datetime
    asked_at: datetime | None = Field(description="What was asked for, where hours or a sending limit moved it.")
    emergency: bool | None = Field(description="What the assistant answered out of hours; null: she was not asked.")
    ended_at: datetime | None

    @classmethod
    def of(cls, row: ScheduledSend) -> Scheduled:
        """Return a send without anything of the provider's."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class NewSend(Shape):
    """An hour as a clock on the wall in `zone` shows it, or `now`. `fold` 1 is the second of two equal hours.

    Out of hours an assistant says first whether it is an `emergency`; if it is, and the owner lets such replies go,
    `because` says why it cannot wait.
    """

    draft_id: UUID
    wall_time: NaiveDatetime | None = Field(default=None, examples=["2026-12-01T09:00:00"])
    zone: str = Field(default="", max_length=60, examples=["America/Santiago"])
    fold: Literal[0, 1] = 0
    now: bool = False
    sha256: str = Field(default="", pattern="^([0-9a-fA-F]{64})?$", description="What was read, if edited by hand.")

    emergency: bool | None = None
    because: str = Field(default="", max_length=MOST_BECAUSE)

    @property
    def answer(self) -> Answer:
        """Return what was said of an emergency."""
        return Answer(emergency=self.emergency, because=self.because)

    @property
    def digest(self) -> bytes | None:
        """Return which text was read, None if the caller does not say."""
        return bytes.fromhex(self.sha256) or None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.now == (self.wall_time is not None) or self.now == bool(self.zone):
            raise ValueError("give either now, or wall_time and zone")
        return self


class ScheduledPage(Shape):
    """A part of a list; `cursor` asks for the next and is empty at the end."""

    scheduled: list[Scheduled]
    cursor: str


class WantedSends(PartWanted):
    """Which sends."""

    ended: bool = False


@router.get("", summary="List scheduled sends")
async def list_scheduled(desk: WorkDesk, listed: Annotated[WantedSends, Query()]) -> ScheduledPage:
    """Return what waits, by hour, or with `ended` what is over, newest first; an assistant sees her own."""
    cursors = Cursors.at(desk, f"scheduled {listed.ended}")
    after = cursors.opened(listed.cursor)
    part = await schedule.part_of_scheduled(desk, size=listed.size, after=after, ended=listed.ended)
    return ScheduledPage(scheduled=[Scheduled.of(row) for row in part.rows], cursor=cursors.sealed(part.after))


@router.post("", status_code=201, summary="Schedule a draft, or send it now")
async def schedule_draft(desk: WorkDesk, new: NewSend, key: Key = "") -> Scheduled:
    """Set the hour at which a draft leaves; an hour set before is replaced. `now` is checked and sent at once.

    An assistant's reply leaves when all concerned work: `due_at` says when that is, and `emergency_unanswered` asks
    for `emergency`. Look at `state`: `held` means that it has not left, and `reason` why. The same call repeated
    changes nothing; with an `Idempotency-Key`, `now` repeated after the draft has left returns that send.
    """
    if new.now:
        before = await sent_before(desk, new.draft_id) if key else None
        return Scheduled.of(before or await send_now(desk, new.draft_id, sha256=new.digest, answer=new.answer))
    if new.wall_time is None:
        raise AssertionError("checked by the model")
    return Scheduled.of(await _at_hour(desk, new, new.wall_time))


@router.get("/{send_id:uuid}", summary="Look at a scheduled send")
async def get_scheduled(desk: WorkDesk, send_id: UUID) -> Scheduled:
    """Return one scheduled send as it stands."""
    return Scheduled.of(await schedule.send_of(desk, send_id))


@router.delete("/{send_id:uuid}", summary="Cancel a scheduled send")
async def cancel_scheduled(desk: WorkDesk, send_id: UUID) -> Scheduled:
    """Take a send back; the draft stays. Refused once it is on its way."""
    return Scheduled.of(await schedule.cancel(desk, send_id))


async def _at_hour(desk: Desk, new: NewSend, wall_time: datetime) -> ScheduledSend:
    """Schedule, unless it stands so already: a repeated call must not void the approval of the first."""
    wanted = moment_of(wall_time, new.zone, fold=new.fold)
    for send in await schedule.sends_of(desk, new.draft_id):
        if (send.scheduled_by, send.key_id) != (desk.actor.person_id, desk.actor.key_id):
            continue  # somebody else's wish for that hour: it ends with her rights, and waits for a yes of its own
        same = (send.zone, send.state, send.emergency) == (new.zone, SendState.PREPARED, new.emergency)
        if same and wanted == (send.asked_at or send.due_at):
            return send
    return await schedule.schedule(
        desk,
        new.draft_id,
        wall_time=wall_time,
        zone=new.zone,
        fold=new.fold,
        sha256=new.digest,
        answer=new.answer,
    )
