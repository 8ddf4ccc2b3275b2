"""Templates: reply texts that the owner has approved, with blanks that are filled each time."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from app.actions import templates
from app.actions import write_template as writing
from app.actions.writing import LONGEST_TEXT
from app.rules.filling import BlankKind
from app.web.api.shapes import PartWanted, Shape
from app.web.cursors import Cursors
from app.web.deps import Fresh, OwnerDesk
from app.web.programs import WorkDesk

router = APIRouter(prefix="/mailboxes/{mailbox_id:uuid}/templates", tags=["templates"])

Text = Annotated[str, Field(max_length=LONGEST_TEXT, description="`{{name}}` or `{{day:date}}` is a blank.")]


class Blank(Shape):
    """What has to be filled in, and with what kind of value."""

    name: str
    kind: BlankKind


class Template(Shape):
    """A text in force."""

    id: UUID
    name: str
    language: str
    version: int
    text: str
    blanks: list[Blank]
    created_at: datetime

    @classmethod
    def of(cls, approved: templates.Approved) -> Template:
        """Return a template with its words."""
        row = approved.row
        plain = {name: getattr(row, name) for name in ("id", "name", "language", "version", "created_at")}
        return cls(
            **plain, text=approved.text, blanks=[Blank(name=each.name, kind=each.kind) for each in approved.blanks]
        )


class TemplatePage(Shape):
    """A part of a list; `cursor` asks for the next and is empty at the end."""

    templates: list[Template]
    cursor: str


class NewTemplate(Shape):
    """A text to be kept."""

    name: str = Field(max_length=writing.LONGEST_NAME)
    language: Literal["es", "fr", "en"]
    text: Text


class Words(Shape):
    """Other words for a template."""

    text: Text


@router.get("", summary="List templates")
async def list_templates(desk: WorkDesk, listed: Annotated[PartWanted, Query()]) -> TemplatePage:
    """Return the texts that may be replied with here, by name; to an assistant those that her access covers."""
    cursors = Cursors.at(desk, "templates")
    part = await templates.part_of_templates(desk, size=listed.size, after=cursors.opened(listed.cursor))
    return TemplatePage(templates=[Template.of(each) for each in part.rows], cursor=cursors.sealed(part.after))


@router.post("", status_code=201, summary="Write a template")
async def write_template(desk: OwnerDesk, _fresh: Fresh, new: NewTemplate) -> Template:
    """Keep a text. What you write here may leave in your name without your seeing it, where a grant says so."""
    made = await writing.write_template(desk, name=new.name, language=new.language, text=new.text)
    return Template.of(made)


@router.put("/{template_id:uuid}", summary="Write a template anew")
async def rewrite_template(desk: OwnerDesk, _fresh: Fresh, template_id: UUID, words: Words) -> Template:
    """Put other words in its place, as its next version."""
    return Template.of(await writing.rewrite_template(desk, template_id, words.text))


@router.delete("/{template_id:uuid}", status_code=204, summary="End a template")
async def end_template(desk: OwnerDesk, template_id: UUID) -> None:
    """Have a text used no more."""
    await writing.end_template(desk, template_id)
