"""What a message says, apart from where it lies: of a draft as Graph was given it, of a letter as it can be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from app.sandbox.addresses import read_addresses
from app.sandbox.dates import read_date
from app.sandbox.headers import Field, Head, decode_words
from app.sandbox.mime import Parsed, Part

IMPORTANCE = {"1": "high", "high": "high", "urgent": "high", "5": "low", "low": "low", "non-urgent": "low"}


@dataclass(frozen=True, slots=True)
class Recipient:
    """One address with the name beside it; Outlook shows the address where there is no name."""

    email: str
    name: str = ""

    @property
    def shown(self) -> str:
        """The name to show."""
        return self.name or self.email


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file, or a message (`item`), that hangs on a message."""

    name: str
    type: str
    data: bytes
    inline: bool = False
    content_id: str = ""
    item: bool = False
    id: str = ""


@dataclass(slots=True)
class Content:
    """Everything a message says; `kind` is html or text, `answers` the one id of In-Reply-To."""

    subject: str = ""
    author: Recipient | None = None
    sender: Recipient | None = None
    to: tuple[Recipient, ...] = ()
    cc: tuple[Recipient, ...] = ()
    bcc: tuple[Recipient, ...] = ()
    reply_to: tuple[Recipient, ...] = ()
    kind: str = "html"
    body: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    headers: tuple[Field, ...] = ()
    importance: str = "normal"
    references: tuple[str, ...] = ()
    answers: str = ""
    sent: datetime | None = None
    receipts: tuple[bool, bool] = (False, False)  # of delivery, of reading


def recipients_in(head: Head, name: str) -> tuple[Recipient, ...]:
    """Return the addresses of a header field."""
    found = [address for value in head.all(name) for address in read_addresses(value)]
    return tuple(Recipient(one.email, one.name) for one in found)


def content_of(parsed: Parsed) -> Content:
    """Return what a letter says."""
    root, head = parsed.root, parsed.root.head
    author, sender = recipients_in(head, "From"), recipients_in(head, "Sender")
    kind, body = _body(root)
    return Content(
        subject=decode_words(head.first("Subject")),
        author=author[0] if author else None,
        sender=(sender or author or (None,))[0],
        to=recipients_in(head, "To"),
        cc=recipients_in(head, "Cc"),
        bcc=recipients_in(head, "Bcc"),
        reply_to=recipients_in(head, "Reply-To"),
        kind=kind,
        body=body,
        attachments=list(_attachments(root)),
        headers=tuple((name, decode_words(value)) for name, value in parsed.fields),
        importance=importance_of(head),
        sent=read_date(head.first("Date")),
    )


def importance_of(head: Head) -> str:
    """Return low, normal or high."""
    written = head.first("Importance") or head.first("X-Priority")
    return IMPORTANCE.get(written.strip().casefold()[:10], "normal")


def _is_attached(part: Part) -> bool:
    disposition = part.head.first("Content-Disposition").strip().casefold()
    if part.mime_type.startswith("text/") and not part.filename:
        return disposition.startswith("attachment")
    return not part.mime_type.startswith("multipart/")


def _own_parts(root: Part) -> Iterable[Part]:
    """Yield the leaves of a letter; what is inside an attached letter is its own."""
    waiting = [root]
    while waiting:
        part = waiting.pop()
        if part.mime_type.startswith("multipart/"):
            waiting.extend(reversed(part.children))
        else:
            yield part


def _body(root: Part) -> tuple[str, str]:
    texts = [part for part in _own_parts(root) if not _is_attached(part)]
    for mime_type, kind in (("text/html", "html"), ("text/plain", "text")):
        found = next((part for part in texts if part.mime_type == mime_type and part.content.strip()), None)
        if found is not None:
            return kind, found.text()
    return "text", ""


def _attachments(root: Part) -> Iterable[Attachment]:
    for part in _own_parts(root):
        if _is_attached(part):
            content_id = part.head.first("Content-ID").strip("<> ")
            inline = part.head.first("Content-Disposition").strip().casefold().startswith("inline")
            item = part.mime_type == "message/rfc822"
            name = part.filename or (_inner_subject(part) if item else "")
            yield Attachment(name, part.mime_type, part.decoded(), inline or bool(content_id), content_id, item)


def _inner_subject(part: Part) -> str:
    return decode_words(part.children[0].head.first("Subject")) if part.children else ""
