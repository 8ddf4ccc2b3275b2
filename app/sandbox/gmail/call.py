"""One checked Gmail call, as the function behind it gets it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.sandbox.gmail.mailbox import Mailbox, Message
from app.sandbox.gmail.refusals import forbidden, invalid, not_found
from app.sandbox.ledger import Effect, EffectKind
from app.sandbox.sandbox import Sandbox

Json = dict[str, Any]
METADATA = "https://www.googleapis.com/auth/gmail.metadata"


@dataclass(slots=True)
class Call:
    """A call with everything checked against the discovery document; `media` is an uploaded letter."""

    sandbox: Sandbox
    mailbox: Mailbox
    operation: str
    scopes: frozenset[str]
    values: Json
    body: Json = field(default_factory=dict)
    media: bytes | None = None
    effect: Effect | None = None

    def message(self, name: str = "id") -> Message:
        """Return the message that a path parameter names; raise Google's 400 or 404."""
        message_id = checked_id(self.values[name])
        if message_id not in self.mailbox.messages:
            raise not_found()
        return self.mailbox.messages[message_id]

    def did(
        self, kind: EffectKind, message: Message, *, added: set[str] | None = None, removed: set[str] | None = None
    ) -> None:
        """Note what this call did."""
        changes = tuple(sorted(added or ())), tuple(sorted(removed or ()))
        self.effect = Effect(kind, message.id, message.thread_id, *changes)

    def letter(self, message: Json) -> bytes:
        """Return the letter that came with a call, uploaded or as `raw`; empty if none did."""
        if self.media is not None:
            return self.media
        raw = message.get("raw", b"")
        return raw if isinstance(raw, bytes) else b""

    def format(self) -> str:
        """Return the format asked for; a token that has gmail.metadata may not see more, whatever else it has."""
        wanted: str = self.values.get("format", "full")
        if METADATA in self.scopes and wanted in {"full", "raw"}:
            raise forbidden(f"Metadata scope doesn't allow format {wanted.upper()}")
        return wanted

    def query(self) -> str:
        """Return `q`; a token that has gmail.metadata may not search, whatever else it has."""
        if METADATA in self.scopes and "q" in self.values:
            raise forbidden("Metadata scope does not support 'q' parameter")
        return str(self.values.get("q", ""))


Handler = Callable[[Call], Json | None]


def checked_id(value: str) -> str:
    """Return an id of a message or thread; raise Google's 400 for what cannot be one."""
    if not 1 <= len(value) <= 16 or any(char not in "0123456789abcdef" for char in value):
        raise invalid("Invalid id value")
    return value
