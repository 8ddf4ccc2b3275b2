"""From one practice mailbox into the others: a letter that leaves arrives wherever somebody here has its address."""

from __future__ import annotations

from collections.abc import Iterable

from app.sandbox.gmail import arriving as gmail
from app.sandbox.gmail.mailbox import Mailbox
from app.sandbox.rewriting import without
from app.sandbox.sandbox import Sandbox


def hand_over(sandbox: Sandbox, letter: bytes, recipients: Iterable[str], *, sender: str, own: Mailbox) -> None:
    """Deliver a letter to every mailbox here but the sender's own; only the sent copy says who got a blind one."""
    copy = without(letter, "Bcc")
    for address in recipients:
        there = sandbox.receiving(address)
        if there is not None and there is not own:
            gmail.deliver(there, copy, envelope_from=sender)
