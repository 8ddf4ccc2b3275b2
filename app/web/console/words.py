"""The words in the box of a draft's page: every button of that page sends them along, and none loses them."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from pydantic import Field

from app.actions.desk import Desk
from app.actions.draft import edit_draft
from app.actions.writing import LONGEST_TEXT
from app.errors import BadRequest, Conflict, Denied, MessageGone
from app.web.forms import DraftForm

MOST = LONGEST_TEXT + 1
NOT_SAVED = (BadRequest, Conflict, Denied, MessageGone)


class WordsForm(DraftForm):
    """The words as they stand in the box; `shown` is the fingerprint of those with which the page came."""

    text: str = Field(default="", max_length=MOST)
    shown: str = Field(default="", pattern="^([0-9a-f]{64})?$")

    @property
    def changed(self) -> bool:
        """Whether somebody changed the words on the page; a form that does not say what was shown changed nothing."""
        return bool(self.shown) and fingerprint(self.text) != self.shown

    @property
    def typed(self) -> str:
        """Return the words that are to stand in the box again; empty for those of the mailbox."""
        return self.text if self.changed else ""


def fingerprint(text: str) -> str:
    """Return what tells two texts apart as a box shows them: a browser ends lines in its own way."""
    return sha256("\n".join(text.splitlines()).encode(errors="replace")).hexdigest()


async def saved(desk: Desk, draft_id: UUID, form: WordsForm) -> bytes | None:
    """Save the words if they were changed on the page; return the digest of the draft that is meant from now on.

    Raises one of NOT_SAVED if they are refused.
    """
    if not form.changed:
        return form.digest
    return (await edit_draft(desk, draft_id, form.text, sha256=form.digest)).sha256
