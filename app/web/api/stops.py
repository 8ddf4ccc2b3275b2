"""Stops: every assistant paused in one act, at one mailbox or at all; and how far that has come."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from app.access.acts import Act
from app.actions import ended, stop
from app.errors import NotFound
from app.models.grant import GrantStatus
from app.web.api.shapes import PartWanted, Person, Shape
from app.web.cursors import Cursors
from app.web.deps import Fresh, ResourcesHere, SignedInPerson

router = APIRouter(prefix="/stops", tags=["stops"])


class NewStop(Shape):
    """Where to stop everybody; at all one's mailboxes if none is named."""

    mailbox_id: UUID | None = None


class EndedGrant(Shape):
    """One grant that was paused or ended, as it stands now; `in_flight` are the sends nobody knows the end of yet."""

    mailbox_id: UUID
    grant_id: UUID
    assistant: Person
    status: GrantStatus
    version: int
    entry: int = Field(description="The number of the entry in the mailbox's audit.")
    in_flight: list[UUID]

    @classmethod
    def of(cls, row: ended.Ended) -> EndedGrant:
        """Return one of a stop or of a removal."""
        return cls(
            mailbox_id=row.mailbox.id,
            grant_id=row.grant.id,
            assistant=Person.of(row.assistant),
            status=row.grant.status,
            version=row.grant.version,
            entry=row.entry.seq,
            in_flight=[send.id for send in row.in_flight],
        )


class Stop(Shape):
    """A stop. No send of these grants begins after `done`; until then `in_flight` names what is on its way."""

    id: UUID
    stopped_at: datetime
    grants: list[EndedGrant]
    still_paused: int = Field(description="How many are paused still as this stop has left them.")
    in_flight: list[UUID]
    done: bool

    @classmethod
    def of(cls, stop_id: UUID, rows: list[ended.Ended]) -> Stop:
        """Return a stop with what it paused."""
        grants = [EndedGrant.of(row) for row in rows]
        return cls(
            id=stop_id,
            stopped_at=rows[0].entry.at,
            grants=grants,
            still_paused=sum(row.unchanged for row in rows),
            in_flight=[send_id for each in grants for send_id in each.in_flight],
            done=ended.done(rows),
        )


class StopPage(Shape):
    """A part of a list; `cursor` asks for the next and is empty at the end."""

    stops: list[Stop]
    cursor: str


@router.get("", summary="List one's own stops")
async def list_stops(
    resources: ResourcesHere, signed: SignedInPerson, listed: Annotated[PartWanted, Query()]
) -> StopPage:
    """Return them newest first."""
    cursors = Cursors.of(resources, signed.person.id, "stops")
    after = cursors.opened(listed.cursor)
    part = await ended.part_of_acts(resources, signed.person.id, Act.STOP, size=listed.size, after=after)
    stops = [Stop.of(rows[0].act_id, rows) for rows in part.rows]
    return StopPage(stops=stops, cursor=cursors.sealed(part.after))


@router.post("", status_code=201, summary="Stop everything now")
async def stop_everything(resources: ResourcesHere, signed: SignedInPerson, wanted: NewStop) -> Stop:
    """Pause every assistant at once; what they have scheduled is held. 404 if there is nobody to stop."""
    stop_id = await stop.stop_all(resources, signed.person.id, only=wanted.mailbox_id, surface="api")
    if stop_id is None:
        raise NotFound("There is nobody to stop: no assistant can do anything at the moment.")
    return Stop.of(stop_id, await stop.stop_of(resources, signed.person.id, stop_id))


@router.get("/{stop_id:uuid}", summary="Look at a stop")
async def get_stop(resources: ResourcesHere, signed: SignedInPerson, stop_id: UUID) -> Stop:
    """Return whom it paused, and what is on its way."""
    return Stop.of(stop_id, await stop.stop_of(resources, signed.person.id, stop_id))


@router.delete("/{stop_id:uuid}", summary="Let everybody go on")
async def end_stop(resources: ResourcesHere, signed: Fresh, stop_id: UUID) -> Stop:
    """Resume those whom this stop has paused and nobody has touched since; needs a fresh sign-in."""
    await stop.go_on(resources, signed.person.id, stop_id, surface="api")
    return Stop.of(stop_id, await stop.stop_of(resources, signed.person.id, stop_id))
