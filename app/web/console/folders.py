"""Which messages a list of the console shows: a folder, a label, the unread ones."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.locale.catalogues import N_
from app.providers.base import Folder, Listing

ALL = "all"
SIZE = 25

FOLDERS = {
    Folder.INBOX.value: N_("Inbox"),
    Folder.ARCHIVE.value: N_("Archive"),
    Folder.SENT.value: N_("Sent mail"),
    Folder.TRASH.value: N_("Trash"),
    Folder.SPAM.value: N_("Spam"),
    ALL: N_("All mail"),
}


class Wanted(BaseModel):
    """Which messages; `undo` names one that has just been moved."""

    model_config = ConfigDict(extra="ignore")  # the language switch and notices stand in the address too

    folder: Literal["inbox", "archive", "sent", "trash", "spam", "all"] = "inbox"
    label: str = Field(default="", max_length=225)
    unread: bool = False
    search: str = Field(default="", max_length=200)
    after: str = Field(default="", max_length=8000)
    undo: UUID | None = None

    @property
    def listing(self) -> Listing:
        """Return what the mailbox is asked for."""
        folder = None if self.folder == ALL else Folder(self.folder)
        return Listing(folder=folder, label=self.label, unread_only=self.unread, size=SIZE)

    @property
    def searching(self) -> bool:
        """Say whether words are looked for."""
        return bool(self.search.strip())

    def query(self, **changed: object) -> str:
        """Return how an address asks for this list, or for one that differs; what goes without saying is left out."""
        said = self.model_copy(update={"after": "", "undo": None, **changed}).model_dump(exclude_defaults=True)
        return urlencode(
            {"folder": self.folder, **said} | {name: "true" for name, value in said.items() if value is True}
        )

    @property
    def name(self) -> str:
        """Name this very list, so that its cursors fit no other."""
        return f"inbox {self.folder} {self.unread} {self.label!r} {self.search!r}"
