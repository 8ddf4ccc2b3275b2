"""What lies in a mailbox and what is put there, in neutral words: the frozen types that cross `protocol.Provider`.

Every id here is the provider's and valid in one mailbox only. Labels are named by their visible name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Folder(StrEnum):
    """Where a message lies."""

    INBOX = "inbox"
    ARCHIVE = "archive"
    SENT = "sent"
    DRAFTS = "drafts"
    SPAM = "spam"
    TRASH = "trash"


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """One mailbox of a header; `email` keeps the case it was written in."""

    email: str
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A file that hangs on a message; `size` in bytes, `name` cleaned of folders and control characters.

    `sha256` is the digest of what is in it, told of a draft's files alone: it takes their bytes.
    """

    id: str
    name: str
    media_type: str
    size: int
    sha256: bytes = b""


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One message without its body: what a list shows and what a decision needs.

    `message_id` and `references` are those of RFC 5322, angle brackets included; `private_id` is the value of our
    own `X-Deskhand-Id` header, empty on mail that is not ours; `notice_mark` that of `X-Deskhand-Notice`, by which a
    letter of Deskhand's own is known. `authors` has every address of From. `place` is where it lies in the provider's
    own words, for putting it back exactly there; `labels_in_order` are its labels where their order means something.
    `report` says that a mail system wrote it, about a letter that it could not deliver or not yet.
    `tab` is the one of `rules.label_names.TABS` into which the provider has sorted it, empty where it sorts into none.
    """

    id: str
    thread_id: str
    folder: Folder
    date: datetime
    authors: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    subject: str = ""
    snippet: str = ""
    unread: bool = False
    labels: frozenset[str] = frozenset()
    message_id: str = ""
    references: tuple[str, ...] = ()
    private_id: str = ""
    notice_mark: str = ""
    place: str = ""
    labels_in_order: tuple[str, ...] = ()
    tab: str = ""
    report: bool = False

    @property
    def recipients(self) -> tuple[str, ...]:
        """Return the addresses it goes to, open or not."""
        return tuple(address.email for address in (*self.to, *self.cc, *self.bcc))


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """A message with its body as plain text, and as sanitised HTML where it came as HTML.

    `readable` is False where hostile or broken content could not be parsed; the text is empty then.
    """

    message: Message
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    readable: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Thread:
    """A conversation, oldest message first; drafts are among the messages.

    Not `whole` is one so long that not all of it could be looked at.
    """

    id: str
    messages: tuple[Message, ...]
    whole: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A part of a list; `cursor` asks for the next part and is empty at the end.

    `places` say which of the part each message is (1 is the first; there may be some between that are not shown), for
    `Provider.behind`. `threads` are the whole conversations that its messages belong to, where they were asked for.
    """

    messages: tuple[Message, ...]
    cursor: str = ""
    places: tuple[int, ...] = ()
    threads: tuple[Thread, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """Which messages to list, newest first. `folder` None means everything but spam and trash.

    `sender` is the address of those who wrote them; a provider may find more than are exactly of it. `reports` wants
    what mail systems wrote about deliveries, as far as the provider can tell: see `Message.report`. `words` are single
    words as `rules.search_words` makes them, all of which the provider has to find, in whatever it looks through.
    """

    folder: Folder | None = Folder.INBOX
    label: str = ""
    unread_only: bool = False
    sender: str = ""
    reports: bool = False
    words: tuple[str, ...] = ()
    size: int = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class SendAs:
    """An address the owner may send from; `verified` as the provider says it."""

    email: str
    name: str = ""
    verified: bool = False
    default: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """A reply to be written as a draft into the thread of the message it answers.

    The adapter derives subject, In-Reply-To, References and the quoted original from `answers`.
    `private_id` goes into our own header, by which the sent copy is found again.
    """

    answers: str
    to: tuple[Address, ...]
    text: str
    private_id: str
    cc: tuple[Address, ...] = ()
    from_email: str = ""
    quote: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """An unsent message in the mailbox, as the provider gives it back.

    `id` stays; `revision` changes with every edit, by whomever (Gmail: the draft's message id; Graph: changeKey).
    `text` is the body without what was quoted below it where that can be told, `quoted` what was; together they are all
    of it, so whoever compares contents compares both. `html` is the sanitised HTML body, `pictures`
    are the addresses of those in it, which the sanitised body lacks and a recipient's program shows.
    """

    id: str
    revision: str
    message: Message
    text: str = ""
    quoted: str = ""
    html: str = ""
    pictures: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = field(default=())


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """What the provider said when it took a draft for sending; ids may be empty (Graph answers with none)."""

    id: str = ""
    thread_id: str = ""
