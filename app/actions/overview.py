"""A person's mailboxes at a glance: those she owns with what waits for her there, and those where she assists."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from app.actions.approve import waiting_for_approval
from app.actions.desk import Desk
from app.actions.mailboxes import mailboxes
from app.actions.pending import pending
from app.actions.resources import Resources
from app.actions.schedule import scheduled
from app.actions.seats import open_desk
from app.models.draft import STUCK
from app.models.grant import Grant, GrantStatus, InvitationState
from app.models.mailbox import Mailbox


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How much waits for an owner's word at one mailbox, and how much waits for its hour."""

    approvals: int = 0
    to_confirm: int = 0
    stuck: int = 0  # held, or a person has to look
    scheduled: int = 0

    @property
    def for_owner(self) -> int:
        """Return how many things only the owner can move on."""
        return self.approvals + self.to_confirm + self.stuck


async def owned(resources: Resources, person_id: UUID) -> list[tuple[Mailbox, Waiting]]:
    """Return a person's own mailboxes by address, each with what waits there."""
    own = [mailbox for mailbox in await mailboxes(resources, person_id) if mailbox.owner_id == person_id]
    desks = [await open_desk(resources, person_id, mailbox.id, surface="console") for mailbox in own]
    return [(desk.mailbox, await waiting_at(desk)) for desk in desks]


async def waiting_at(desk: Desk) -> Waiting:
    """Count what waits at one mailbox of the owner's."""
    sends = await scheduled(desk)
    stuck = sum(send.state in STUCK for send in sends)
    offers = [invitation for invitation, _person in await pending(desk)]
    return Waiting(
        approvals=len(await waiting_for_approval(desk)),
        to_confirm=sum(offer.state == InvitationState.ACCEPTED for offer in offers),
        stuck=stuck,
        scheduled=len(sends) - stuck,
    )


async def assisted(resources: Resources, person_id: UUID) -> list[tuple[Mailbox, Grant]]:
    """Return the mailboxes where a person has a grant that is not revoked, by address."""
    async with resources.db.transaction(person=person_id) as session:
        rows = await session.execute(
            select(Mailbox, Grant)
            .join(Grant, col(Grant.mailbox_id) == col(Mailbox.id))
            .where(col(Grant.assistant_id) == person_id, col(Grant.status) != GrantStatus.REVOKED)
            .order_by(col(Mailbox.address))
        )
        return [(row[0], row[1]) for row in rows]
