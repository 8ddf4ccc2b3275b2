"""What the contract suite needs of a practice mailbox, in neutral words.

Another provider joins by a class like `GmailPractice` and its name in `conftest.PRACTICES`; the tests stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any, Protocol

from app.providers.base import Address, Reply
from app.providers.protocol import Provider
from app.sandbox.faults import Kind
from tests.people import ALICE

CLARA = Address(email="clara@customer.example", name="Clara Client")
OFFICE = "office@practice.example"  # another address of Alice's
PENDING = "pending@practice.example"  # one she has not confirmed yet
FIRST = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def letter(subject: str = "Terrace in March?", body: str = "Could you start in March?", **headers: str) -> EmailMessage:
    """Return a letter from Clara to Alice; `headers` are named with _ for - and may replace the usual ones."""
    made = EmailMessage()
    usual = {
        "From": f"{CLARA.name} <{CLARA.email}>",
        "To": ALICE[0],
        "Subject": subject,
        "Message-ID": "<march@c.example>",
    }
    for name, value in {**usual, **{name.replace("_", "-"): value for name, value in headers.items()}}.items():
        made[name] = value
    made.set_content(body)
    return made


def reply_to(message_id: str, text: str = "Yes, gladly.", *, private_id: str = "a1b2c3", **more: Any) -> Reply:
    """Return Alice's reply to Clara."""
    return Reply(answers=message_id, to=(CLARA,), text=text, private_id=private_id, **more)


class Practice(Protocol):
    """Alice's practice mailbox: the adapter's side of it, and the owner's own."""

    mailbox: Provider
    token: str  # the access token in use
    confirms_addresses: bool  # whether an address of the owner's can wait for her yes
    gives_the_parts: bool  # whether a letter's parts come as they were written; Exchange has read them itself
    shows_headers_of_drafts: bool  # whether References are there to be seen before a draft has left

    def another_hand(self) -> Provider:
        """Return the same mailbox opened anew: nothing remembered."""

    def deliver(self, raw: bytes | EmailMessage, *, labels: Iterable[str] = ("INBOX",), unread: bool = False) -> str:
        """Put a letter into the mailbox, each an hour later than the one before; return its id."""

    def labels_in_mailbox(self) -> set[str]:
        """Return the names of the labels the owner sees."""

    def labels_on(self, message_id: str) -> set[str]:
        """Return the names of the owner's labels on a message, as the owner sees them."""

    async def owner_makes_label(self, name: str) -> None:
        """Let the owner make a label in her own mail program."""

    def owner_renames_label(self, name: str, to: str) -> None:
        """Let the owner rename a label."""

    def owner_deletes_label(self, name: str) -> None:
        """Let the owner delete a label."""

    async def owner_edits_draft(self, draft_id: str, body: str) -> None:
        """Let the owner write other words into a draft."""

    async def owner_deletes_draft(self, draft_id: str) -> None:
        """Let the owner throw a draft away."""

    def drafts_in_mailbox(self) -> list[str]:
        """Return the ids of all drafts the owner sees."""

    def letters_left(self) -> list[tuple[str, ...]]:
        """Return the recipients of each letter that left the mailbox."""

    def raw_of_sent(self) -> list[bytes]:
        """Return the letters in the owner's sent folder."""

    def fail(self, call: str, fault: Kind, *, times: int = 1, seconds: float = 1, after: int = 0) -> None:
        """Plan a fault for calls named `read`, `label`, `draft` or `send`."""

    def effects(self) -> list[str]:
        """Return the kinds of everything that was done to the mailbox, in order."""

    def calls(self) -> int:
        """Return how many calls arrived."""

    def letters_asked(self) -> int:
        """Return how many times the provider was asked to send something, whatever it answered."""

    def lose_message_ids(self) -> None:
        """Let the provider give sent letters a Message-ID of its own."""

    async def end_consent(self) -> None:
        """Let the owner take her consent back."""
