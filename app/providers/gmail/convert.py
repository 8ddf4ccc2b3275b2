"""Gmail's JSON into our own types, at once and without trust: every field may be missing, doubled or hostile."""

from __future__ import annotations

import binascii
import html
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from app.providers.addresses import parse_addresses
from app.providers.base import Attachment, Folder, Message, SendAs
from app.providers.characters import clean_line, decode_words, file_name
from app.providers.fields import FAR_AHEAD, LONG_AGO, dicts, inner, positive, word
from app.providers.headers import (
    NOTICE_HEADER,
    PRIVATE_HEADER,
    REPORT_HEADERS,
    Headers,
    is_report,
    message_id_in,
    notice_mark_in,
    references_in,
)
from app.rules.label_names import TABS

WANTED_HEADERS = (
    *("From", "To", "Cc", "Bcc", "Reply-To", "Subject", "Date"),
    *("Message-ID", "In-Reply-To", "References", PRIVATE_HEADER, NOTICE_HEADER, "Content-Type", *REPORT_HEADERS),
)
MOST_PARTS, MOST_DEPTH = 200, 30
CHARSET = re.compile(r"charset\s*=\s*\"?([^\s\";]{1,60})", re.IGNORECASE)
MEDIA_TYPE = re.compile(r"[\w.+-]{1,100}/[\w.+-]{1,100}", re.ASCII)
FOLDERS = (
    ("TRASH", Folder.TRASH),
    ("SPAM", Folder.SPAM),
    ("DRAFT", Folder.DRAFTS),
    ("INBOX", Folder.INBOX),
    ("SENT", Folder.SENT),
)

# The labels that moving a message changes; one that bears none of them lies in "All mail" alone.
PLACES, ALL_MAIL = frozenset({"INBOX", "SPAM", "TRASH"}), "ALL_MAIL"


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaf:
    """A part of a message that holds no others. `id` is its place in the tree, which stays; Gmail's own ids change."""

    id: str
    media_type: str
    charset: str
    name: str
    size: int
    attached: bool
    data: str
    gmail_id: str


def message_of(resource: Mapping[str, Any], labels: frozenset[str]) -> Message:
    """Return the message of a Gmail resource (format metadata or full); `labels` are the names of its labels."""
    headers, ids = Headers(payload_of(resource).get("headers")), label_ids(resource)
    private = headers.all(PRIVATE_HEADER)
    return Message(
        id=word(resource, "id"),
        thread_id=word(resource, "threadId"),
        folder=next((folder for label, folder in FOLDERS if label in ids), Folder.ARCHIVE),
        date=_date(resource, headers),
        authors=parse_addresses(headers.all("From")),
        to=parse_addresses(headers.all("To")),
        cc=parse_addresses(headers.all("Cc")),
        bcc=parse_addresses(headers.all("Bcc")),
        reply_to=parse_addresses(headers.all("Reply-To")),
        subject=clean_line(decode_words(headers.first("Subject")), 1000),
        snippet=clean_line(html.unescape(word(resource, "snippet")), 300),
        unread="UNREAD" in ids,
        labels=labels,
        message_id=message_id_in(headers.first("Message-ID")),
        references=references_in(headers.first("References"), headers.first("In-Reply-To")),
        private_id=clean_line(private[0], 300) if len(private) == 1 else "",
        notice_mark=notice_mark_in(headers),
        place=" ".join(sorted(PLACES & ids)) or ALL_MAIL,
        tab=next((each for each in TABS if each in ids), ""),
        report=is_report(headers),
    )


def send_as_of(resource: Mapping[str, Any]) -> SendAs:
    """Return an address of `settings.sendAs`; the owner's own and its domain's can lack a verification status."""
    return SendAs(
        email=word(resource, "sendAsEmail").strip(),
        name=clean_line(word(resource, "displayName"), 200),
        verified=resource.get("verificationStatus") != "pending",
        default=resource.get("isDefault") is True,
    )


def leaves_of(payload: Mapping[str, Any]) -> tuple[list[Leaf], bool]:
    """Return the leaves of a message's tree in order, and whether these are all.

    They are not beyond 200 parts or 30 levels, and where a part that should hold others holds none.
    """
    found: list[Leaf] = []
    waiting = [("", payload, 0)]
    seen, whole = 0, True
    while waiting:
        place, part, depth = waiting.pop()
        seen += 1
        if seen > MOST_PARTS or depth > MOST_DEPTH:
            return found, False
        inner, media_type = dicts(part.get("parts")), _media_type(part)
        if inner and not media_type.startswith("message/"):  # a mail that hangs on a mail is a file
            waiting += [(f"{place}.{n}".strip("."), each, depth + 1) for n, each in enumerate(inner)][::-1]
        elif media_type.startswith("multipart/"):
            whole = False
        elif part:
            found.append(_leaf(place or "0", part))
    return found, whole


def attachment_of(leaf: Leaf) -> Attachment:
    """Return a leaf as the file that hangs on the message."""
    return Attachment(id=leaf.id, name=leaf.name, media_type=leaf.media_type, size=leaf.size)


def label_ids(resource: Mapping[str, Any]) -> frozenset[str]:
    """Return the ids of a resource's labels, folders and states among them."""
    given = resource.get("labelIds")
    return frozenset(label for label in given if isinstance(label, str)) if isinstance(given, list) else frozenset()


def payload_of(resource: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the tree of a message, empty without one."""
    return inner(resource, "payload")


def decoded(data: str) -> bytes:
    """Return the bytes of base64url, padded or not; empty for what is none."""
    try:
        return urlsafe_b64decode(data + "=" * (-len(data) % 4))
    except (binascii.Error, ValueError):
        return b""


def _leaf(place: str, part: Mapping[str, Any]) -> Leaf:
    headers, media_type = Headers(part.get("headers")), _media_type(part)
    body, given = inner(part, "body"), word(part, "filename")
    attached = bool(given) or headers.first("Content-Disposition").lstrip().lower().startswith("attachment")
    charset = CHARSET.search(headers.first("Content-Type"))
    return Leaf(
        id=place,
        media_type=media_type,
        charset=charset[1] if charset else "",
        name=file_name(decode_words(given)),
        size=positive(body.get("size")),
        attached=attached or media_type not in ("text/plain", "text/html"),
        data=word(body, "data"),
        gmail_id=word(body, "attachmentId"),
    )


def _media_type(part: Mapping[str, Any]) -> str:
    given = word(part, "mimeType").strip().lower()
    return given if MEDIA_TYPE.fullmatch(given) else "application/octet-stream"


def _date(resource: Mapping[str, Any], headers: Headers) -> datetime:
    """Return when Gmail received the message, else what its Date says, else long ago."""
    try:
        found = datetime.fromtimestamp(int(str(resource.get("internalDate"))) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        found = _said_date(headers.first("Date"))
    return found if LONG_AGO < found < FAR_AHEAD else LONG_AGO


def _said_date(value: str) -> datetime:
    try:
        said = parsedate_to_datetime(value[:100])
        return said.astimezone(UTC) if said.tzinfo else said.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return LONG_AGO
