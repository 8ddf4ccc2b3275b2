"""The other way round: an assistant prepares a grant and sends its link; the owner changes any tick and gives it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import col, select

from app import clock
from app.access.identity import digest_of
from app.actions.links import LINK_LIVES, PROPOSAL, new_link, read_link, same_link
from app.actions.resources import Resources
from app.actions.terms import checked_conditions, checked_end, checked_scopes
from app.db.parts import Listed, Part
from app.errors import BadRequest, NotFound
from app.models.conditions import UNBOUND, Conditions
from app.models.grant import NeedsApproval, Proposal
from app.models.person import Person

LONGEST_MESSAGE = 2_000


async def propose(
    resources: Resources,
    person_id: UUID,
    *,
    scopes: Iterable[str],
    until: datetime,
    message: str,
    conditions: Conditions = UNBOUND,
    same_id: UUID | None = None,
) -> tuple[Proposal, str]:
    """Prepare a proposal; return it with the link's token, which is shown this once.

    A call repeated with its `same_id` finds the proposal that it made.
    """
    if "\0" in message:
        raise BadRequest("This message holds characters that no letter has.")
    if len(message) > LONGEST_MESSAGE:
        raise BadRequest("This message is too long: {most} characters are the most.", most=LONGEST_MESSAGE)
    link = new_link(PROPOSAL, person_id, uuid4())
    if same_id:
        link = same_link(PROPOSAL, person_id, same_id, resources.secret)
        async with resources.db.transaction(person=person_id) as session:
            if before := await session.get(Proposal, same_id):
                return before, link.token
    proposal = Proposal(
        id=link.row_id,
        secret_sha256=digest_of(link.secret),
        assistant_id=person_id,
        scopes=list(checked_scopes(scopes)),
        needs_approval=NeedsApproval.ALWAYS,
        conditions=checked_conditions(conditions),
        grant_until=checked_end(until),
        message=message,
        created_at=clock.now(),
        expires_at=clock.now() + LINK_LIVES,
    )
    async with resources.db.transaction(person=person_id) as session:
        session.add(proposal)
    return proposal, link.token


async def proposals(resources: Resources, person_id: UUID) -> list[Proposal]:
    """Return a person's own proposals, newest first."""
    async with resources.db.transaction(person=person_id) as session:
        return await _listed(person_id).whole(session)


async def part_of_proposals(resources: Resources, person_id: UUID, *, size: int, after: str = "") -> Part[Proposal]:
    """Return a part of the same list."""
    async with resources.db.transaction(person=person_id) as session:
        return await _listed(person_id).part(session, size=size, after=after)


def _listed(person_id: UUID) -> Listed[Proposal]:
    wanted = select(Proposal).where(col(Proposal.assistant_id) == person_id)
    return Listed(wanted=wanted, by=(col(Proposal.created_at), col(Proposal.id)), falling=True)


async def proposal_by(resources: Resources, token: str) -> tuple[Proposal, Person]:
    """Return an open proposal and its author; raise NotFound for a link that is used or over."""
    link = read_link(token)
    async with resources.db.transaction() as session:
        proposal = await session.get(Proposal, link.row_id)
        if (
            not proposal
            or link.kind != PROPOSAL
            or not link.opens(proposal.secret_sha256)
            or not proposal.is_open(clock.now())
        ):
            raise NotFound("This link has been used, or it is over. Ask for a new one.")
        return proposal, await session.get_one(Person, proposal.assistant_id)
