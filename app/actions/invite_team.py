"""The owner's invitation of a team: a ceiling that nobody in it exceeds, and a link for whoever leads it."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.access.acts import Act
from app.access.ceiling import Terms
from app.actions.desk import Desk
from app.actions.hand import About
from app.actions.links import LINK_LIVES, TEAM, new_link, same_link
from app.actions.terms import checked_conditions, checked_end, checked_scopes, readable
from app.errors import BadRequest
from app.models.team import TeamAccess

MOST_HOURS = 14 * 24


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
        secret_sha256=link.digest,
        scopes=list(checked_scopes(ceiling.scopes)),
        needs_approval=ceiling.needs_approval,
        conditions=checked_conditions(readable(ceiling.conditions)),
        access_until=checked_end(ceiling.until),
        begin_after=begin_after,
        language=language,
        created_at=clock.now(),
        expires_at=clock.now() + LINK_LIVES,
    )

    async def keep(session: AsyncSession) -> None:
        session.add(access)

    noted = {"subject_kind": "team", "subject_id": access.id, "reason": "offered"}
    async with desk.act(Act.TEAM, About(noted=noted), within=keep):
        return access, link.token


async def _found(desk: Desk, access_id: UUID) -> TeamAccess | None:
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await session.get(TeamAccess, (desk.mailbox.id, access_id))
