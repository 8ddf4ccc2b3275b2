"""A team's members, as its lead has them: named by a link each, removed at once, seen with how much and never what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID, uuid4, uuid5

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.access.decide import Decision
from app.access.identity import digest_of
from app.actions.desk import Desk
from app.actions.hand import About
from app.actions.links import INVITATION, LINK_LIVES, Link, new_link, same_link
from app.actions.team_grants import WAITING, end_grants, terms_of
from app.actions.terms import checked_end, checked_name, checked_scopes, readable
from app.actions.usage import usage_of
from app.db.parts import Listed, Part
from app.errors import BadRequest, NotFound
from app.models.grant import Grant, Invitation, InvitationState
from app.models.person import Person
from app.models.team import TeamAccess

MOST_WAITING = 200


@dataclass(frozen=True, kw_only=True)
class Naming:
    """Somebody a lead names: as she calls her, with which rights and until when (None: as far as the ceiling goes)."""

    name: str
    scopes: tuple[str, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Member:
    """A member as her lead sees her; counts are of the last seven days, by the day of her hours' zone."""

    row: Invitation
    person: Person | None = None
    grant: Grant | None = None
    last_used: date | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


async def name_members(
    desk: Desk, access: TeamAccess, named: Iterable[Naming], *, language: str, key: str = ""
) -> list[tuple[Invitation, str]]:
    """Name members, all of them or none; return each with her link's token, which is shown this once.

    A call repeated with its `key` finds whom it has named, with the same links.

    Raises Denied for anything above the owner's ceiling, BadRequest for a name, right or end that nobody can have.
    """
    wanted = list(named)
    links = [_link(desk, access, each, key, number) for number, each in enumerate(wanted)]
    if key and (before := await _named_before(desk, access, [link.row_id for link in links])):
        return [(row, link.token) for row, link in zip(before, links, strict=True)]
    rows = [_row(access, each, link, language) for each, link in zip(wanted, links, strict=True)]
    if not rows:
        raise BadRequest("Name at least one person.")

    async def keep(session: AsyncSession, _decision: Decision) -> None:
        if await _open_links(session, access) + len(rows) > MOST_WAITING:
            raise BadRequest("{most} links are the most that can wait at once. Withdraw some.", most=MOST_WAITING)
        session.add_all(rows)

    noted = {"subject_kind": "invitation", "subject_id": rows[0].id, "reason": "named"}
    if len(rows) > 1:
        noted = {"subject_kind": "team", "subject_id": access.id, "reason": "named_together"}
    about = About(access_id=access.id, terms=tuple(map(terms_of, rows)), noted=noted)
    async with desk.act(Act.NAME_MEMBER, about, within=keep):
        return [(row, link.token) for row, link in zip(rows, links, strict=True)]


async def remove_member(desk: Desk, access: TeamAccess, member_id: UUID) -> tuple[UUID, ...]:
    """End a member's access at once, or her link; return the sends under way, of which nobody knows yet how they end.

    What has ended already stays ended. Raises NotFound for nobody of this team.
    """
    await member_of(desk, access, member_id)
    on_its_way: list[UUID] = []

    async def keep(session: AsyncSession, _decision: Decision) -> None:
        key = (access.mailbox_id, member_id)
        row = await session.get_one(Invitation, key, with_for_update=True, populate_existing=True)
        if row.state in WAITING:
            row.state = InvitationState.WITHDRAWN
        on_its_way.extend(await end_grants(session, row.mailbox_id, col(Grant.member_id) == row.id))

    noted = {"subject_kind": "invitation", "subject_id": member_id, "reason": "removed"}
    async with desk.act(Act.REMOVE_MEMBER, About(access_id=access.id, noted=noted), within=keep):
        pass
    return tuple(on_its_way)


async def members(desk: Desk, access: TeamAccess) -> list[Member]:
    """Return whom the lead has named here, the newest first: by her own rows, and nothing of the mailbox."""
    async with desk.resources.db.transaction(person=desk.actor.person_id) as session:
        return await _with_usage(session, await _listed(desk, access).whole(session))


async def part_of_members(desk: Desk, access: TeamAccess, *, size: int, after: str = "") -> Part[Member]:
    """Return a part of the same list."""
    async with desk.resources.db.transaction(person=desk.actor.person_id) as session:
        part = await _listed(desk, access).part(session, size=size, after=after)
        return Part(rows=await _with_usage(session, part.rows), after=part.after)


def _listed(desk: Desk, access: TeamAccess) -> Listed[Member]:
    wanted = (
        select(Invitation, Person, Grant)
        .outerjoin(Person, col(Person.id) == col(Invitation.accepted_by))
        .outerjoin(Grant, col(Grant.member_id) == col(Invitation.id))
        .where(col(Invitation.access_id) == access.id, col(Invitation.lead_id) == desk.actor.person_id)
    )
    return Listed(
        wanted=wanted,
        by=(col(Invitation.created_at), col(Invitation.id)),
        falling=True,
        read=lambda row: Member(row=row.Invitation, person=row.Person, grant=row.Grant),
    )


async def _with_usage(session: AsyncSession, listed: Sequence[Member]) -> list[Member]:
    usage = await usage_of(session, [each.grant.id for each in listed if each.grant])
    return [
        replace(each, last_used=usage.last.get(each.grant.id), counts=usage.counts.get(each.grant.id, {}))
        if each.grant
        else each
        for each in listed
    ]


async def member_of(desk: Desk, access: TeamAccess, member_id: UUID) -> Member:
    """Return one of them; raise NotFound for nobody of this team."""
    for each in await members(desk, access):
        if each.row.id == member_id:
            return each
    raise NotFound


def _link(desk: Desk, access: TeamAccess, wanted: Naming, key: str, number: int) -> Link:
    if not key:
        return new_link(INVITATION, access.mailbox_id, uuid4())
    same = uuid5(access.id, "|".join((str(desk.actor.person_id), key, str(number), repr(wanted))))
    return same_link(INVITATION, access.mailbox_id, same, desk.resources.secret)


async def _named_before(desk: Desk, access: TeamAccess, ids: list[UUID]) -> list[Invitation]:
    known = {each.row.id: each.row for each in await members(desk, access)}
    return [known[each] for each in ids] if ids and all(each in known for each in ids) else []


def _row(access: TeamAccess, wanted: Naming, link: Link, language: str) -> Invitation:
    return Invitation(
        mailbox_id=access.mailbox_id,
        id=link.row_id,
        secret_sha256=digest_of(link.secret),
        scopes=[str(scope) for scope in checked_scopes(wanted.scopes or access.scopes)],
        needs_approval=access.needs_approval,
        conditions=readable(access.conditions),
        grant_until=checked_end(wanted.until or access.access_until),
        language=language,
        created_at=clock.now(),
        expires_at=clock.now() + LINK_LIVES,
        access_id=access.id,
        lead_id=access.lead_id,
        name=checked_name(wanted.name),
    )


async def _open_links(session: AsyncSession, access: TeamAccess) -> int:
    rows = await session.execute(
        select(func.count())
        .select_from(Invitation)
        .where(col(Invitation.mailbox_id) == access.mailbox_id, col(Invitation.access_id) == access.id)
        .where(col(Invitation.state).in_(WAITING), col(Invitation.expires_at) > clock.now())
    )
    return rows.scalar_one()
