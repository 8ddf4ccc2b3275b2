"""Mailboxes: one's own, and those where one assists."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from app.actions import disconnect, mailboxes
from app.models.mailbox import ConsentLimit, MailboxState
from app.models.mailbox import Mailbox as MailboxRow
from app.web.api.shapes import PartWanted, Shape
from app.web.cursors import Cursors
from app.web.deps import Fresh, OwnerDesk, ResourcesHere, SignedInPerson
from app.web.programs import WorkDesk

router = APIRouter(prefix="/mailboxes", tags=["mailboxes"])


class Mailbox(Shape):
    """A connected mailbox; `part` is the caller's own in it."""

    id: UUID
    address: str
    provider: Literal["gmail", "graph"]
    state: MailboxState
    zone: str = Field(description="The owner's time zone (IANA).")
    part: Literal["owner", "assistant"]
    connected_at: datetime
    consent_until: datetime | None = Field(
        default=None, description="When the owner's consent ends by itself, if that is known; told to the owner alone."
    )
    consent_limit: ConsentLimit = Field(default=ConsentLimit.NONE, description="Why it ends: testing, or limited.")

    @classmethod
    def of(cls, row: MailboxRow, person_id: UUID | None) -> Mailbox:
        """Return a mailbox as this person knows it."""
        own = row.owner_id == person_id
        return cls(
            id=row.id,
            address=row.address,
            provider="gmail" if row.provider == "gmail" else "graph",
            state=row.state,
            zone=row.zone,
            part="owner" if own else "assistant",
            connected_at=row.created_at,
            consent_until=row.consent_until if own else None,
            consent_limit=row.consent_limit if own else ConsentLimit.NONE,
        )


class MailboxPage(Shape):
    """A part of a list; `cursor` asks for the next and is empty at the end."""

    mailboxes: list[Mailbox]
    cursor: str


class MailboxChange(Shape):
    """What can be changed of a mailbox."""

    zone: str = Field(max_length=60, examples=["America/Santiago"])


@router.get("", summary="List mailboxes")
async def list_mailboxes(
    resources: ResourcesHere, signed: SignedInPerson, listed: Annotated[PartWanted, Query()]
) -> MailboxPage:
    """Return the mailboxes the caller owns or has a grant at, by address."""
    cursors, whose = Cursors.of(resources, signed.person.id, "mailboxes"), signed.person.id
    after = cursors.opened(listed.cursor)
    part = await mailboxes.part_of_mailboxes(resources, whose, size=listed.size, after=after)
    return MailboxPage(mailboxes=[Mailbox.of(row, whose) for row in part.rows], cursor=cursors.sealed(part.after))


@router.get("/{mailbox_id:uuid}", summary="Look at a mailbox")
async def get_mailbox(desk: WorkDesk) -> Mailbox:
    """Return one mailbox."""
    return Mailbox.of(desk.mailbox, desk.actor.person_id)


@router.patch("/{mailbox_id:uuid}", summary="Change a mailbox's time zone")
async def change_mailbox(desk: OwnerDesk, change: MailboxChange) -> Mailbox:
    """Set the zone in which hours without a zone are meant; what is scheduled already keeps its moment."""
    await mailboxes.set_zone(desk, change.zone)
    desk.mailbox.zone = change.zone
    return Mailbox.of(desk.mailbox, desk.actor.person_id)


@router.delete("/{mailbox_id:uuid}", status_code=204, summary="Disconnect a mailbox")
async def disconnect_mailbox(desk: OwnerDesk, _fresh: Fresh) -> None:
    """Revoke the consent at the provider, destroy tokens and key, and hold what was scheduled."""
    await disconnect.disconnect(desk)
