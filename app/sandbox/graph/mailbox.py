"""One practice Outlook mailbox: received and sent letters on disk, drafts in memory, folders, categories."""

from __future__ import annotations

import base64
import secrets
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from datetime import datetime

from app import clock
from app.sandbox.dates import read_date
from app.sandbox.graph.categories import CategoryBook
from app.sandbox.graph.content import Content, content_of, importance_of, recipients_in
from app.sandbox.graph.folders import Folder, FolderBook
from app.sandbox.graph.ids import CONVERSATION, IMMUTABLE, MUTABLE, change_key, fresh_id
from app.sandbox.graph.item import Item
from app.sandbox.headers import read_head
from app.sandbox.rewriting import with_crlf
from app.sandbox.spool import Spool
from app.sandbox.taken_apart import TakenApart
from app.sandbox.threading import Origin, same_subject

# Gmail's own labels as mail files name them, and the folder that each means here.
FOLDER_OF_LABEL = {
    "TRASH": "deleteditems",
    "SPAM": "junkemail",
    "DRAFT": "drafts",
    "SENT": "sentitems",
    "INBOX": "inbox",
}
NO_CATEGORY = frozenset({"UNREAD", "STARRED", "IMPORTANT", "CHAT"})
_LONGEST = 2_000  # characters of a subject kept in memory


class GraphMailbox:
    """One account's mail. `addresses` begin with the primary one; it may send from each of them."""

    def __init__(self, address: str, spool: Spool, *, locale: str = "en", addresses: Iterable[str] = ()) -> None:
        """Begin empty, with Outlook's own folders."""
        self.address, self.spool = address, spool
        self.addresses = (address, *addresses)
        self.folders, self.categories = FolderBook(address, locale), CategoryBook()
        self.items: dict[str, Item] = {}
        self._by_mutable: dict[str, Item] = {}
        self._by_message_id: dict[str, Item] = {}
        self._order: list[tuple[datetime, str]] = []
        self._taken_apart = TakenApart()

    def add(
        self,
        raw: bytes,
        *,
        labels: Iterable[str] = ("INBOX",),
        internal_date: datetime | None = None,
        unread: bool = False,
    ) -> Item:
        """Put a letter into the mailbox as if it had always been there.

        `labels` are names as mail files bear them: Gmail's own say which folder (none of them: Archive), the owner's
        become categories. `internal_date` is aware; without it the letter's Date counts, else the present moment.
        """
        named = list(labels)
        folder = next((place for label, place in FOLDER_OF_LABEL.items() if label in named), "archive")
        date = internal_date or read_date(read_head(raw).first("Date")) or clock.now()
        item = self.put(raw, self.folders.known(folder), date=date, read=not (unread or "UNREAD" in named))
        item.categories = tuple(dict.fromkeys(label for label in named if _is_category(label)))
        item.flag = "flagged" if "STARRED" in named else "notFlagged"
        if folder == "drafts":
            item.draft, item.place = self.content(item), None
        return item

    def put(self, raw: bytes, folder: Folder, *, date: datetime, read: bool) -> Item:
        """Store a letter in a folder, in the conversation it belongs to."""
        letter = with_crlf(raw)
        head = read_head(letter)
        origin, author = Origin.of(head), recipients_in(head, "From")
        before = self.answered(origin)
        item = self._item(folder, date, origin.subject, origin.message_id, before)
        item.author = author[0].email if author else ""
        item.importance, item.read, item.place = importance_of(head), read, self.spool.put(letter)
        return self._keep(item)

    def new_draft(self, content: Content, *, answers: Item | None = None, message_id: str = "") -> Item:
        """Store a draft in Drafts, in the conversation of the message it answers."""
        made_up = f"<{secrets.token_hex(16).upper()}@practice.prod.outlook.com>"
        drafts = self.folders.known("drafts")
        item = self._item(drafts, clock.now(), content.subject, message_id or made_up, answers)
        item.draft, item.importance = content, content.importance
        return self._keep(item)

    def _item(self, folder: Folder, date: datetime, subject: str, message_id: str, before: Item | None) -> Item:
        now = clock.now()
        index = base64.b64decode(before.conversation_index) if before else b"\x01\x01" + secrets.token_bytes(20)
        return Item(
            immutable=fresh_id(IMMUTABLE),
            mutable=fresh_id(MUTABLE),
            folder=folder,
            received=date,
            created=now,
            modified=now,
            change=change_key(),
            conversation=before.conversation if before else fresh_id(CONVERSATION),
            conversation_index=base64.b64encode(index + (secrets.token_bytes(5) if before else b"")).decode(),
            message_id=message_id,
            subject=subject[:_LONGEST],
            author=self.address,
        )

    def _keep(self, item: Item) -> Item:
        self.items[item.immutable] = self._by_mutable[item.mutable] = item
        insort(self._order, (item.received, item.immutable))
        if item.message_id:
            self._by_message_id[item.message_id] = item
        return item

    def answered(self, origin: Origin) -> Item | None:
        """Return the message that a letter answers, None if there is none here."""
        # The last reference is the letter that was answered; another subject is another conversation.
        found = (self._by_message_id.get(wanted) for wanted in reversed(origin.references))
        return next((one for one in found if one and same_subject(one.subject, origin.subject)), None)

    def find(self, item_id: str) -> Item | None:
        """Return the message of an id of either kind, None if there is none, or none yet."""
        found = self.items.get(item_id) or self._by_mutable.get(item_id)
        return found if found and is_shown(found) else None

    def touch(self, item: Item) -> None:
        """Note that a message has changed."""
        item.change, item.modified = change_key(), clock.now()

    def move(self, item: Item, folder: Folder) -> None:
        """Lay a message into a folder: its mutable id is another then."""
        del self._by_mutable[item.mutable]
        item.mutable, item.folder = fresh_id(MUTABLE), folder
        self._by_mutable[item.mutable] = item
        self.touch(item)

    def copy(self, item: Item, folder: Folder) -> Item:
        """Put a second message like this one into a folder."""
        made = self._item(folder, item.received, item.subject, item.message_id, None)
        for name in ("conversation", "conversation_index", "author", "place", "draft", "read", "flag", "importance"):
            setattr(made, name, getattr(item, name))
        made.categories, made.properties = item.categories, dict(item.properties)
        return self._keep(made)

    def file_sent(self, item: Item, letter: bytes, *, shown_from: datetime) -> None:
        """Turn a draft into the sent copy: the immutable id stays, the moments are those of the sending."""
        item.place, item.draft, item.read = self.spool.put(letter), None, True
        item.shown_from = shown_from
        del self._order[bisect_left(self._order, (item.received, item.immutable))]
        item.received = clock.now()
        insort(self._order, (item.received, item.immutable))
        self.move(item, self.folders.known("sentitems"))

    def remove(self, item: Item) -> None:
        """Take a message away for good."""
        del self.items[item.immutable], self._by_mutable[item.mutable]
        del self._order[bisect_left(self._order, (item.received, item.immutable))]
        if self._by_message_id.get(item.message_id) is item:
            del self._by_message_id[item.message_id]

    def newest_first(self) -> Iterator[Item]:
        """Yield the messages of all folders that can be found, by the moment they came."""
        for _, immutable in reversed(self._order):
            item = self.items[immutable]
            if is_shown(item):
                yield item

    def content(self, item: Item) -> Content:
        """Return what a message says; for a draft this is what may be changed."""
        if item.draft is not None or item.place is None:
            return item.draft or Content()
        return content_of(self._taken_apart.parsed(self.spool, item.place))

    def may_send_as(self, email: str) -> bool:
        """Say whether an address is one of this mailbox's own."""
        return email.casefold() in {address.casefold() for address in self.addresses}


def _is_category(label: str) -> bool:
    return label not in FOLDER_OF_LABEL and label not in NO_CATEGORY and not label.startswith("CATEGORY_")


def is_shown(item: Item) -> bool:
    """Say whether a message can be found by now."""
    return item.shown_from is None or item.shown_from <= clock.now()
