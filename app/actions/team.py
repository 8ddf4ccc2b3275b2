"""A team at a mailbox, as its owner has it: offered under a ceiling, its lead confirmed, narrowed, ended with all."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.access.ceiling import Terms, fits
from app.access.decide import Decision
from app.access.identity import digest_of
from app.actions.ceilings import access_locked, ceiling_of
from app.actions.desk import Desk, Within
from app.actions.hand import About
from app.actions.links import LINK_LIVES, TEAM, new_link, same_link
from app.actions.team_grants import ended_with, narrowed_with
from app.actions.terms import WIDER, checked_conditions, checked_end, checked_scopes, readable
from app.db.parts import Listed, Part
from app.errors import BadRequest, Conflict, NotFound
from app.models.person import Person
from app.models.team import AccessState, Team, TeamAccess

MOST_HOURS = 14 * 24


@dataclass(frozen=True, kw_only=True)
class SeenTeam:
    """A team's access with the team and its lead, once somebody has accepted it."""

    access: TeamAccess
    team: Team | None = None
    lead: Person | None = None


async def invite_team(
    desk: Desk, ceiling: Terms, *, begin_after: int | None, language: str, same_id: UUID | None = None
) -> tuple[TeamAccess, str]:
    """Offer a team access under a ceiling; return it with the link's token for its lead, which is shown this once.

    `begin_after` is how many hours after accepting a member begins unless the owner refuses her, None if the owner
    confirms each. A call repeated with its `same_id` finds the offer that it made. Raises BadRequest for terms that
    nobody can be offered.
    """
    if begin_after is not None and not 1 <= begin_after <= MOST_HOURS:
        raise BadRequest("Choose between one hour and {most}.", most=MOST_HOURS)
    link = new_link(TEAM, desk.mailbox.id, uuid4())
    if same_id:
        link = same_link(TEAM, desk.mailbox.id, same_id, desk.resources.secret)
        if before := await _found(desk, same_id):
            return before, link.token
    access = TeamAccess(
        mailbox_id=desk.mailbox.id,
        id=link.row_id,
        owner_id=desk.mailbox.owner_id,
        address=desk.mailbox.address,
        secret_sha256=digest_of(link.secret),
        scopes=list(checked_scopes(ceiling.scopes)),
        needs_approval=ceiling.needs_approval,
        conditions=checked_conditions(readable(ceiling.conditions)),
        access_until=checked_end(ceiling.until),
        begin_after=begin_after,
        language=language,
        created_at=clock.now(),
        expires_at=clock.now() + LINK_LIVES,
    )

    async def keep(session: AsyncSession, _decision: Decision) -> None:
        session.add(access)

    await _changed(desk, Act.TEAM, access.id, keep, "offered")
    return access, link.token


async def confirm_team(desk: Desk, access_id: UUID) -> TeamAccess:
    """Say yes to the lead who has accepted: from then on she names members. Raises Conflict if nobody waits."""
    await team_of(desk, access_id)

    async def keep(session: AsyncSession, _decision: Decision) -> None:
        locked = await _locked(session, desk, access_id)
        if locked.state != AccessState.ACCEPTED:
            raise Conflict
        locked.state = AccessState.CONFIRMED

    await _changed(desk, Act.TEAM, access_id, keep, "confirmed")
    return (await team_of(desk, access_id)).access


async def narrow_team(desk: Desk, access_id: UUID, ceiling: Terms) -> TeamAccess:
    """Lower a team's ceiling, and every member's grant with it at once; raise BadRequest for one that is higher."""
    await team_of(desk, access_id)
    lower = Terms(
        scopes=checked_scopes(ceiling.scopes),
        needs_approval=ceiling.needs_approval,
        conditions=checked_conditions(readable(ceiling.conditions)),
        until=ceiling.until,
    )
    if lower.until.tzinfo is None:
        raise BadRequest("Choose an end date within the next year.")

    async def keep(session: AsyncSession, _decision: Decision) -> None:
        locked = await _locked(session, desk, access_id)
        if locked.state not in (AccessState.OPEN, AccessState.ACCEPTED, AccessState.CONFIRMED):
            raise Conflict
        if not fits(lower, ceiling_of(locked)):
            raise BadRequest(WIDER)
        locked.scopes, locked.needs_approval = [str(scope) for scope in lower.scopes], lower.needs_approval
        locked.conditions, locked.access_until = lower.conditions, lower.until
        await narrowed_with(session, locked)

    await _changed(desk, Act.TEAM, access_id, keep, "narrowed")
    return (await team_of(desk, access_id)).access


async def end_team(desk: Desk, access_id: UUID) -> tuple[UUID, ...]:
    """Withdraw the offer, refuse its lead, or end a team with every grant it has led to, in one act.

    Returns the sends of them that are under way, of which nobody knows yet how they end.
    """
    await team_of(desk, access_id)
    ends = {AccessState.OPEN: AccessState.WITHDRAWN, AccessState.ACCEPTED: AccessState.REFUSED}
    on_its_way: list[UUID] = []

    async def keep(session: AsyncSession, _decision: Decision) -> None:
        locked = await _locked(session, desk, access_id)
        if locked.ended_at is None:
            locked.state, locked.ended_at = ends.get(locked.state, AccessState.ENDED), clock.now()
        on_its_way.extend(await ended_with(session, locked))

    await _changed(desk, Act.END_TEAM, access_id, keep, "ended")
    return tuple(on_its_way)


async def teams_at(desk: Desk) -> list[SeenTeam]:
    """Return the teams at this mailbox to its owner, the newest first."""
    desk.owner_only()
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await _listed(desk).whole(session)


async def part_of_teams(desk: Desk, *, size: int, after: str = "") -> Part[SeenTeam]:
    """Return a part of the same list."""
    desk.owner_only()
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await _listed(desk).part(session, size=size, after=after)


async def team_of(desk: Desk, access_id: UUID) -> SeenTeam:
    """Return a team at this mailbox; raise NotFound for another's."""
    for seen in await teams_at(desk):
        if seen.access.id == access_id:
            return seen
    raise NotFound


def _listed(desk: Desk) -> Listed[SeenTeam]:
    wanted = (
        select(TeamAccess, Team, Person)
        .outerjoin(Team, col(Team.id) == col(TeamAccess.team_id))
        .outerjoin(Person, col(Person.id) == col(TeamAccess.lead_id))
        .where(col(TeamAccess.mailbox_id) == desk.mailbox.id)
    )
    return Listed(
        wanted=wanted,
        by=(col(TeamAccess.created_at), col(TeamAccess.id)),
        falling=True,
        read=lambda row: SeenTeam(access=row.TeamAccess, team=row.Team, lead=row.Person),
    )


async def _found(desk: Desk, access_id: UUID) -> TeamAccess | None:
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await session.get(TeamAccess, (desk.mailbox.id, access_id))


async def _locked(session: AsyncSession, desk: Desk, access_id: UUID) -> TeamAccess:
    access = await access_locked(session, desk.mailbox.id, access_id)
    if access is None:
        raise NotFound
    return access


async def _changed(desk: Desk, act: Act, access_id: UUID, keep: Within, reason: str) -> None:
    noted = {"subject_kind": "team", "subject_id": access_id, "reason": reason}
    async with desk.act(act, About(noted=noted), within=keep):
        pass
