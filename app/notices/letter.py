"""A letter of Deskhand's own, as it goes over the wire: plain text, short lines, no tracking, signed as ours."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from app.notices.mark import HEADER
from app.notices.outlet import Outlet

WIDTH = 72
LONGEST_NAME = 60
# What a mail program would make a link of: a name is no place for somebody's advertisement.
_LINKED = re.compile(r"[/@:\\]|\w\.\w")


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What is said to whom: `paragraphs`, then `link` on a line of its own, then `closing`."""

    to: str
    subject: str
    paragraphs: Sequence[str]
    link: str
    closing: str
    language: str
    message_id: str
    mark: str


def wire_bytes(letter: Letter, outlet: Outlet, now: datetime) -> bytes:
    """Return the letter as RFC 5322 bytes with CRLF, ASCII throughout."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name=_one_line(outlet.sender_name), addr_spec=outlet.sender)
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = _one_line(letter.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence notice answers it
    if letter.mark:
        message[HEADER] = letter.mark
    message.set_content(_text(letter), charset="utf-8", cte="quoted-printable")
    message["Content-Language"] = letter.language
    return message.as_bytes()


def name_for_letters(name: str, address: str) -> str:
    """Return how a person is named in a letter to somebody else: name and address, or the address alone.

    The name is whatever its bearer has written at a provider, and the letter is ours.
    """
    plain = _one_line(name)
    fits = plain and len(plain) <= LONGEST_NAME and not _LINKED.search(plain)
    return f"{plain} ({address})" if fits else address


def _text(letter: Letter) -> str:
    blocks = [_wrapped(each) for each in letter.paragraphs]
    blocks += [letter.link] if letter.link else []
    blocks += [_wrapped(letter.closing)] if letter.closing else []
    return "\n\n".join([*blocks, "-- \nDeskhand"]) + "\n"


def _wrapped(paragraph: str) -> str:
    plain = _one_line(paragraph)
    return textwrap.fill(plain, WIDTH, break_long_words=False, break_on_hyphens=False)


def _one_line(text: str) -> str:
    """Return a text without line ends and without signs that steer instead of being read."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
