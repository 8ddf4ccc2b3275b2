"""Teams as their lead has them: where they were let in, whom she has named there, and how much each does."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field
from starlette.requests import Request

from app.actions import led, members
from app.actions.name_members import Naming
from app.actions.name_members import name_members as name_all
from app.models.grant import GrantStatus, InvitationState
from app.models.team import AccessState
from app.web.api.grants import Scopes, Terms
from app.web.api.links import link_of
from app.web.api.shapes import PartWanted, Person, Shape
from app.web.cursors import Cursors
from app.web.deps import Fresh, LeadDesk, ResourcesHere, SignedInPerson
from app.web.languages import choose
from app.web.repeats import Key

router = APIRouter(prefix="/teams", tags=["teams"])


class LedTeam(Terms):
    """A mailbox where a team of the caller's was let in, with the ceiling of what she may give there."""

    id: UUID
    name: str
    mailbox: str = Field(description="The mailbox's address.")
    owner: Person
    until: datetime
    begin_after: int | None
    state: AccessState


class LedTeamPage(Shape):
    """A part of a list; `cursor` asks for the next and is empty at the end."""

    teams: list[LedTeam]
    cursor: str


class Named(Shape):
    """Somebody to be named: with all the ceiling's rights and its end, unless fewer or an earlier one are given."""

    name: str = Field(max_length=200)
    scopes: Scopes | None = None
    until: AwareDatetime | None = None
    mail_to: str = Field(default="", max_length=320, description="Where the link is to be mailed as well, if anywhere.")


class NamedTogether(Shape):
    """Whom a lead names in one go: all of them or none."""

    members: list[Named] = Field(min_length=1, max_length=50)


class Member(Terms):
    """A member as her lead sees her; `changes`, `drafts` and `sends` are those of the last seven days."""

    id: UUID
    name: str
    person: Person | None
    state: InvitationState
    status: GrantStatus | None
    begins_at: datetime | None
    until: datetime
    last_used: date | None
    changes: int
    drafts: int
    sends: int


class MemberPage(Shape):
    """A part of a list; `cursor` asks for the next and is empty at the end."""

    members: list[Member]
    cursor: str


class NewMember(Member):
    """A member with her link, which is shown this once."""

    link: str


class NewMembers(Shape):
    """Members with their links."""

    members: list[NewMember]


class Removed(Shape):
    """The sends of a removed member of which nobody knows yet how they end; `done` once there are none."""

    in_flight: list[UUID]
    done: bool


@router.get("", summary="List one's teams")
async def list_led(
    resources: ResourcesHere, signed: SignedInPerson, listed: Annotated[PartWanted, Query()]
) -> LedTeamPage:
    """Return where the caller's teams were let in, the newest first."""
    cursors = Cursors.of(resources, signed.person.id, "teams")
    after = cursors.opened(listed.cursor)
    part = await led.part_of_led(resources, signed.person.id, size=listed.size, after=after)
    return LedTeamPage(teams=[_led(each) for each in part.rows], cursor=cursors.sealed(part.after))


@router.get("/{access_id:uuid}", summary="Look at one's team")
async def get_led(leading: LeadDesk) -> LedTeam:
    """Return a team of the caller's at one mailbox."""
    return _led(await led.led_at(leading))


@router.get("/{access_id:uuid}/members", summary="List members")
async def list_members(leading: LeadDesk, listed: Annotated[PartWanted, Query()]) -> MemberPage:
    """Return whom the caller has named, the newest first: who, until when, how much, never what."""
    desk, access = leading
    cursors = Cursors.at(desk, f"members {access.id}")
    part = await members.part_of_members(desk, access, size=listed.size, after=cursors.opened(listed.cursor))
    return MemberPage(members=[Member(**plain(each)) for each in part.rows], cursor=cursors.sealed(part.after))


@router.post("/{access_id:uuid}/members", status_code=201, summary="Name members")
async def name_members(
    request: Request, _fresh: Fresh, leading: LeadDesk, wanted: NamedTogether, key: Key = ""
) -> NewMembers:
    """Name members below the ceiling, all or none; each link works once, and the owner sees who takes it."""
    naming = [
        Naming(name=each.name, scopes=tuple(each.scopes or ()), until=each.until, mail_to=each.mail_to)
        for each in wanted.members
    ]
    made = await name_all(*leading, naming, language=choose(request).code, key=key)
    return NewMembers(
        members=[NewMember(**plain(members.Member(row=row)), link=link_of(request, token)) for row, token in made]
    )


@router.delete("/{access_id:uuid}/members/{member_id:uuid}", summary="Remove a member")
async def remove_member(leading: LeadDesk, member_id: UUID) -> Removed:
    """End a member's access at once, or her link. No send of hers begins after `done`."""
    on_its_way = await members.remove_member(*leading, member_id)
    return Removed(in_flight=list(on_its_way), done=not on_its_way)


def _led(each: led.Led) -> LedTeam:
    own = ("id", "scopes", "needs_approval", "conditions", "begin_after", "state")
    return LedTeam(
        **{name: getattr(each.access, name) for name in own},
        name=each.team.name,
        mailbox=each.access.address,
        owner=Person.of(each.owner),
        until=each.access.access_until,
    )


def plain(each: members.Member) -> dict[str, Any]:
    """Return the members of a member's shape."""
    row, grant = each.row, each.grant
    terms = grant or row
    return {
        "id": row.id,
        "name": row.name,
        "person": Person.of(each.person) if each.person else None,
        "state": row.state,
        "status": grant.status if grant else None,
        "scopes": terms.scopes,
        "needs_approval": terms.needs_approval,
        "conditions": terms.conditions,
        "begins_at": grant.begins_at if grant else None,
        "until": grant.expires_at if grant else row.grant_until,
        "last_used": each.last_used,
        **{counted: each.counts.get(counted, 0) for counted in ("changes", "drafts", "sends")},
    }
