"""The owner's approval of exactly one text of a draft."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from app.actions import approve
from app.actions import send_back as back
from app.actions.decline import decline
from app.actions.send_back import LONGEST_WORD
from app.web.api.shapes import Shape
from app.web.deps import OwnerDesk

router = APIRouter(prefix="/mailboxes/{mailbox_id:uuid}/drafts", tags=["drafts"])


class ApprovalOf(Shape):
    """Which text is approved: the `sha256` of the draft as it was read."""

    sha256: str = Field(pattern="^[0-9a-fA-F]{64}$")


class Approval(Shape):
    """The owner's yes. It holds for this text, this hour (null leaves it open) and this version of the grant, once."""

    draft_id: UUID
    sha256: str
    due_at: datetime | None
    grant_version: int
    approved_at: datetime


@router.put("/{draft_id:uuid}/approval", summary="Approve a draft")
async def approve_draft(desk: OwnerDesk, draft_id: UUID, wanted: ApprovalOf) -> Approval:
    """Approve exactly the text whose digest is given; refused if the mailbox holds another by now."""
    given = await approve.approve(desk, draft_id, sha256=bytes.fromhex(wanted.sha256))
    return Approval(
        draft_id=given.draft_id,
        sha256=given.content_sha256.hex(),
        due_at=given.due_at,
        grant_version=given.grant_version,
        approved_at=given.approved_at,
    )


class Word(Shape):
    """What should be different."""

    word: str = Field(max_length=LONGEST_WORD)


@router.put("/{draft_id:uuid}/return", status_code=204, summary="Send a draft back")
async def send_back(desk: OwnerDesk, draft_id: UUID, wanted: Word) -> None:
    """Ask for other words: what was scheduled is held, and the draft waits for its writer."""
    await back.send_back(desk, draft_id, wanted.word)


@router.delete("/{draft_id:uuid}/approval", status_code=204, summary="Decline a draft")
async def decline_draft(desk: OwnerDesk, draft_id: UUID) -> None:
    """Say no, or take a yes back: what was scheduled of it is cancelled, the draft stays in the mailbox."""
    await decline(desk, draft_id)
