"""Grants: who may do what here; narrowed, paused, resumed, revoked, and what was agreed about them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field

from app.access.scopes import Scope
from app.actions import agree, grants
from app.actions.desk import Desk
from app.actions.people import Names, people_of
from app.models.conditions import UNBOUND, Conditions
from app.models.grant import Grant as GrantRow
from app.models.grant import GrantStatus, NeedsApproval
from app.web.api.shapes import PartWanted, Person, Shape
from app.web.cursors import Cursors
from app.web.deps import AtDesk, OwnerDesk, SignedInPerson, fresh_person

router = APIRouter(prefix="/mailboxes/{mailbox_id:uuid}/grants", tags=["grants"])

Scopes = Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))]


class Wanted(Shape):
    """A grant as it is asked for."""

    scopes: Scopes
    until: AwareDatetime
    needs_approval: NeedsApproval = NeedsApproval.ALWAYS
    conditions: Conditions = UNBOUND


class Terms(Shape):
    """What a grant, or an offer of one, allows."""

    scopes: list[str]
    needs_approval: NeedsApproval
    conditions: Conditions | None = Field(description="What binds it besides; null if a newer version wrote it.")


class Grant(Terms):
    """One assistant at one mailbox. Every change raises `version` and voids approvals given before."""

    id: UUID
    assistant: Person
    status: GrantStatus
    version: int
    begins_at: datetime
    expires_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, row: GrantRow, names: Names) -> Grant:
        """Return a grant with its assistant's name."""
        own = {name: getattr(row, name) for name in Grant.model_fields if name != "assistant"}
        return cls(**own, assistant=Person.of(names[row.assistant_id]))


class GrantPage(Shape):
    """A part of a list; `cursor` asks for the next and is empty at the end."""

    grants: list[Grant]
    cursor: str


class Standing(Grant):
    """A grant with the sends of which nobody knows yet how they end; `done` once there are none."""

    in_flight: list[UUID] = Field(default_factory=list)
    done: bool = True


class Narrower(Shape):
    """What is left of a grant; what is not named stays. Nothing here can widen it."""

    scopes: Scopes | None = None
    until: AwareDatetime | None = None
    needs_approval: NeedsApproval | None = None
    conditions: Conditions | None = None


class Status(Shape):
    """`paused` stops an assistant for now, `active` lets her go on."""

    status: Literal["active", "paused"]


class Agreement(Shape):
    """What one side has agreed to, word for word."""

    grant_version: int
    person_id: UUID
    role: Literal["owner", "assistant"]
    text_version: str
    language: str
    scopes: list[str]
    sentences: list[str]
    conditions: Conditions | None
    expires_at: datetime
    agreed_at: datetime


class AgreementPage(Shape):
    """A part of a list; `cursor` asks for the next and is empty at the end."""

    agreements: list[Agreement]
    cursor: str


@router.get("", summary="List grants")
async def list_grants(desk: AtDesk, listed: Annotated[PartWanted, Query()]) -> GrantPage:
    """Return the grants at this mailbox, live ones first; an assistant sees her own."""
    cursors = Cursors.at(desk, "grants")
    part = await grants.part_of_grants(desk, size=listed.size, after=cursors.opened(listed.cursor))
    names = await people_of(desk)
    return GrantPage(grants=[Grant.of(row, names) for row in part.rows], cursor=cursors.sealed(part.after))


@router.get("/{grant_id:uuid}", summary="Look at a grant")
async def get_grant(desk: AtDesk, grant_id: UUID) -> Standing:
    """Return a grant, and what of it is on its way."""
    return await _standing(desk, grant_id)


@router.patch("/{grant_id:uuid}", summary="Narrow a grant")
async def narrow_grant(desk: OwnerDesk, grant_id: UUID, narrower: Narrower) -> Standing:
    """Take rights away, bring the end nearer, or ask for approval; what was scheduled is held."""
    now = await grants.grant_of(desk, grant_id)
    await grants.narrow(
        desk,
        grant_id,
        scopes=narrower.scopes or now.scopes,
        until=narrower.until or now.expires_at,
        needs_approval=narrower.needs_approval or now.needs_approval,
        conditions=narrower.conditions,
    )
    return await _standing(desk, grant_id)


@router.put("/{grant_id:uuid}/status", summary="Pause or resume a grant")
async def set_status(desk: OwnerDesk, signed: SignedInPerson, grant_id: UUID, wanted: Status) -> Standing:
    """Stop an assistant at once, or let her go on; going on needs a fresh sign-in."""
    if wanted.status == "paused":
        await grants.pause(desk, grant_id)
    else:
        await fresh_person(signed)
        await grants.resume(desk, grant_id)
    return await _standing(desk, grant_id)


@router.delete("/{grant_id:uuid}", summary="Revoke a grant")
async def revoke_grant(desk: OwnerDesk, grant_id: UUID) -> Standing:
    """End a grant for good, at once. No send begins after `done`; until then `in_flight` names what is on its way."""
    await grants.revoke(desk, grant_id)
    return await _standing(desk, grant_id)


@router.get("/{grant_id:uuid}/agreements", summary="What was agreed")
async def list_agreements(desk: AtDesk, grant_id: UUID, listed: Annotated[PartWanted, Query()]) -> AgreementPage:
    """Return what both sides have agreed to, oldest first."""
    cursors = Cursors.at(desk, f"agreements {grant_id}")
    after = cursors.opened(listed.cursor)
    part = await agree.part_of_agreements(desk, grant_id, size=listed.size, after=after)
    agreed = [Agreement(**{name: getattr(row, name) for name in Agreement.model_fields}) for row in part.rows]
    return AgreementPage(agreements=agreed, cursor=cursors.sealed(part.after))


async def _standing(desk: Desk, grant_id: UUID) -> Standing:
    grant = await grants.grant_of(desk, grant_id)
    on_its_way = await grants.in_flight(desk, grant_id)
    plain = Grant.of(grant, await people_of(desk)).model_dump()
    return Standing(**plain, in_flight=list(on_its_way), done=not on_its_way)
