"""Removals: an assistant leaves every mailbox of an owner's in one act, with a certificate that can be checked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from app.access.acts import Act
from app.actions import certificate, ended, remove
from app.actions.resources import Resources
from app.actions.signing import LONGEST
from app.web.api.shapes import PartWanted, Person, Shape
from app.web.api.stops import EndedGrant
from app.web.cursors import Cursors
from app.web.deps import ResourcesHere, SignedInPerson

router = APIRouter(tags=["removals"])


class NewRemoval(Shape):
    """Who is to leave."""

    assistant_id: UUID


class Removal(Shape):
    """A removal, or a grant that was ended alone (`id` is then the grant's). No send begins after `done`."""

    id: UUID
    removed_at: datetime
    assistant: Person
    grants: list[EndedGrant]
    in_flight: list[UUID]
    done: bool

    @classmethod
    def of(cls, removal_id: UUID, rows: list[ended.Ended]) -> Removal:
        """Return a removal with what it ended."""
        grants = [EndedGrant.of(row) for row in rows]
        return cls(
            id=removal_id,
            removed_at=rows[0].entry.at,
            assistant=Person.of(rows[0].assistant),
            grants=grants,
            in_flight=[send_id for each in grants for send_id in each.in_flight],
            done=ended.done(rows),
        )


class RemovalPage(Shape):
    """A part of a list; `cursor` asks for the next and is empty at the end."""

    removals: list[Removal]
    cursor: str


class Handed(Shape):
    """A certificate as text, as it was saved."""

    certificate: str = Field(max_length=LONGEST)


class Verdict(Shape):
    """What became of checking: `genuine` if it was made here and not changed, `holds` by mailbox of it."""

    genuine: bool
    holds: dict[str, bool]


@router.get("/removals", summary="List one's own removals")
async def list_removals(
    resources: ResourcesHere, signed: SignedInPerson, listed: Annotated[PartWanted, Query()]
) -> RemovalPage:
    """Return every access that the caller has ended as an owner, newest first."""
    cursors = Cursors.of(resources, signed.person.id, "removals")
    after = cursors.opened(listed.cursor)
    part = await ended.part_of_acts(resources, signed.person.id, Act.REVOKE, size=listed.size, after=after)
    removals = [Removal.of(rows[0].act_id, rows) for rows in part.rows]
    return RemovalPage(removals=removals, cursor=cursors.sealed(part.after))


@router.post("/removals", status_code=201, summary="Remove an assistant from all one's mailboxes")
async def remove_assistant(resources: ResourcesHere, signed: SignedInPerson, wanted: NewRemoval) -> Removal:
    """End every grant of an assistant at once. Asked again, it answers with the removal that was made before."""
    removal_id = await remove.remove(resources, signed.person.id, wanted.assistant_id, surface="api")
    return await _removal(resources, signed.person.id, removal_id)


@router.get("/removals/{removal_id:uuid}", summary="Look at a removal")
async def get_removal(resources: ResourcesHere, signed: SignedInPerson, removal_id: UUID) -> Removal:
    """Return what it ended, and what is on its way."""
    return await _removal(resources, signed.person.id, removal_id)


@router.get("/removals/{removal_id:uuid}/certificate", summary="The certificate of a removal")
async def get_certificate(resources: ResourcesHere, signed: SignedInPerson, removal_id: UUID) -> dict[str, Any]:
    """Return the signed document: who lost what, when, by whom, and how what was on its way has ended."""
    return (await certificate.certificate_of(resources, signed.person.id, removal_id)).signed


@router.post("/certificates/verification", summary="Check a certificate")
async def verify_certificate(resources: ResourcesHere, _signed: SignedInPerson, handed: Handed) -> Verdict:
    """Say whether a certificate is genuine, and whether the chains still hold the entries it names."""
    checked = await certificate.check(resources, handed.certificate)
    return Verdict(genuine=checked.said is not None, holds=dict(checked.holds))


async def _removal(resources: Resources, owner_id: UUID, removal_id: UUID) -> Removal:
    return Removal.of(removal_id, await remove.removal_of(resources, owner_id, removal_id))
