"""The folders of a practice Outlook mailbox. Names follow the owner's language, so programs go by well-known ones."""

from __future__ import annotations

from dataclasses import dataclass

from app.sandbox.graph.ids import FOLDER, fresh_id, lasting_id

ROOT = "msgfolderroot"
# English, Spanish, French, as Outlook shows them.
WELL_KNOWN = {
    "inbox": ("Inbox", "Bandeja de entrada", "Boîte de réception"),
    "drafts": ("Drafts", "Borradores", "Brouillons"),
    "sentitems": ("Sent Items", "Elementos enviados", "Éléments envoyés"),
    "deleteditems": ("Deleted Items", "Elementos eliminados", "Éléments supprimés"),
    "archive": ("Archive", "Archivo", "Archive"),
    "junkemail": ("Junk Email", "Correo no deseado", "Courrier indésirable"),
    "outbox": ("Outbox", "Bandeja de salida", "Boîte d’envoi"),
    "conversationhistory": ("Conversation History", "Historial de conversaciones", "Historique des conversations"),
}
LANGUAGES = ("en", "es", "fr")


@dataclass(slots=True)
class Folder:
    """One folder; `well_known` is empty for the owner's own."""

    id: str
    name: str
    well_known: str = ""
    parent: str = ""

    @property
    def word(self) -> str:
        """What the ledger calls it."""
        return self.well_known or self.name


class FolderBook:
    """The folders of one mailbox by id; their ids never change."""

    def __init__(self, address: str, locale: str) -> None:
        """Begin with Outlook's own."""
        column = LANGUAGES.index(locale[:2]) if locale[:2] in LANGUAGES else 0
        root = Folder(lasting_id(FOLDER, address, ROOT), "Top of Information Store", ROOT)
        self.root = root
        self._by_id = {root.id: root}
        for name, shown in WELL_KNOWN.items():
            made = Folder(lasting_id(FOLDER, address, name), shown[column], name, root.id)
            self._by_id[made.id] = made
        self._well_known = {one.well_known: one for one in self._by_id.values()}

    def find(self, name: str) -> Folder | None:
        """Return the folder of an id or a well-known name, None if there is none."""
        return self._by_id.get(name) or self._well_known.get(name.casefold())

    def known(self, name: str) -> Folder:
        """Return one of Outlook's own folders."""
        return self._well_known[name]

    def below(self, parent: Folder) -> list[Folder]:
        """Return the folders right below one."""
        return [one for one in self._by_id.values() if one.parent == parent.id]

    def create(self, name: str, parent: Folder) -> Folder | None:
        """Make a folder; None if one of this name is there already."""
        if any(one.name.casefold() == name.casefold() for one in self.below(parent)):
            return None
        made = Folder(fresh_id(FOLDER), name, "", parent.id)
        self._by_id[made.id] = made
        return made
