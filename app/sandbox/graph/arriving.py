"""What Exchange Online adds to a letter from outside when it arrives."""

from __future__ import annotations

import secrets
from datetime import datetime

from app import clock
from app.sandbox.addresses import read_addresses
from app.sandbox.dates import write_date
from app.sandbox.graph.item import Item
from app.sandbox.graph.mailbox import GraphMailbox
from app.sandbox.headers import Field, read_head
from app.sandbox.rewriting import with_above, with_crlf, without

DMARC_ACTION = {"pass": "none", "fail": "oreject", "none": "none"}
REASON = {"pass": "100", "fail": "000", "none": "001"}


def deliver(mailbox: GraphMailbox, letter: bytes, *, envelope_from: str = "", result: str = "pass") -> Item:
    """Put a letter from outside into the inbox with the fields Exchange adds above it.

    `result` is what SPF, DKIM and DMARC are said to have found: pass, fail or none.
    """
    head = read_head(letter)
    written = [address.email for value in head.all("From") for address in read_addresses(value)]
    author = written[0] if written else ""
    fields = arrival(sender=envelope_from or author, author=author, result=result, at=clock.now())
    named = head.first("Message-ID") or f"<{secrets.token_hex(16)}@practice.prod.outlook.com>"
    whole = with_above(with_crlf(without(letter, "Message-ID")), [*fields, ("Message-ID", named)])
    return mailbox.put(whole, mailbox.folders.known("inbox"), date=clock.now(), read=False)


def arrival(*, sender: str, author: str, result: str, at: datetime) -> list[Field]:
    """Return the header fields of an arrival. Exchange's Authentication-Results names no server in front."""
    stamp, tag = write_date(at), secrets.token_hex(4).upper()
    from_domain, sender_domain = author.rpartition("@")[2], sender.rpartition("@")[2]
    signed = {"pass": "signature was verified", "fail": "body hash did not verify"}.get(result, "message not signed")
    checked = (
        f"spf={result} (sender IP is 203.0.113.25) smtp.mailfrom={sender_domain}; dkim={result} ({signed}) "
        f"header.d={from_domain};dmarc={result} action={DMARC_ACTION[result]} header.from={from_domain};"
        f"compauth={result} reason={REASON[result]}"
    )
    host, edge = f"mail.{sender_domain or 'unknown'}", f"DB5{tag}.mail.protection.outlook.com"
    return [
        ("Received", f"from {edge} (2603:10a6::1) by AM0{tag}.prod.outlook.com with HTTPS; {stamp}"),
        ("Authentication-Results", checked),
        ("Received-SPF", f"{result.title()} (protection.outlook.com: domain of {sender_domain} designates permitted)"),
        ("Received", f"from {host} (203.0.113.25) by {edge} (10.13.112.1) with Microsoft SMTP Server; {stamp}"),
        ("Return-Path", sender),
        ("X-MS-Exchange-Organization-AuthAs", "Anonymous"),
        ("X-MS-Exchange-Organization-Network-Message-Id", secrets.token_hex(16)),
    ]
