"""Invitations of assistants by their owner."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request

from app.actions import accept, invite
from app.actions.pending import Waiting, part_of_pending
from app.actions.people import people_of
from app.models.grant import InvitationState
from app.web.api.grants import Grant, Terms, Wanted
from app.web.api.links import link_of
from app.web.api.shapes import PartWanted, Person, Shape
from app.web.cursors import Cursors
from app.web.deps import Fresh, OwnerDesk, texts_in
from app.web.languages import choose
from app.web.repeats import Key, same_id

router = APIRouter(prefix="/mailboxes/{mailbox_id:uuid}/invitations", tags=["invitations"])


class Offer(Wanted):
    """A grant to be offered: which rights, until when, what binds it, and when the owner approves what leaves."""

    mail_to: str = Field(default="", max_length=320, description="Where the link is to be mailed as well, if anywhere.")


class Invitation(Terms):
    """An open invitation; `accepted_by` waits for the owner's word.

    Of one by a team's lead: `name` as she calls whom she has named, `stands_in_id` the member that person stands in
    for, and `begins_at` her first moment.
    """

    id: UUID
    until: datetime
    state: InvitationState
    expires_at: datetime
    name: str = ""
    stands_in_id: UUID | None = None
    begins_at: datetime | None = None
    accepted_by: Person | None = None
    accepted_with: str = Field(default="", description="The issuer of the sign-in of whoever accepted.")


class InvitationPage(Shape):
    """A part of a list; `cursor` asks for the next and is empty at the end."""

    invitations: list[Invitation]
    cursor: str


class NewInvitation(Invitation):
    """An invitation with its link, which is shown this once."""

    link: str


@router.get("", summary="List open invitations")
async def list_invitations(desk: OwnerDesk, listed: Annotated[PartWanted, Query()]) -> InvitationPage:
    """Return what is offered or waits for the owner's word, newest first."""
    cursors = Cursors.at(desk, "invitations")
    part = await part_of_pending(desk, size=listed.size, after=cursors.opened(listed.cursor))
    offers = [Invitation(**_plain(each)) for each in part.rows]
    return InvitationPage(invitations=offers, cursor=cursors.sealed(part.after))


@router.post("", status_code=201, summary="Invite an assistant")
async def invite_assistant(
    request: Request, desk: OwnerDesk, _fresh: Fresh, offer: Offer, key: Key = ""
) -> NewInvitation:
    """Offer a grant; whoever opens the link first may accept it, and you confirm who that was.

    A call repeated with the same `Idempotency-Key` and body returns the offer it made before, with the same link.
    """
    row, token = await invite.invite(
        desk,
        scopes=offer.scopes,
        until=offer.until,
        language=choose(request).code,
        needs_approval=offer.needs_approval,
        conditions=offer.conditions,
        mail_to=offer.mail_to,
        same_id=same_id(desk.mailbox.id, desk.actor.person_id, key, offer.model_dump_json()),
    )
    return NewInvitation(**_plain((row, None)), link=link_of(request, token))


@router.put("/{invitation_id:uuid}/confirmation", summary="Confirm who accepted")
async def confirm_assistant(desk: OwnerDesk, _fresh: Fresh, invitation_id: UUID) -> Grant:
    """Give the grant to the person who accepted; a grant they had here before ends."""
    grant = await accept.confirm(desk, invitation_id, texts=texts_in)
    return Grant.of(grant, await people_of(desk))


@router.delete("/{invitation_id:uuid}", status_code=204, summary="Withdraw an invitation")
async def withdraw_invitation(desk: OwnerDesk, invitation_id: UUID) -> None:
    """Take an invitation back, or refuse whoever accepted it."""
    await invite.withdraw(desk, invitation_id)


def _plain(waiting: Waiting) -> dict[str, Any]:
    row, person = waiting
    return {
        "id": row.id,
        "scopes": row.scopes,
        "needs_approval": row.needs_approval,
        "conditions": row.conditions,
        "until": row.grant_until,
        "state": row.state,
        "expires_at": row.expires_at,
        "name": row.name,
        "stands_in_id": row.stands_in_id,
        "begins_at": row.begins_at,
        "accepted_by": Person.of(person) if person else None,
        "accepted_with": person.issuer if person else "",
    }
