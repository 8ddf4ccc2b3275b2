"""What the forms of our pages send: each a model that refuses fields no form of ours has."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from app.actions.sign_in import ReturnTo


class PostForm(BaseModel):
    """The base of them all; the token itself is checked by the CSRF guard."""

    model_config = ConfigDict(extra="forbid")

    csrf: str = ""


class DraftForm(PostForm):
    """Anything about a draft: `sha256` (hex) is the digest of the text that stood on the page."""

    sha256: str = Field(default="", pattern="^([0-9a-f]{64})?$")

    @property
    def digest(self) -> bytes | None:
        """Return which text was read, None if the form does not say."""
        return bytes.fromhex(self.sha256) or None


class Departure(PostForm):
    """Away to a provider: where to come back to, by name and ids. `mailbox` is the address to be connected again.

    `again` says that whoever is signed in shows once more who she is, for a step that gives access.
    """

    return_to: ReturnTo = ReturnTo.HOME
    return_id: str = Field(default="", max_length=200)
    mailbox: str = Field(default="", max_length=320)
    again: bool = False
