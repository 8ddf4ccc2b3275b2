"""Private senders: the owner's list of addresses and domains that no assistant ever sees."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from app.actions import preview, private
from app.models.mailbox import SenderRule
from app.providers import base
from app.web.api.shapes import Address, PartWanted, Shape, addresses
from app.web.cursors import Cursors
from app.web.deps import OwnerDesk

router = APIRouter(prefix="/mailboxes/{mailbox_id:uuid}", tags=["senders"])


class Sender(Shape):
    """What the owner says of a sender: an address, or `@domain` for all of a domain."""

    id: UUID
    sender: str
    private: bool
    created_at: datetime

    @classmethod
    def of(cls, row: SenderRule) -> Sender:
        """Return a rule of the list."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class SenderPage(Shape):
    """A part of a list; `cursor` asks for the next and is empty at the end."""

    senders: list[Sender]
    cursor: str


class Mark(Shape):
    """`private` false says that a sender is never private, although the mail looks so."""

    sender: str = Field(max_length=private.LONGEST_ADDRESS, examples=["mother@example.com", "@bank.example"])
    private: bool = True


class Example(Shape):
    """A message that was looked at for the preview."""

    authors: list[Address]
    subject: str
    date: datetime

    @classmethod
    def of(cls, message: base.Message) -> Example:
        """Return what an owner needs to recognise it."""
        return cls(authors=addresses(message.authors), subject=message.subject, date=message.date)


class Preview(Shape):
    """What an assistant would see of the newest mail, and what not, by reason; the examples' key `seen` is what is."""

    seen: int
    private: dict[str, int]
    examples: dict[str, list[Example]]
    whole: bool = Field(description="False where there is more mail than was looked at.")


@router.get("/senders", summary="List private senders")
async def list_senders(desk: OwnerDesk, listed: Annotated[PartWanted, Query()]) -> SenderPage:
    """Return the list, by sender."""
    cursors = Cursors.at(desk, "senders")
    part = await private.part_of_senders(desk, size=listed.size, after=cursors.opened(listed.cursor))
    return SenderPage(senders=[Sender.of(row) for row in part.rows], cursor=cursors.sealed(part.after))


@router.post("/senders", status_code=201, summary="Mark a sender")
async def mark_sender(desk: OwnerDesk, mark: Mark) -> Sender:
    """Mark an address or a domain; in force at once, for mail that is there already too."""
    return Sender.of(await private.mark_sender(desk, mark.sender, private=mark.private))


@router.delete("/senders/{rule_id:uuid}", status_code=204, summary="Take a sender off the list")
async def unmark_sender(desk: OwnerDesk, rule_id: UUID) -> None:
    """Forget what was said of a sender."""
    await private.unmark_sender(desk, rule_id)


@router.get("/preview", summary="Preview what an assistant would see")
async def get_preview(desk: OwnerDesk) -> Preview:
    """Judge the newest mail as it would be judged for an assistant, spam and trash left out."""
    found = await preview.preview(desk)
    examples = {key or "seen": [Example.of(each) for each in messages] for key, messages in found.examples.items()}
    return Preview(seen=found.seen, private=found.private, examples=examples, whole=found.whole)
