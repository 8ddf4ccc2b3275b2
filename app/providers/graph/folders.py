"""Folders by their well-known names: what the owner sees of them is in her language, and she can rename it."""

from __future__ import annotations

from collections.abc import MutableMapping
from weakref import WeakKeyDictionary

from app.errors import MessageGone
from app.providers.base import Folder
from app.providers.calling import together
from app.providers.fields import word
from app.providers.graph.calls import Calls
from app.providers.transport import Transport

# learn.microsoft.com/graph/api/resources/mailfolder: the same in every language
WELL_KNOWN = {
    Folder.INBOX: "inbox",
    Folder.ARCHIVE: "archive",
    Folder.SENT: "sentitems",
    Folder.DRAFTS: "drafts",
    Folder.SPAM: "junkemail",
    Folder.TRASH: "deleteditems",
}
WITH_ALL_BELOW = (Folder.TRASH, Folder.SPAM, Folder.SENT, Folder.DRAFTS)
DEEPEST = 12
MOST_MAILBOXES = 10_000

Known = dict[str, Folder]  # by the folder's id, which stays for as long as the folder is there
# Six calls a mailbox, made once in a process and not for every request: a mailbox is opened anew for each.
_KNOWN: MutableMapping[Transport, dict[str, Known]] = WeakKeyDictionary()


class Folders:
    """The folders of one mailbox."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        mailboxes = _KNOWN.setdefault(calls.transport, {})
        if len(mailboxes) >= MOST_MAILBOXES:
            mailboxes.clear()
        self._known = mailboxes.setdefault(calls.mailbox, {})
        self._own: Known = {}  # the owner moves these about, so they are asked for each time a mailbox is opened

    async def of(self, folder_id: str) -> Folder:
        """Return where a message with that parent lies; a folder of the owner's own counts as the archive."""
        if not self._known:
            found = await together(self._id_of(name) for name in WELL_KNOWN.values())
            self._known |= {each: folder for each, folder in zip(found, WELL_KNOWN, strict=True) if each}
        if folder_id not in self._known and folder_id not in self._own:
            self._own[folder_id] = await self._below(folder_id)
        return self._known.get(folder_id) or self._own[folder_id]

    async def _below(self, folder_id: str) -> Folder:
        """Return the well-known folder that this one stands below, if what is in that one is below it too."""
        above = folder_id
        for _ in range(DEEPEST):
            try:
                node = self._calls.build.folders.by_mail_folder_id(above)
                above = word(await self._calls.get(node, {"$select": ["id", "parentFolderId"]}), "parentFolderId")
            except MessageGone:
                break
            if not above or self._known.get(above) in WITH_ALL_BELOW:
                break
        found = self._known.get(above)
        return found if found in WITH_ALL_BELOW else Folder.ARCHIVE

    async def _id_of(self, name: str) -> str:
        """Return a well-known folder's id, empty where the mailbox has none: an archive is made when first needed."""
        node = self._calls.build.folders.by_mail_folder_id(name)
        try:
            return word(await self._calls.get(node, {"$select": ["id"]}), "id")
        except MessageGone:
            return ""
