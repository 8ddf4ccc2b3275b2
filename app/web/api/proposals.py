"""Proposals of assistants to an owner who may have no mailbox here yet."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field
from starlette.requests import Request

from app.actions import propose
from app.models.conditions import UNBOUND, Conditions
from app.models.grant import InvitationState
from app.models.grant import Proposal as ProposalRow
from app.web.api.grants import Scopes
from app.web.api.links import link_of
from app.web.api.shapes import PartWanted, Shape
from app.web.cursors import Cursors
from app.web.deps import ResourcesHere, SignedInPerson
from app.web.repeats import Key, same_id

router = APIRouter(prefix="/proposals", tags=["proposals"])


class ProposalOf(Shape):
    """A grant to be proposed to an owner, with a word to them. The owner changes any of it."""

    scopes: Scopes
    until: AwareDatetime
    conditions: Conditions = UNBOUND
    message: str = Field(default="", max_length=propose.LONGEST_MESSAGE)


class Proposal(Shape):
    """A proposal of the caller's own."""

    id: UUID
    scopes: list[str]
    conditions: Conditions | None
    until: datetime
    message: str
    state: InvitationState
    created_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, row: ProposalRow) -> Proposal:
        """Return a proposal without its secret."""
        plain = {name: getattr(row, name) for name in Proposal.model_fields if name != "until"}
        return cls(**plain, until=row.grant_until)


class ProposalPage(Shape):
    """A part of a list; `cursor` asks for the next and is empty at the end."""

    proposals: list[Proposal]
    cursor: str


class NewProposal(Proposal):
    """A proposal with its link, which is shown this once."""

    link: str


@router.get("", summary="List one's own proposals")
async def list_proposals(
    resources: ResourcesHere, signed: SignedInPerson, listed: Annotated[PartWanted, Query()]
) -> ProposalPage:
    """Return the caller's proposals, newest first."""
    cursors = Cursors.of(resources, signed.person.id, "proposals")
    after = cursors.opened(listed.cursor)
    part = await propose.part_of_proposals(resources, signed.person.id, size=listed.size, after=after)
    return ProposalPage(proposals=[Proposal.of(row) for row in part.rows], cursor=cursors.sealed(part.after))


@router.post("", status_code=201, summary="Prepare a proposal")
async def prepare_proposal(
    request: Request, resources: ResourcesHere, signed: SignedInPerson, wanted: ProposalOf, key: Key = ""
) -> NewProposal:
    """Prepare a grant for an owner who may have no mailbox here yet; they change any tick and connect.

    A call repeated with the same `Idempotency-Key` and body returns the proposal it made before, with the same link.
    """
    whose = signed.person.id
    row, token = await propose.propose(
        resources,
        whose,
        scopes=wanted.scopes,
        until=wanted.until,
        message=wanted.message,
        conditions=wanted.conditions,
        same_id=same_id(whose, whose, key, wanted.model_dump_json()),
    )
    return NewProposal(**Proposal.of(row).model_dump(), link=link_of(request, token))
