"""Private labels: no assistant sees a conversation that bears one of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from app.actions import private_labels
from app.actions.label import LONGEST_NAME
from app.models.mailbox import PrivateLabel as PrivateLabelRow
from app.web.api.shapes import PartWanted, Shape
from app.web.cursors import Cursors
from app.web.deps import OwnerDesk

router = APIRouter(prefix="/mailboxes/{mailbox_id:uuid}/private-labels", tags=["senders"])


class PrivateLabel(Shape):
    """A label (in Outlook: a category) whose conversations are private."""

    id: UUID
    label: str
    in_mailbox: bool = Field(description="False where no label of this name was found there: renamed, most likely.")
    created_at: datetime


class PrivateLabelPage(Shape):
    """A part of a list; `cursor` asks for the next and is empty at the end."""

    private_labels: list[PrivateLabel]
    cursor: str


class LabelMark(Shape):
    """The label to be private, by its name in the mailbox."""

    label: str = Field(max_length=LONGEST_NAME, examples=["Family"])


@router.get("", summary="List private labels")
async def list_private_labels(desk: OwnerDesk, listed: Annotated[PartWanted, Query()]) -> PrivateLabelPage:
    """Return the list, by name."""
    cursors = Cursors.at(desk, "private labels")
    part = await private_labels.part_of_private_labels(desk, size=listed.size, after=cursors.opened(listed.cursor))
    missing = await private_labels.not_in_mailbox(desk, part.rows)
    rows = [_shown(row, in_mailbox=row.id not in missing) for row in part.rows]
    return PrivateLabelPage(private_labels=rows, cursor=cursors.sealed(part.after))


@router.post("", status_code=201, summary="Make a label private")
async def mark_label(desk: OwnerDesk, mark: LabelMark) -> PrivateLabel:
    """Mark a label; in force at once, for mail that is there already too."""
    row = await private_labels.mark_label(desk, mark.label)
    return _shown(row, in_mailbox=not await private_labels.not_in_mailbox(desk, [row]))


@router.delete("/{label_id:uuid}", status_code=204, summary="Take a label off the list")
async def unmark_label(desk: OwnerDesk, label_id: UUID) -> None:
    """Forget that a label is private; what it alone made so is public from now on."""
    await private_labels.unmark_label(desk, label_id)


def _shown(row: PrivateLabelRow, *, in_mailbox: bool) -> PrivateLabel:
    return PrivateLabel(id=row.id, label=row.label, in_mailbox=in_mailbox, created_at=row.created_at)
