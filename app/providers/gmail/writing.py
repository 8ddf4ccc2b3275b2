"""A reply as the bytes of a message (RFC 5322): what strangers wrote may fill a header here, and never add one."""

from __future__ import annotations

import re
from email import policy
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.parser import BytesParser
from hashlib import sha256
from typing import Any

from app.errors import InvalidMessage
from app.providers.addresses import PLAIN
from app.providers.base import Address, Message, Reply, SendAs
from app.providers.characters import clean_line, clean_text, decode_words
from app.providers.gmail.convert import MESSAGE_ID, PRIVATE_HEADER
from app.providers.quoting import with_quote

MOST_RECIPIENTS = 100
MOST_REFERENCES = 20
MOST_LETTERS = 2**20
OUR_WAY = frozenset({"Subject", "Message-ID", "In-Reply-To", "References", PRIVATE_HEADER})
REPLY_PREFIXES = re.compile(r"(?:re(?:\[\d{1,4}\]|\(\d{1,4}\))?\s{0,5}[:：]\s*)+", re.IGNORECASE)
NOT_IN_NAMES = re.compile(r"[\"\\<>()\[\]@;:,]|=\?|\?=")
PRIVATE_ID = re.compile(r"[A-Za-z0-9._~:+/=-]{1,200}")


class _Policy(policy.EmailPolicy):
    """Python's rules for mail, but what is no address is taken as it is and written by us.

    Python decodes encoded words in what it is given, line ends and all, and encodes long ids, which breaks threads.
    """

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        return (name, value) if name in OUR_WAY else super().header_store_parse(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        return _folded(name, value).encode("ascii") if name in OUR_WAY else super().fold_binary(name, value)


def _folded(name: str, value: str) -> str:
    """Return the lines of a header: ids one below the other, a subject as encoded words where it needs them."""
    if name != "Subject":
        return f"{name}: " + "\r\n ".join(value.split()) + "\r\n"
    if value.isascii() and "=?" not in value:
        return f"{name}: {value}\r\n"
    return f"{name}: " + Header(value, "utf-8", 74, name).encode(linesep="\r\n") + "\r\n"


SMTP = _Policy(linesep="\r\n", cte_type="7bit")


def write_reply(reply: Reply, sender: SendAs, original: Message, original_text: str) -> bytes:
    """Return the reply's bytes; raise InvalidMessage if it cannot be written so that it reads back as it was meant."""
    headers = _headers(reply, sender, original)
    text = clean_text(with_quote(reply.text[:MOST_LETTERS], original, original_text if reply.quote else ""))
    message = EmailMessage(policy=SMTP)
    try:
        for name, value in headers.items():
            message[name] = value
        message.set_content(text.rstrip("\n") + "\n", charset="utf-8")
        raw = message.as_bytes()
    except (ValueError, LookupError, MessageError, RecursionError):
        raw = b""
    if not raw or _read_back(raw) != _expected(headers):
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


def _headers(reply: Reply, sender: SendAs, original: Message) -> dict[str, str | tuple[HeaderAddress, ...]]:
    if not PRIVATE_ID.fullmatch(reply.private_id):
        raise InvalidMessage(detail="its private id has other signs than letters and digits")
    if not reply.to:
        raise InvalidMessage(detail="it has no recipient")
    if len(reply.to) + len(reply.cc) > MOST_RECIPIENTS:
        raise InvalidMessage(detail=f"it has more than {MOST_RECIPIENTS} recipients")
    author = _address(Address(email=sender.email, name=sender.name))
    headers: dict[str, str | tuple[HeaderAddress, ...]] = {
        "From": (author,),
        "To": tuple(_address(each) for each in reply.to),
        "Cc": tuple(_address(each) for each in reply.cc),
        "Subject": reply_subject(original.subject),
        "Message-ID": message_id_of(reply.private_id, author.domain),
        "In-Reply-To": original.message_id if MESSAGE_ID.fullmatch(original.message_id) else "",
        "References": _references(original),
        PRIVATE_HEADER: reply.private_id,
    }
    return {name: value for name, value in headers.items() if value}


def _references(original: Message) -> str:
    """Return the thread's first id and the latest of the others, 20 in all, the answered message's own at the end."""
    known = dict.fromkeys(each for each in (*original.references, original.message_id) if MESSAGE_ID.fullmatch(each))
    ids = list(known)
    return " ".join(ids[:1] + ids[1:][-(MOST_REFERENCES - 1) :])


def _address(address: Address) -> HeaderAddress:
    if not PLAIN.fullmatch(address.email):
        raise InvalidMessage(detail=f"“{clean_line(address.email, 60)}” is no address")
    local, _, domain = address.email.rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode()
        name = " ".join(NOT_IN_NAMES.sub(" ", clean_line(address.name, 200)).split())
        return HeaderAddress(display_name=name, username=local.encode("ascii").decode(), domain=domain)
    except (ValueError, MessageError, IndexError):
        raise InvalidMessage(detail=f"“{clean_line(address.email, 60)}” cannot be written to") from None


def _expected(headers: dict[str, str | tuple[HeaderAddress, ...]]) -> list[tuple[str, object]]:
    given = [(name, value if isinstance(value, str) else _specs(value)) for name, value in headers.items()]
    return sorted([*given, ("MIME-Version", "1.0")], key=lambda header: header[0].lower())


def _read_back(raw: bytes) -> list[tuple[str, object]]:
    """Return the headers of our own bytes as a stranger's program would read them, those of the content left out."""
    message = BytesParser(policy=policy.SMTP).parsebytes(raw)
    found: list[tuple[str, object]] = []
    for name, value in message.items():
        if name.lower() not in ("content-type", "content-transfer-encoding"):
            found.append((name, _specs(value.addresses) if hasattr(value, "addresses") else str(value)))
    return sorted(found, key=lambda header: header[0].lower())


def _specs(addresses: tuple[HeaderAddress, ...]) -> tuple[str, ...]:
    return tuple(address.addr_spec for address in addresses)
