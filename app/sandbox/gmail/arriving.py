"""What Gmail adds to a letter from outside when it arrives."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from app import clock
from app.sandbox.addresses import read_addresses
from app.sandbox.dates import write_date
from app.sandbox.gmail.mailbox import Mailbox, Message, now_ms
from app.sandbox.headers import read_head
from app.sandbox.rewriting import with_above, with_crlf


def deliver(mailbox: Mailbox, letter: bytes, *, envelope_from: str = "", result: str = "pass") -> Message:
    """Put a letter from outside into the inbox with the fields Google adds above it.

    `result` is what SPF, DKIM and DMARC are said to have found: pass, fail or none.
    """
    written = [address.email for value in read_head(letter).all("From") for address in read_addresses(value)]
    author = written[0] if written else ""
    sender = envelope_from or author
    fields = _arrival(mailbox.address, sender=sender, author=author, result=result)
    labels = {"INBOX", "UNREAD", "CATEGORY_PERSONAL"}
    message = mailbox.put(with_above(with_crlf(letter), fields), labels=labels, date=now_ms())
    mailbox.note("messageAdded", message)
    return message


def _arrival(address: str, *, sender: str, author: str, result: str) -> Iterable[tuple[str, str]]:
    at, tag = write_date(clock.now()), secrets.token_hex(8)
    from_domain, sender_domain = author.rpartition("@")[2], sender.rpartition("@")[2]
    checked = (
        f"mx.google.com; dkim={result} header.i=@{from_domain} header.s=practice; "
        f"spf={result} smtp.mailfrom={sender}; dmarc={result} (p=REJECT sp=REJECT dis=NONE) header.from={from_domain}"
    )
    hop = f"from mail.{sender_domain or 'unknown'} (mail.{sender_domain or 'unknown'}. [203.0.113.25])"
    # In the order in which real ones stand, the newest above.
    return [
        ("Delivered-To", address),
        ("Received", f"by 2002:a05:6a21:{tag[:4]}:b0:{tag[4:7]}:{tag[7:11]}:{tag[11:15]} with SMTP id {tag}; {at}"),
        ("Return-Path", f"<{sender}>"),
        ("Received", f"{hop} by mx.google.com with ESMTPS id {tag} for <{address}>; {at}"),
        ("Authentication-Results", checked),
    ]
