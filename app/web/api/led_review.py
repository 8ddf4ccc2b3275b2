"""A lead's access review: everybody she has named, over all mailboxes, and what nobody uses ended."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request

from app.actions import led_review
from app.web.api.review import ReviewDone, Reviewed, ReviewNoted, reviewed
from app.web.api.shapes import PartWanted, Shape
from app.web.cursors import Cursors
from app.web.deps import ResourcesHere, SignedInPerson

router = APIRouter(prefix="/teams/review", tags=["teams"])


class ReviewedMember(Reviewed):
    """A member's grant that is not ended, and where: `access_id` is the team's at that mailbox, `member_id` hers."""

    access_id: UUID
    member_id: UUID | None
    mailbox: str


class ReviewedMemberPage(Shape):
    """A part of a list; `cursor` asks for the next and is empty at the end."""

    review: list[ReviewedMember]
    cursor: str


@router.get("", summary="Review one's members' accesses")
async def list_accesses(
    resources: ResourcesHere, signed: SignedInPerson, listed: Annotated[PartWanted, Query()]
) -> ReviewedMemberPage:
    """Return every grant that the caller has led to and that is not ended, the newest first; never a message."""
    cursors, lead_id = Cursors.of(resources, signed.person.id, "led review"), signed.person.id
    after = cursors.opened(listed.cursor)
    part = await led_review.part_of_led_review(resources, lead_id, size=listed.size, after=after)
    return ReviewedMemberPage(review=[_shape(each) for each in part.rows], cursor=cursors.sealed(part.after))


@router.post("", summary="Note a lead's review")
async def note_review(
    request: Request, resources: ResourcesHere, signed: SignedInPerson, done: ReviewNoted
) -> ReviewDone:
    """Note in each mailbox's log that you have reviewed your members, and end those of the unused that you name."""
    request_id = str(getattr(request.state, "request_id", ""))
    ended = await led_review.note_led_review(
        resources, signed.person.id, done.end, surface="api", request_id=request_id
    )
    return ReviewDone(ended=ended)


def _shape(each: led_review.ReviewedMember) -> ReviewedMember:
    return ReviewedMember(
        **reviewed(each).model_dump(),
        access_id=each.access.id,
        member_id=each.grant.member_id,
        mailbox=each.access.address,
    )
