"""What Deskhand has told the caller, and what became of the letter about it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request

from app.actions import notices
from app.models.notice import NoticeKind, NoticeState
from app.web.api.shapes import Shape
from app.web.deps import ResourcesHere, SignedInPerson
from app.web.languages import choose

router = APIRouter(prefix="/notices", tags=["notices"])


class Notice(Shape):
    """One notice in the caller's language. `answer` is the mail server's code where it did not take the letter."""

    id: UUID
    kind: NoticeKind
    says: str
    link: str = Field(description="A page of this service.")
    state: NoticeState = Field(description="How far the letter has come; `shown` means that none leaves.")
    answer: str
    created_at: datetime
    read_at: datetime | None

    @classmethod
    def of(cls, row: notices.SeenNotice, public_url: str) -> Notice:
        """Return a notice with its link as a whole address."""
        plain = {name: getattr(row, name) for name in cls.model_fields if name != "link"}
        return cls(**plain, link=public_url + row.path)


@router.get("", summary="List one's own notices")
async def list_notices(request: Request, resources: ResourcesHere, signed: SignedInPerson) -> list[Notice]:
    """Return the newest hundred, newest first; those without `read_at` are new."""
    found = await notices.list_notices(resources, signed.person.id, choose(request))
    return [Notice.of(each, resources.settings.public_url) for each in found]


@router.put("/{notice_id:uuid}/read", status_code=204, summary="Mark a notice as read")
async def mark_read(resources: ResourcesHere, signed: SignedInPerson, notice_id: UUID) -> None:
    """Count a notice as read; one that was read before stays so."""
    await notices.mark_read(resources, signed.person.id, notice_id)
