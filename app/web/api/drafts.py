"""Drafts of replies in the owner's mailbox."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, model_validator

from app.actions import discard, draft, open_drafts
from app.actions.drafted import changes_of
from app.actions.reply_template import reply_with_template
from app.actions.writing import LONGEST_TEXT
from app.models.draft import Draft as DraftRow
from app.models.draft import DraftState
from app.rules.filling import MOST_BLANKS
from app.web.api.shapes import Address, Attachment, PartWanted, Piece, Shape, addresses, attachments, pieces
from app.web.cursors import Cursors
from app.web.programs import WorkDesk
from app.web.repeats import Key, repeated_draft, same_id

router = APIRouter(prefix="/mailboxes/{mailbox_id:uuid}/drafts", tags=["drafts"])

Digest = Annotated[str, Field(pattern="^([0-9a-fA-F]{64})?$")]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]


class DraftHead(Shape):
    """A draft without its words; `grant_id` is null for one the owner wrote."""

    id: UUID
    message_id: UUID
    grant_id: UUID | None
    author_id: UUID
    state: DraftState
    created_at: datetime
    updated_at: datetime


class DraftPage(Shape):
    """A part of a list; `cursor` asks for the next and is empty at the end."""

    drafts: list[DraftHead]
    cursor: str


class Draft(DraftHead):
    """A draft as it stands in the mailbox now. `sha256` (hex) is what an approval names."""

    authors: list[Address]
    to: list[Address]
    cc: list[Address]
    bcc: list[Address]
    subject: str
    text: str
    quoted: str
    attachments: list[Attachment]
    sha256: str
    changes: list[Piece] = Field(description="What others have made of its author's words; empty if nothing.")
    edited_by_hand: bool = Field(description="Somebody changed it in the mailbox since it was written from here.")


class Filled(Shape):
    """An approved text with its blanks filled."""

    id: UUID
    values: dict[str, Annotated[str, Field(max_length=500)]] = Field(default_factory=dict, max_length=MOST_BLANKS)


class NewDraft(Shape):
    """A reply to be written, in words of one's own or by a template.

    To whom it goes is worked out from the message, never given.
    """

    message_id: UUID
    text: Text = ""
    template: Filled | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.text and self.template:
            raise ValueError("give either a text or a template")
        return self


class DraftChange(Shape):
    """Other words; to whom it goes stays. `sha256` names what was read, for a draft that was edited by hand."""

    text: Text
    sha256: Digest = ""


@router.get("", summary="List open drafts")
async def list_drafts(desk: WorkDesk, listed: Annotated[PartWanted, Query()]) -> DraftPage:
    """Return the drafts that wait in the mailbox, newest first; an assistant sees her own."""
    cursors = Cursors.at(desk, "drafts")
    part = await open_drafts.part_of_drafts(desk, size=listed.size, after=cursors.opened(listed.cursor))
    return DraftPage(drafts=[DraftHead(**_head(row)) for row in part.rows], cursor=cursors.sealed(part.after))


@router.post("", status_code=201, summary="Write a draft")
async def write_draft(desk: WorkDesk, new: NewDraft, key: Key = "") -> Draft:
    """Write a reply into the conversation of a message, where the owner sees it at once.

    A call repeated with the same `Idempotency-Key` and body returns the draft it made before.
    """
    draft_id = same_id(desk.mailbox.id, desk.actor.caller, key, new.message_id, new.model_dump_json())
    before = await repeated_draft(desk, draft_id) if draft_id else None
    return await _draft(desk, before or await _written(desk, new, draft_id))


async def _written(desk: WorkDesk, new: NewDraft, draft_id: UUID | None) -> draft.SeenDraft:
    if new.template is None:
        return await draft.write_draft(desk, new.message_id, new.text, draft_id=draft_id)
    template = new.template
    return await reply_with_template(desk, new.message_id, template.id, template.values, draft_id=draft_id)


@router.get("/{draft_id:uuid}", summary="Read a draft")
async def get_draft(desk: WorkDesk, draft_id: UUID) -> Draft:
    """Return a draft as it stands in the mailbox."""
    return await _draft(desk, await draft.see_draft(desk, draft_id))


@router.patch("/{draft_id:uuid}", summary="Change a draft")
async def edit_draft(desk: WorkDesk, draft_id: UUID, change: DraftChange) -> Draft:
    """Replace the words of a draft; an approval of it is void then.

    The words that stand in the mailbox already change nothing, and an approval stays.
    """
    digest = bytes.fromhex(change.sha256) or None
    return await _draft(desk, await draft.edit_draft(desk, draft_id, change.text, sha256=digest))


@router.delete("/{draft_id:uuid}", status_code=204, summary="Throw a draft away")
async def discard_draft(desk: WorkDesk, draft_id: UUID) -> None:
    """Delete an unsent draft, and what was scheduled of it; one that is gone from the mailbox is taken off the list."""
    await discard.discard_draft(desk, draft_id)


async def _draft(desk: WorkDesk, seen: draft.SeenDraft) -> Draft:
    message, changes = seen.draft.message, await changes_of(desk, seen.row, seen.draft.text)
    return Draft(
        **_head(seen.row),
        authors=addresses(message.authors),
        to=addresses(message.to),
        cc=addresses(message.cc),
        bcc=addresses(message.bcc),
        subject=message.subject,
        text=seen.draft.text,
        quoted=seen.quoted,
        attachments=attachments(seen.draft.attachments),
        sha256=seen.sha256.hex(),
        changes=pieces(changes),
        edited_by_hand=seen.edited_by_hand,
    )


def _head(row: DraftRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in DraftHead.model_fields}
