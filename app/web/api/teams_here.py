"""Teams at a mailbox, for its owner: offered under a ceiling, their lead confirmed, narrowed, ended with everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request

from app.access.ceiling import Terms as Ceiling
from app.actions import invite_team as offers
from app.actions import team, teams
from app.models.team import AccessState
from app.web.api.grants import Narrower, Terms, Wanted
from app.web.api.links import link_of
from app.web.api.shapes import PartWanted, Person, Shape
from app.web.cursors import Cursors
from app.web.deps import Fresh, OwnerDesk
from app.web.languages import choose
from app.web.repeats import Key, same_id

router = APIRouter(prefix="/mailboxes/{mailbox_id:uuid}/teams", tags=["teams"])


class TeamOffer(Wanted):
    """What a team's lead may give its members at the most, and whether each waits for your word."""

    begin_after: int | None = Field(
        default=None,
        ge=1,
        le=offers.MOST_HOURS,
        description="Hours after which a member who has accepted begins unless you refuse; null: not before your yes.",
    )


class TeamHere(Terms):
    """A team at this mailbox with its ceiling; `lead` is whoever has accepted, and waits for your word first."""

    id: UUID
    name: str
    lead: Person | None
    lead_with: str = Field(description="The issuer of the lead's sign-in.")
    until: datetime
    begin_after: int | None
    state: AccessState
    expires_at: datetime

    @classmethod
    def of(cls, seen: teams.SeenTeam) -> TeamHere:
        """Return a team as its owner has it."""
        return cls(**plain(seen))


class TeamHerePage(Shape):
    """A part of a list; `cursor` asks for the next and is empty at the end."""

    teams: list[TeamHere]
    cursor: str


class NewTeam(TeamHere):
    """A team's access with the link for its lead, which is shown this once."""

    link: str


class EndedTeam(TeamHere):
    """A team that is over, with the sends of its members of which nobody knows yet how they end."""

    in_flight: list[UUID]
    done: bool


@router.get("", summary="List teams")
async def list_teams(desk: OwnerDesk, listed: Annotated[PartWanted, Query()]) -> TeamHerePage:
    """Return the teams that were let in here or invited, the newest first."""
    cursors = Cursors.at(desk, "teams")
    part = await teams.part_of_teams(desk, size=listed.size, after=cursors.opened(listed.cursor))
    return TeamHerePage(teams=[TeamHere.of(each) for each in part.rows], cursor=cursors.sealed(part.after))


@router.post("", status_code=201, summary="Invite a team")
async def invite_team(request: Request, desk: OwnerDesk, _fresh: Fresh, offer: TeamOffer, key: Key = "") -> NewTeam:
    """Offer a team access under a ceiling; whoever opens the link first may accept as its lead, and you confirm who.

    A call repeated with the same `Idempotency-Key` and body returns the offer it made before, with the same link.
    """
    row, token = await offers.invite_team(
        desk,
        Ceiling(
            scopes=offer.scopes,
            needs_approval=offer.needs_approval,
            conditions=offer.conditions,
            until=offer.until,
        ),
        begin_after=offer.begin_after,
        language=choose(request).code,
        same_id=same_id(desk.mailbox.id, desk.actor.person_id, key, "team", offer.model_dump_json()),
    )
    return NewTeam(**plain(teams.SeenTeam(access=row)), link=link_of(request, token))


@router.get("/{access_id:uuid}", summary="Look at a team")
async def get_team(desk: OwnerDesk, access_id: UUID) -> TeamHere:
    """Return a team with its ceiling."""
    return TeamHere.of(await teams.team_of(desk, access_id))


@router.put("/{access_id:uuid}/confirmation", summary="Confirm a team's lead")
async def confirm_lead(desk: OwnerDesk, _fresh: Fresh, access_id: UUID) -> TeamHere:
    """Say yes to whoever accepted as the lead, who names members from then on."""
    await team.confirm_team(desk, access_id)
    return TeamHere.of(await teams.team_of(desk, access_id))


@router.patch("/{access_id:uuid}", summary="Narrow a team")
async def narrow_team(desk: OwnerDesk, access_id: UUID, narrower: Narrower) -> TeamHere:
    """Lower the ceiling, and every member's grant with it; what they have scheduled is held."""
    now = (await teams.team_of(desk, access_id)).access
    lower = Ceiling(
        scopes=narrower.scopes or now.scopes,
        needs_approval=narrower.needs_approval or now.needs_approval,
        conditions=narrower.conditions or now.conditions,
        until=narrower.until or now.access_until,
    )
    await team.narrow_team(desk, access_id, lower)
    return TeamHere.of(await teams.team_of(desk, access_id))


@router.delete("/{access_id:uuid}", summary="End a team's access")
async def end_team(desk: OwnerDesk, access_id: UUID) -> EndedTeam:
    """End a team with every grant it has led to, or withdraw its offer. No send begins after `done`."""
    on_its_way = await team.end_team(desk, access_id)
    ended = plain(await teams.team_of(desk, access_id))
    return EndedTeam(**ended, in_flight=list(on_its_way), done=not on_its_way)


def plain(seen: teams.SeenTeam) -> dict[str, Any]:
    """Return the members of a team's shape."""
    own = ("id", "scopes", "needs_approval", "conditions", "begin_after", "state", "expires_at")
    return {name: getattr(seen.access, name) for name in own} | {
        "name": seen.team.name if seen.team else "",
        "lead": Person.of(seen.lead) if seen.lead else None,
        "lead_with": seen.lead.issuer if seen.lead else "",
        "until": seen.access.access_until,
    }
