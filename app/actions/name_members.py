"""A team's lead names members, one or several at once: all of them or none, each by a link that works once."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.actions.ceilings import terms_of
from app.actions.desk import Desk
from app.actions.hand import About
from app.actions.mail_invitation import checked_recipients, mail_invitation
from app.actions.members import members
from app.actions.named import Naming, link_for, row_of
from app.errors import BadRequest
from app.models.grant import WAITING, Invitation
from app.models.team import TeamAccess

__all__ = ["MOST_WAITING", "Naming", "name_members"]

MOST_WAITING = 200


async def name_members(
    desk: Desk, access: TeamAccess, named: Iterable[Naming], *, language: str, key: str = ""
) -> list[tuple[Invitation, str]]:
    """Name members, all of them or none; return each with her link's token, which is shown this once.

    A call repeated with its `key` finds whom it has named, with the same links.

    Raises Denied for anything above the owner's ceiling, BadRequest for a name, right or end that nobody can have.
    """
    wanted = list(named)
    links = [link_for(desk, access, each, key, number) for number, each in enumerate(wanted)]
    if key and (before := await _named_before(desk, access, [link.row_id for link in links])):
        return [(row, link.token) for row, link in zip(before, links, strict=True)]
    rows = [row_of(access, each, link, language) for each, link in zip(wanted, links, strict=True)]
    if not rows:
        raise BadRequest("Name at least one person.")
    addresses = await checked_recipients(desk, [each.mail_to for each in wanted])

    async def keep(session: AsyncSession) -> None:
        if await _open_links(session, access) + len(rows) > MOST_WAITING:
            raise BadRequest("{most} links are the most that can wait at once. Withdraw some.", most=MOST_WAITING)
        session.add_all(rows)
        await session.flush()
        for row, link, to in zip(rows, links, addresses, strict=True):
            if to:
                await mail_invitation(session, desk, row, to=to, token=link.token)

    reason = "substitute" if rows[0].stands_in_id else "named"
    noted = {"subject_kind": "invitation", "subject_id": rows[0].id, "reason": reason}
    if len(rows) > 1:
        noted = {"subject_kind": "team", "subject_id": access.id, "reason": "named_together"}
    about = About(access_id=access.id, terms=tuple(map(terms_of, rows)), noted=noted)
    try:
        async with desk.act(Act.NAME_MEMBER, about, within=keep):
            return [(row, link.token) for row, link in zip(rows, links, strict=True)]
    except IntegrityError:  # the same call, pressed twice at once: the other one has named them
        if not key or not (before := await _named_before(desk, access, [link.row_id for link in links])):
            raise
        return [(row, link.token) for row, link in zip(before, links, strict=True)]


async def _named_before(desk: Desk, access: TeamAccess, ids: list[UUID]) -> list[Invitation]:
    known = {each.row.id: each.row for each in await members(desk, access)}
    return [known[each] for each in ids] if ids and all(each in known for each in ids) else []


async def _open_links(session: AsyncSession, access: TeamAccess) -> int:
    rows = await session.execute(
        select(func.count())
        .select_from(Invitation)
        .where(col(Invitation.mailbox_id) == access.mailbox_id, col(Invitation.access_id) == access.id)
        .where(col(Invitation.state).in_(WAITING), col(Invitation.expires_at) > clock.now())
    )
    return rows.scalar_one()
