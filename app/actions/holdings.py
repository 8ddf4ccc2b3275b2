"""Where a person has something: what a copy of her data has to look through."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import col, select

from app.actions.resources import Resources
from app.models.grant import Agreement, Grant, Invitation
from app.models.mailbox import Mailbox
from app.models.team import TeamAccess


@dataclass(frozen=True)
class Holdings:
    """Where a person has something: her own mailboxes, those at which she has ever assisted, whom she knows there.

    `led` are the accesses of teams that she leads.
    """

    own: list[Mailbox]
    assisted: list[Mailbox]
    others: set[UUID]
    led: list[TeamAccess] = field(default_factory=list)


async def holdings(resources: Resources, person_id: UUID) -> Holdings:
    """Return a person's holdings; an erased mailbox is nobody's."""
    async with resources.db.transaction(person=person_id) as session:
        seen = list((await session.execute(select(Mailbox).order_by(col(Mailbox.address)))).scalars())
        agreed = await session.execute(
            select(Agreement.mailbox_id).where(col(Agreement.person_id) == person_id).distinct()
        )
        ids = set(agreed.scalars())
        accesses = await session.execute(
            select(TeamAccess).where(col(TeamAccess.lead_id) == person_id).order_by(col(TeamAccess.id))
        )
        led = list(accesses.scalars())
    own = [each for each in seen if each.owner_id == person_id and not each.erased]
    assisted = [each for each in seen if each.owner_id != person_id]
    for mailbox_id in sorted(ids - {each.id for each in seen}):  # where her access is over
        async with resources.db.transaction(mailbox=mailbox_id) as session:
            assisted.append(await session.get_one(Mailbox, mailbox_id))
    others = {each.owner_id for each in assisted}
    for mailbox in own:
        others |= await _helpers(resources, mailbox.id)
    return Holdings(own, assisted, others, led)


async def _helpers(resources: Resources, mailbox_id: UUID) -> set[UUID]:
    async with resources.db.transaction(mailbox=mailbox_id) as session:
        given = await session.execute(select(Grant.assistant_id).where(col(Grant.mailbox_id) == mailbox_id))
        taken = await session.execute(select(Invitation.accepted_by).where(col(Invitation.mailbox_id) == mailbox_id))
        return {*given.scalars(), *(each for each in taken.scalars() if each)}
