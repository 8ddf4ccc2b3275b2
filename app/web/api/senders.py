"""Private senders: the owner's list of addresses and domains that no assistant ever sees."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from app.actions import preview, private
from app.models.conditions import MOST_NAMED, Conditions, MailKind
from app.models.mailbox import SenderRule
from app.providers import base
from app.rules.addresses import LONGEST_ADDRESS
from app.web.api.shapes import Address, PartWanted, Shape, addresses
from app.web.cursors import Cursors
from app.web.deps import OwnerDesk

router = APIRouter(prefix="/mailboxes/{mailbox_id:uuid}", tags=["senders"])


class Sender(Shape):
    """What the owner says of a sender: an address, or `@domain` for all of a domain."""

    id: UUID
    sender: str
    private: bool
    excepted: list[str] = Field(description="Kinds of mail that an assistant may see of a private sender even so.")
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

    sender: str = Field(max_length=LONGEST_ADDRESS, examples=["mother@example.com", "@bank.example"])
    private: bool = True
    excepted: list[MailKind] = Field(default_factory=list, max_length=len(MailKind))


class Tried(Shape):
    """Conditions to be tried on the newest mail."""

    senders: list[str] = Field(default_factory=list, max_length=MOST_NAMED)
    labels_in: list[str] = Field(default_factory=list, max_length=MOST_NAMED)
    labels_out: list[str] = Field(default_factory=list, max_length=MOST_NAMED)
    kinds: list[MailKind] = Field(default_factory=list, max_length=len(MailKind))


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
    outside: int = Field(description="Public, but not among what the conditions cover that are tried.")
    examples: dict[str, list[Example]]
    kinds: dict[MailKind, int] = Field(description="What is public, by kind.")
    labels: dict[str, int] = Field(description="What is public, by label.")
    senders: dict[str, int] = Field(description="What is public, by the address of whoever wrote it.")
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
    return Sender.of(await private.mark_sender(desk, mark.sender, private=mark.private, excepted=mark.excepted))


@router.delete("/senders/{rule_id:uuid}", status_code=204, summary="Take a sender off the list")
async def unmark_sender(desk: OwnerDesk, rule_id: UUID) -> None:
    """Forget what was said of a sender."""
    await private.unmark_sender(desk, rule_id)


@router.get("/preview", summary="Preview what an assistant would see")
async def get_preview(desk: OwnerDesk, tried: Annotated[Tried, Query()]) -> Preview:
    """Judge the newest mail as it would be judged for an assistant, spam and trash left out."""
    found = await preview.preview(desk, conditions=Conditions(**tried.model_dump()))
    examples = {key or "seen": [Example.of(each) for each in messages] for key, messages in found.examples.items()}
    counts = {name: getattr(found, name) for name in Preview.model_fields if name != "examples"}
    return Preview(**counts, examples=examples)
