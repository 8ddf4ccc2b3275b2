"""The access review of a mailbox: who may do what, since when and until when, used last, and what nobody uses ended."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from app.actions import review
from app.web.api.grants import Grant
from app.web.api.shapes import PartWanted, Shape
from app.web.cursors import Cursors
from app.web.deps import OwnerDesk
from app.web.review_file import as_file

router = APIRouter(prefix="/mailboxes/{mailbox_id:uuid}/review", tags=["review"])


class Reviewed(Grant):
    """A grant that is not ended, by which team it came, and when anything was done under it last.

    `remark` is why to look at it: `over`, `expiring` (within 14 days), `never_used`, `unused` (for 30 days), or empty.
    """

    team: str
    last_used: date | None
    remark: review.Remark


class ReviewPage(Shape):
    """A part of a list; `cursor` asks for the next and is empty at the end."""

    review: list[Reviewed]
    cursor: str


class ReviewNoted(Shape):
    """That the accesses were reviewed, and which of the unused ones end with it."""

    end: list[UUID] = Field(default_factory=list, max_length=500)


class ReviewDone(Shape):
    """How many accesses have ended by a review."""

    ended: int


@router.get("", summary="Review accesses")
async def list_accesses(desk: OwnerDesk, listed: Annotated[PartWanted, Query()]) -> ReviewPage:
    """Return every grant that is not ended, the newest first."""
    cursors = Cursors.at(desk, "review")
    part = await review.part_of_review(desk, size=listed.size, after=cursors.opened(listed.cursor))
    return ReviewPage(review=[reviewed(each) for each in part.rows], cursor=cursors.sealed(part.after))


@router.post("", summary="Note a review")
async def note_review(desk: OwnerDesk, done: ReviewNoted) -> ReviewDone:
    """Note in the log that you have reviewed the accesses, and end those of the unused that you name."""
    return ReviewDone(ended=await review.note_review(desk, done.end))


@router.get("/table", summary="Save a review", response_class=Response)
async def save_review(desk: OwnerDesk) -> Response:
    """Return the whole review as a table for a spreadsheet."""
    return as_file(await review.review(desk))


def reviewed(each: review.Reviewed) -> Reviewed:
    """Return one access as a review shows it."""
    plain = Grant.of(each.grant, {each.person.id: each.person}).model_dump()
    return Reviewed(**plain, team=each.team, last_used=each.last_used, remark=each.remark)
