"""Letters on their way: what Gmail checks and changes before one leaves."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from app import clock
from app.sandbox.addresses import MOST_ADDRESSES, is_plausible, read_addresses
from app.sandbox.dates import write_date
from app.sandbox.delivery import hand_over
from app.sandbox.gmail.mailbox import Mailbox, Message, now_ms
from app.sandbox.gmail.refusals import invalid
from app.sandbox.headers import Head, read_head
from app.sandbox.rewriting import address_text, with_above, with_crlf, without
from app.sandbox.sandbox import Left, Sandbox
from app.sandbox.threading import message_ids_in

NO_LETTER = "'raw' RFC822 payload message string or uploading message via /upload/* URL required"
_TO = ("To", "Cc", "Bcc")


@dataclass(frozen=True, slots=True)
class Ready:
    """A letter as it is kept among the sent ones, and whom it goes to."""

    letter: bytes
    sender: str
    recipients: tuple[str, ...]


def checked_letter(letter: bytes) -> Head:
    """Return the head of a letter that Gmail takes as one; raise its 400 for what is none."""
    if not letter.strip():
        raise invalid(NO_LETTER)
    head = read_head(letter)
    if not head.fields:
        raise invalid("Invalid message: the raw content is not an RFC 2822 message")
    for name in _TO:
        _checked_addresses(head, name)
    return head


def _checked_addresses(head: Head, name: str) -> list[str]:
    emails = [address.email for value in head.all(name) for address in read_addresses(value)]
    if not all(is_plausible(email) for email in emails):
        raise invalid(f"Invalid {name} header")
    if len(emails) > MOST_ADDRESSES:
        raise invalid("Too many recipients")
    return emails


def make_ready(mailbox: Mailbox, letter: bytes, *, replace_message_id: bool = False) -> Ready:
    """Return a letter as Gmail sends it: From one of ours, Message-ID and Date in order; 400 without a recipient."""
    head = checked_letter(letter)
    emails = [email for name in _TO for email in _checked_addresses(head, name)]
    recipients = tuple(dict.fromkeys(email.casefold() for email in emails))
    if not recipients:
        raise invalid("Recipient address required")
    changed, sender = _with_our_sender(mailbox, with_crlf(letter), head)
    changed = _with_message_id(changed, head, replace=replace_message_id)
    if not head.first("Date"):
        changed = with_above(changed, [("Date", write_date(clock.now()))])
    hop = f"from 112233445566 named unknown by gmailapi.google.com with HTTPREST; {write_date(clock.now())}"
    return Ready(with_above(changed, [("Received", hop)]), sender, recipients)


def _with_our_sender(mailbox: Mailbox, letter: bytes, head: Head) -> tuple[bytes, str]:
    written = [address for value in head.all("From") for address in read_addresses(value)]
    # Nobody is told: the answer is 200 either way.
    ours = mailbox.sender(written[0].email) if len(written) == 1 else None
    if ours:
        return letter, ours.email
    default = mailbox.default_sender
    fields = [("From", address_text(default.name, default.email))]
    if written:
        fields.append(("X-Google-Original-From", ", ".join(head.all("From"))))
    return with_above(without(letter, "From"), fields), default.email


def _with_message_id(letter: bytes, head: Head, *, replace: bool) -> bytes:
    written = head.all("Message-ID")
    found = message_ids_in(written[0]) if len(written) == 1 else ()
    good = len(found) == 1 and found[0] == written[0].strip() and found[0].count("@") == 1
    if good and not replace:
        return letter
    fields = [("Message-ID", f"<CA{secrets.token_urlsafe(36)}@mail.gmail.com>")]
    if written:
        fields.append(("X-Google-Original-Message-ID", written[0]))
    return with_above(without(letter, "Message-ID"), fields)


def send(sandbox: Sandbox, mailbox: Mailbox, ready: Ready, *, thread_id: str = "") -> Message:
    """Keep the sent copy, Bcc and all, and deliver to every mailbox here; the others are noted as left."""
    # A letter to oneself is one message that is both sent and received.
    own = [address for address in ready.recipients if sandbox.receiving(address) is mailbox]
    labels = {"SENT", "INBOX", "UNREAD"} if own else {"SENT"}
    message = mailbox.put(ready.letter, labels=labels, date=now_ms(), thread_id=thread_id)
    mailbox.note("messageAdded", message)
    n = len(sandbox.ledger.entries) + 1  # the number this call is about to get
    sandbox.left.append(Left(n, clock.now(), mailbox.address, message.id, ready.recipients))
    hand_over(sandbox, ready.letter, ready.recipients, sender=ready.sender, own=mailbox)
    return message
