"""Invitations of assistants by their owner, and proposals of assistants to an owner."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, Field
from starlette.requests import Request

from app.actions import accept, invite, propose
from app.actions.people import people_of
from app.models.grant import Invitation as InvitationRow
from app.models.grant import InvitationState, NeedsApproval
from app.models.grant import Proposal as ProposalRow
from app.models.person import Person as PersonRow
from app.web.api.grants import Grant, Scopes
from app.web.api.shapes import Person, Shape
from app.web.deps import Fresh, OwnerDesk, ResourcesHere, SignedInPerson, texts_in
from app.web.languages import choose

router = APIRouter(prefix="/mailboxes/{mailbox_id:uuid}/invitations", tags=["invitations"])
proposals = APIRouter(prefix="/proposals", tags=["proposals"])


class Offer(Shape):
    """A grant to be offered: which rights, until when, and when the owner approves what leaves."""

    scopes: Scopes
    until: AwareDatetime
    needs_approval: NeedsApproval = NeedsApproval.ALWAYS
    mail_to: str = Field(default="", max_length=320, description="Where the link is to be mailed as well, if anywhere.")


class Invitation(Shape):
    """An open invitation; `accepted_by` waits for the owner's word."""

    id: UUID
    scopes: list[str]
    needs_approval: NeedsApproval
    until: datetime
    state: InvitationState
    expires_at: datetime
    accepted_by: Person | None = None
    accepted_with: str = Field(default="", description="The issuer of the sign-in of whoever accepted.")


class NewInvitation(Invitation):
    """An invitation with its link, which is shown this once."""

    link: str


class ProposalOf(Shape):
    """A grant to be proposed to an owner, with a word to them. The owner changes any of it."""

    scopes: Scopes
    until: AwareDatetime
    message: str = Field(default="", max_length=propose.LONGEST_MESSAGE)


class Proposal(Shape):
    """A proposal of the caller's own."""

    id: UUID
    scopes: list[str]
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


class NewProposal(Proposal):
    """A proposal with its link, which is shown this once."""

    link: str


@router.get("", summary="List open invitations")
async def list_invitations(desk: OwnerDesk) -> list[Invitation]:
    """Return what is offered or waits for the owner's word."""
    return [Invitation(**_plain(row, person)) for row, person in await invite.pending(desk)]


@router.post("", status_code=201, summary="Invite an assistant")
async def invite_assistant(request: Request, desk: OwnerDesk, _fresh: Fresh, offer: Offer) -> NewInvitation:
    """Offer a grant; whoever opens the link first may accept it, and you confirm who that was."""
    row, token = await invite.invite(
        desk,
        scopes=offer.scopes,
        until=offer.until,
        language=choose(request).code,
        needs_approval=offer.needs_approval,
        mail_to=offer.mail_to,
    )
    return NewInvitation(**_plain(row, None), link=link_of(request, token))


@router.put("/{invitation_id:uuid}/confirmation", summary="Confirm who accepted")
async def confirm_assistant(desk: OwnerDesk, _fresh: Fresh, invitation_id: UUID) -> Grant:
    """Give the grant to the person who accepted; a grant they had here before ends."""
    grant = await accept.confirm(desk, invitation_id, texts=texts_in)
    return Grant.of(grant, await people_of(desk))


@router.delete("/{invitation_id:uuid}", status_code=204, summary="Withdraw an invitation")
async def withdraw_invitation(desk: OwnerDesk, invitation_id: UUID) -> None:
    """Take an invitation back, or refuse whoever accepted it."""
    await invite.withdraw(desk, invitation_id)


@proposals.get("", summary="List one's own proposals")
async def list_proposals(resources: ResourcesHere, signed: SignedInPerson) -> list[Proposal]:
    """Return the caller's proposals, newest first."""
    return [Proposal.of(row) for row in await propose.proposals(resources, signed.person.id)]


@proposals.post("", status_code=201, summary="Prepare a proposal")
async def prepare_proposal(
    request: Request, resources: ResourcesHere, signed: SignedInPerson, wanted: ProposalOf
) -> NewProposal:
    """Prepare a grant for an owner who may have no mailbox here yet; they change any tick and connect."""
    row, token = await propose.propose(
        resources, signed.person.id, scopes=wanted.scopes, until=wanted.until, message=wanted.message
    )
    return NewProposal(**Proposal.of(row).model_dump(), link=link_of(request, token))


def link_of(request: Request, token: str) -> str:
    """Return the address to be sent to whoever is invited."""
    return f"{request.app.state.settings.public_url}/invitations/{token}"


def _plain(row: InvitationRow, person: PersonRow | None) -> dict[str, Any]:
    return {
        "id": row.id,
        "scopes": row.scopes,
        "needs_approval": row.needs_approval,
        "until": row.grant_until,
        "state": row.state,
        "expires_at": row.expires_at,
        "accepted_by": Person.of(person) if person else None,
        "accepted_with": person.issuer if person else "",
    }
