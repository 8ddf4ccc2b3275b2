"""A reply as the bytes of a message (RFC 5322): what strangers wrote may fill a header here, and never add one.

Headers are written by us and read back by Python. The other way round Python decodes encoded words in what it is given,
line ends and all (3.11 wrote a Bcc of a name's choice), and encodes long message ids, which breaks threads.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.header import Header
from email.message import EmailMessage
from email.parser import BytesParser
from hashlib import sha256
from typing import Any

from app.errors import InvalidMessage
from app.providers.base import Address, Message, Reply, SendAs
from app.providers.characters import clean_line, clean_text, decode_words
from app.providers.headers import MESSAGE_ID, PRIVATE_HEADER
from app.providers.quoting import with_quote
from app.providers.replying import MOST_LETTERS, checked, plain_name, plain_spec

MOST_REFERENCES = 20
LINE = 74
BETWEEN = "\r\n "
OURS = frozenset({"From", "To", "Cc", "Subject", "Message-ID", "In-Reply-To", "References", PRIVATE_HEADER})
REPLY_PREFIXES = re.compile(r"(?:re(?:\[\d{1,4}\]|\(\d{1,4}\))?\s{0,5}[:：]\s*)+", re.IGNORECASE)
ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")


@dataclass(frozen=True, slots=True)
class Field:
    """A header: how it stands in the message, and what it has to mean when it is read back."""

    written: str
    means: str | tuple[str, ...]


class _Policy(policy.EmailPolicy):
    """Python's rules for mail, except that our headers are kept as we wrote them."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        return (name, value) if name in OURS else super().header_store_parse(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        return f"{name}: {value}\r\n".encode("ascii") if name in OURS else super().fold_binary(name, value)


SMTP = _Policy(linesep="\r\n", cte_type="7bit")


def write_reply(reply: Reply, sender: SendAs, original: Message, original_text: str) -> bytes:
    """Return the reply's bytes; raise InvalidMessage if it cannot be written so that it reads back as it was meant."""
    fields = _fields(reply, sender, original)
    text = clean_text(with_quote(reply.text[:MOST_LETTERS], original, original_text if reply.quote else ""))
    message = EmailMessage(policy=SMTP)
    try:
        for name, field in fields.items():
            message[name] = field.written
        message.set_content(text.rstrip("\n") + "\n", charset="utf-8")
        raw = message.as_bytes()
    except (ValueError, LookupError, MessageError, RecursionError):
        raw = b""
    if not raw or _read_back(raw) != {name: field.means for name, field in fields.items()}:
        raise InvalidMessage(detail="its headers cannot be written safely")
    return raw


def reply_subject(subject: str) -> str:
    """Return the subject of a reply: one `Re:`, however many there were.

    Words in other languages (AW, RV) stay: Gmail keeps a reply in its thread when nothing but a `Re:` is added.
    """
    plain = clean_line(decode_words(subject), 900)
    return f"Re: {plain[match.end() :] if (match := REPLY_PREFIXES.match(plain)) else plain}".rstrip()


def message_id_of(private_id: str, domain: str) -> str:
    """Return the Message-ID of the reply with that private id: the same at every writing, telling nothing of it."""
    return f"<{message_key_of(private_id)}@{domain}>"


def message_key_of(private_id: str) -> str:
    """Return the part before the `@` of that Message-ID."""
    return sha256(f"deskhand {private_id}".encode()).hexdigest()[:40]


def _fields(reply: Reply, sender: SendAs, original: Message) -> dict[str, Field]:
    checked(reply)
    author = _people([Address(email=sender.email, name=sender.name)])
    fields = {
        "From": author,
        "To": _people(reply.to),
        "Cc": _people(reply.cc),
        "Subject": _subject(reply_subject(original.subject)),
        "Message-ID": _ids([message_id_of(reply.private_id, author.means[0].rpartition("@")[2])]),
        "In-Reply-To": _ids([original.message_id]),
        "References": _ids([*original.references, original.message_id]),
        PRIVATE_HEADER: Field(reply.private_id, reply.private_id),
    }
    return {name: field for name, field in fields.items() if field.written}


def _subject(text: str) -> Field:
    plain = text.isascii() and "=?" not in text
    return Field(text if plain else Header(text, "utf-8", LINE, "Subject").encode(linesep="\r\n"), text)


def _ids(ids: Sequence[str]) -> Field:
    """Write message ids: the thread's first and the latest of the others, 20 in all, what is none left out."""
    known = list(dict.fromkeys(each for each in ids if MESSAGE_ID.fullmatch(each)))
    kept = known[:1] + known[1:][-(MOST_REFERENCES - 1) :]
    return Field(BETWEEN.join(kept), " ".join(kept))


def _people(addresses: Sequence[Address]) -> Field:
    specs = tuple(plain_spec(address.email) for address in addresses)
    entries = [f"{_phrase(each.name)} <{spec}>".strip() for each, spec in zip(addresses, specs, strict=True)]
    return Field(f",{BETWEEN}".join(entries), specs)


def _phrase(name: str) -> str:
    plain = plain_name(name)
    if ATOMS.fullmatch(plain):
        return plain
    return f'"{plain}"' if plain.isascii() else Header(plain, "utf-8", LINE).encode(linesep="\r\n")


def _read_back(raw: bytes) -> dict[str, str | tuple[str, ...]]:
    """Return the headers of our own bytes as another program reads them, those of the content left out."""
    message = BytesParser(policy=policy.SMTP).parsebytes(raw)
    found: dict[str, str | tuple[str, ...]] = {}
    for name, value in message.items():
        if name in found:
            return {}
        if name.lower() not in ("content-type", "content-transfer-encoding", "mime-version"):
            people = getattr(value, "addresses", None)
            found[name] = str(value) if people is None else tuple(each.addr_spec for each in people)
    return found
