"""What the JSON API takes and gives: neutral words and ids of ours, never a provider's.

Every shape refuses members it does not know. Moments are aware, in UTC; a wall time has its zone beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.actions.listed import SeenMessage
from app.models.person import Person as PersonRow
from app.providers import base
from app.rules import difference


class Shape(BaseModel):
    """The base of them all."""

    model_config = ConfigDict(extra="forbid")


class PartWanted(Shape):
    """Which part of a list: how many at the most, and behind which `cursor` (of the part before)."""

    size: int = Field(default=50, ge=1, le=100)
    cursor: str = Field(default="", max_length=4000)


class Problem(Shape):
    """A refusal or failure (RFC 9457). `code` is stable; `detail` is a sentence in the caller's language."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request_id: str


class Person(Shape):
    """Somebody who signs in; the address is for show, it proves nothing. An erased one has neither name nor address."""

    id: UUID
    name: str
    email: str

    @classmethod
    def of(cls, row: PersonRow) -> Person:
        """Return how a person is shown to another."""
        return cls(id=row.id, name=row.name, email=row.email)


class Address(Shape):
    """One address of a header."""

    email: str
    name: str = ""


class Piece(Shape):
    """A piece of a draft's words, in order, and what became of it since its author wrote last."""

    change: difference.Change
    text: str


class Message(Shape):
    """A message without its body; `snippet` is empty without the right to read."""

    id: UUID
    folder: base.Folder
    date: datetime
    authors: list[Address]
    to: list[Address]
    cc: list[Address]
    subject: str
    snippet: str
    unread: bool
    labels: list[str]

    @classmethod
    def of(cls, seen: SeenMessage) -> Message:
        """Return a message under its id of ours."""
        message = seen.message
        return cls(
            id=seen.id,
            folder=message.folder,
            date=message.date,
            authors=addresses(message.authors),
            to=addresses(message.to),
            cc=addresses(message.cc),
            subject=message.subject,
            snippet=message.snippet,
            unread=message.unread,
            labels=sorted(message.labels),
        )


class Attachment(Shape):
    """A file that hangs on a message, asked for by its number; `size` in bytes."""

    number: int
    name: str
    media_type: str
    size: int


def addresses(given: Iterable[base.Address]) -> list[Address]:
    """Return addresses as the API gives them."""
    return [Address(email=each.email, name=each.name) for each in given]


def attachments(given: Iterable[base.Attachment]) -> list[Attachment]:
    """Return attachments by their numbers, 0 the first."""
    return [
        Attachment(number=number, name=each.name, media_type=each.media_type, size=each.size)
        for number, each in enumerate(given)
    ]


PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "Refused: the problem says why, with a stable `code`.",
        "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
    }
}


def pieces(found: Iterable[difference.Piece]) -> list[Piece]:
    """Return what became of somebody's words, in the API's shape."""
    return [Piece(change=each.change, text=each.text) for each in found]
