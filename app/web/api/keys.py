"""Keys for programs: an assistant makes them under her own grant and ends them; the owner sees and ends them too."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field

from app.access.scopes import Scope
from app.actions import end_key, make_key, program_keys
from app.models.program_key import ProgramKey
from app.web.api.shapes import PartWanted, Shape
from app.web.cursors import Cursors
from app.web.deps import AtDesk, Fresh
from app.web.repeats import Key, same_id

router = APIRouter(prefix="/mailboxes/{mailbox_id:uuid}/keys", tags=["keys"])


class NewProgramKey(Shape):
    """A key to be made: for which program, until when, with which of one's own rights (none named: all of them)."""

    name: str = Field(max_length=make_key.LONGEST_NAME, examples=["Nightly labels"])
    until: AwareDatetime
    scopes: list[Scope] = Field(default_factory=list, max_length=len(Scope))


class Program(Shape):
    """A program's key, without its secret. What it opens now is what of `scopes` the grant still has."""

    id: UUID
    grant_id: UUID
    person_id: UUID
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = Field(description="The full hour of its last use.")


class MadeKey(Program):
    """A key with its secret, which is shown this once: `Authorization: Bearer SECRET`."""

    secret: str = Field(description="Empty where a repeated call finds the key that it made before.")


class KeyPage(Shape):
    """A part of a list; `cursor` asks for the next and is empty at the end."""

    keys: list[Program]
    cursor: str


@router.get("", summary="List keys for programs")
async def list_keys(desk: AtDesk, listed: Annotated[PartWanted, Query()]) -> KeyPage:
    """Return the keys that are good at this mailbox, newest first; an assistant sees her own."""
    cursors = Cursors.at(desk, "keys")
    part = await program_keys.part_of_keys(desk, size=listed.size, after=cursors.opened(listed.cursor))
    return KeyPage(keys=[Program(**_plain(row)) for row in part.rows], cursor=cursors.sealed(part.after))


@router.post("", status_code=201, summary="Make a key for a program")
async def make_program_key(desk: AtDesk, _fresh: Fresh, new: NewProgramKey, key: Key = "") -> MadeKey:
    """Make a key under the caller's own grant, never wider. It opens the messages, drafts and scheduled sends here.

    A call repeated with the same `Idempotency-Key` and body makes no second key, and does not show the secret again.
    """
    repeated = same_id(desk.mailbox.id, desk.actor.caller, key, "key", new.model_dump_json())
    row, secret = await make_key.make_key(desk, name=new.name, until=new.until, scopes=new.scopes, same_id=repeated)
    return MadeKey(**_plain(row), secret=secret)


@router.delete("/{key_id:uuid}", status_code=204, summary="End a key")
async def end_program_key(desk: AtDesk, key_id: UUID) -> None:
    """End a key at once, and nothing else; what its program has scheduled is held."""
    await end_key.end_key(desk, key_id)


def _plain(row: ProgramKey) -> dict[str, Any]:
    return {name: getattr(row, name) for name in Program.model_fields}
