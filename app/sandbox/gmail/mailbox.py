"""One practice mailbox: letters on disk, a small summary of each in memory, threads, drafts and history."""

from __future__ import annotations

import secrets
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from app import clock
from app.sandbox.dates import read_date
from app.sandbox.gmail.historybook import HistoryBook
from app.sandbox.gmail.labelbook import SYSTEM, LabelBook
from app.sandbox.gmail.refusals import Refusal
from app.sandbox.headers import decode_words, read_head
from app.sandbox.mime import Parsed
from app.sandbox.rewriting import with_crlf
from app.sandbox.spool import Place, Spool
from app.sandbox.taken_apart import TakenApart
from app.sandbox.threading import Origin, same_subject

AWAY = frozenset({"SPAM", "TRASH"})
_LONGEST = 2_000  # characters of a header kept in memory


@dataclass(slots=True)
class Message:
    """The summary of one letter; `date` is its internal date in milliseconds, the header values are decoded."""

    id: str
    thread_id: str
    date: int
    labels: frozenset[str]
    place: Place
    message_id: str
    subject: str
    sender: str
    recipients: str
    history: int = 0


@dataclass(frozen=True, slots=True)
class SendAs:
    """An address the owner may send from; the primary one has no verification status."""

    email: str
    name: str = ""
    verified: bool = True
    primary: bool = False
    default: bool = False


@dataclass(slots=True)
class Draft:
    """A draft: its id stays, the message behind it is another after each change."""

    id: str
    message_id: str


@dataclass(slots=True)
class Watch:
    """A push subscription; `expires` in milliseconds."""

    topic: str
    expires: int = 0


@dataclass(slots=True)
class Mailbox:
    """One account's mail. `address` is the primary one; `send_as` begins with it."""

    address: str
    spool: Spool
    send_as: list[SendAs]
    labels: LabelBook = field(default_factory=LabelBook)
    history: HistoryBook = field(default_factory=HistoryBook)
    messages: dict[str, Message] = field(default_factory=dict)
    threads: dict[str, list[str]] = field(default_factory=dict)
    drafts: dict[str, Draft] = field(default_factory=dict)
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    watch: Watch | None = None
    _order: list[tuple[int, str]] = field(default_factory=list)
    _by_message_id: dict[str, str] = field(default_factory=dict)
    _label_sets: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)
    _taken_apart: TakenApart = field(default_factory=TakenApart)
    _last_id: int = 0

    def add(
        self,
        raw: bytes,
        *,
        labels: Iterable[str] = ("INBOX",),
        internal_date: datetime | None = None,
        unread: bool = False,
    ) -> Message:
        """Put a letter into the mailbox as if it had always been there: no history, no delivery headers.

        `labels` are names: Gmail's own (INBOX, SENT, STARRED, …) or the owner's, which are made where they are
        missing, as long as there is room for more. `internal_date` is aware; without it the letter's Date counts, else
        the present moment. Under DRAFT it becomes a draft.
        """
        ids = {found for name in labels if (found := self._label_id(name))} | ({"UNREAD"} if unread else set())
        date = internal_date or read_date(read_head(raw).first("Date")) or clock.now()
        message = self.put(raw, labels=ids, date=int(date.timestamp() * 1000))
        if "DRAFT" in ids:
            draft = Draft(f"r{secrets.randbelow(9 * 10**18) + 10**18}", message.id)
            self.drafts[draft.id] = draft
        return message

    def _label_id(self, name: str) -> str:
        if name in SYSTEM:
            return name
        try:
            label = self.labels.named(name) or self.labels.create(name, {})
        except Refusal:  # ten thousand labels are all that a mailbox may have
            return ""
        return label.id

    def put(self, raw: bytes, *, labels: Iterable[str], date: int, thread_id: str = "") -> Message:
        """Store a letter under label ids, in the thread it belongs to or in the one that is named."""
        letter = with_crlf(raw)
        head = read_head(letter)
        origin = Origin.of(head)
        message_id = self._fresh_id()
        thread = thread_id or self.thread_of(origin) or message_id
        message = Message(
            id=message_id,
            thread_id=thread,
            date=date,
            labels=self._shared(labels),
            place=self.spool.put(letter),
            message_id=origin.message_id,
            subject=origin.subject[:_LONGEST],
            sender=decode_words(head.first("From"))[:_LONGEST],
            recipients=decode_words(", ".join(head.all("To") + head.all("Cc")))[:_LONGEST],
            history=self.history.next_id(),
        )
        self.messages[message_id] = message
        self.threads.setdefault(thread, []).append(message_id)
        insort(self._order, (date, message_id))
        if origin.message_id:
            self._by_message_id[origin.message_id] = message_id
        return message

    def _shared(self, labels: Iterable[str]) -> frozenset[str]:
        # Most messages bear one of a few sets of labels: each is kept once.
        wanted = frozenset(labels)
        return self._label_sets.setdefault(wanted, wanted)

    def _fresh_id(self) -> str:
        # Gmail's ids look like the milliseconds of their making, shifted by 20 bits.
        at = int(clock.now().timestamp() * 1000) << 20 | secrets.randbits(16)
        self._last_id = max(self._last_id + 1, at)
        return f"{self._last_id:016x}"

    def thread_of(self, origin: Origin) -> str:
        """Return the thread a letter belongs to by its References and subject, empty if to none."""
        # The last reference is the letter that was answered.
        for wanted in reversed(origin.references):
            found = self.messages.get(self._by_message_id.get(wanted, ""))
            if found and same_subject(found.subject, origin.subject):
                return found.thread_id
        return ""

    def fits(self, thread_id: str, origin: Origin) -> bool:
        """Say whether a letter that names this thread may join it: it refers to a letter there, under its subject."""
        members = [self.messages[message_id] for message_id in self.threads[thread_id]]
        referred = [message for message in members if message.message_id in origin.references]
        return any(same_subject(message.subject, origin.subject) for message in referred)

    def raw(self, message: Message) -> bytes:
        """Return the letter itself."""
        return self.spool.get(message.place)

    def parsed(self, message: Message) -> Parsed:
        """Return the letter taken apart."""
        return self._taken_apart.parsed(self.spool, message.place)

    def relabel(self, message: Message, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> bool:
        """Change labels, write the history, and say whether anything changed."""
        added = tuple(sorted(set(add) - message.labels))
        removed = tuple(sorted(set(remove) & message.labels))
        message.labels = self._shared((message.labels | set(added)) - set(removed))
        for kind, labels in (("labelAdded", added), ("labelRemoved", removed)):
            if labels:
                self.note(kind, message, labels)
        return bool(added or removed)

    def note(self, kind: str, message: Message, labels: tuple[str, ...] = ()) -> None:
        """Write a change of a message into the history."""
        all_labels = tuple(sorted(message.labels))
        thread = message.thread_id
        message.history = self.history.note(kind, message.id, thread, labels=labels, all_labels=all_labels)

    def remove(self, message: Message) -> None:
        """Take a message away for good."""
        del self.messages[message.id]
        del self._order[bisect_left(self._order, (message.date, message.id))]
        members = self.threads[message.thread_id]
        members.remove(message.id)
        if not members:
            del self.threads[message.thread_id]
        if self._by_message_id.get(message.message_id) == message.id:
            del self._by_message_id[message.message_id]
        self.note("messageDeleted", message)

    def newest_first(self, before: tuple[int, str] | None = None) -> Iterator[Message]:
        """Yield messages by internal date, newest first, from behind a place in that order."""
        start = len(self._order) if before is None else bisect_left(self._order, before)
        for index in range(start - 1, -1, -1):
            yield self.messages[self._order[index][1]]

    def thread(self, thread_id: str) -> list[Message]:
        """Return the messages of a thread, oldest first; empty if there is none."""
        found = [self.messages[message_id] for message_id in self.threads.get(thread_id, ())]
        return sorted(found, key=lambda message: (message.date, message.id))

    @property
    def default_sender(self) -> SendAs:
        """The address that a message gets when it names none that may be used."""
        return next((one for one in self.send_as if one.default), self.send_as[0])

    def sender(self, email: str) -> SendAs | None:
        """Return the address to send from, None unless it is ours and verified."""
        wanted = email.casefold()
        return next((one for one in self.send_as if one.email.casefold() == wanted and one.verified), None)


def now_ms() -> int:
    """Return the present moment in milliseconds since 1970."""
    return int(clock.now().timestamp() * 1000)
