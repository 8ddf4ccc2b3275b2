"""Hand-over notes at a mailbox: read by the owner, by their author, and by whoever stands in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from app.actions import handover, handovers
from app.web.api.shapes import PartWanted, Person, Shape
from app.web.cursors import Cursors
from app.web.deps import AssistantDesk, AtDesk

router = APIRouter(prefix="/mailboxes/{mailbox_id:uuid}", tags=["handovers"])


class Notes(Shape):
    """Hand-over notes as their author writes them; empty ones are thrown away."""

    text: str = Field(max_length=2 * handover.MOST)


class Handover(Shape):
    """Notes about an assistant's work here; `author` is herself or her team's lead."""

    id: UUID
    assistant: Person
    author: Person
    text: str
    written_at: datetime


class HandoverPage(Shape):
    """A part of a list; `cursor` asks for the next and is empty at the end."""

    handovers: list[Handover]
    cursor: str


@router.get("/handovers", summary="List hand-over notes")
async def list_handovers(desk: AtDesk, listed: Annotated[PartWanted, Query()]) -> HandoverPage:
    """Return the notes that the caller may read, the newest first.

    The owner may read all of them; an assistant her own, and those about whomever she stands in for.
    """
    cursors = Cursors.at(desk, "handovers")
    part = await handovers.part_of_handovers(desk, size=listed.size, after=cursors.opened(listed.cursor))
    return HandoverPage(handovers=[_shape(each) for each in part.rows], cursor=cursors.sealed(part.after))


@router.get("/handover", summary="Look at one's own notes")
async def get_handover(desk: AssistantDesk) -> Notes:
    """Return the caller's own notes, empty if she keeps none."""
    return Notes(text=await handovers.own_handover(desk))


@router.put("/handover", summary="Keep one's own notes")
async def put_handover(desk: AssistantDesk, notes: Notes) -> Notes:
    """Put notes in the place of the caller's own; whoever is named to stand in for her reads them first."""
    await handover.write_handover(desk, notes.text)
    return Notes(text=await handovers.own_handover(desk))


def _shape(each: handovers.Handed) -> Handover:
    return Handover(
        id=each.id,
        assistant=Person.of(each.assistant),
        author=Person.of(each.author),
        text=each.text,
        written_at=each.written_at,
    )
