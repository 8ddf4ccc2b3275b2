"""One checked Graph call, as the function behind it gets it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson

from app.sandbox.entra.accounts import Account
from app.sandbox.graph.folders import Folder
from app.sandbox.graph.ids import is_well_formed
from app.sandbox.graph.item import Item
from app.sandbox.graph.mailbox import GraphMailbox
from app.sandbox.graph.refusals import bad_body, bad_request, changed_meanwhile, graph_json, malformed_id, not_found
from app.sandbox.ledger import Effect, EffectKind
from app.sandbox.sandbox import Sandbox
from app.sandbox.wire import Answer, Request

Json = dict[str, Any]
_PREFERENCE = re.compile(r'outlook\.body-content-type\s*=\s*"?(text|html)"?', re.IGNORECASE)
_IMMUTABLE = re.compile(r'IdType\s*=\s*"?ImmutableId"?', re.IGNORECASE)


@dataclass(slots=True)
class Call:
    """A call that was let in; `keys` are the ids in its path, decoded."""

    sandbox: Sandbox
    account: Account
    mailbox: GraphMailbox
    scopes: frozenset[str]
    request: Request
    keys: tuple[str, ...]
    effect: Effect | None = None

    @property
    def immutable(self) -> bool:
        """Whether ids are to be those that survive a move."""
        return _IMMUTABLE.search(self.request.headers.get("prefer", "")) is not None

    @property
    def body_kind(self) -> str:
        """The form bodies are wanted in: html unless told otherwise."""
        found = _PREFERENCE.search(self.request.headers.get("prefer", ""))
        return found[1].lower() if found else "html"

    @property
    def basic_only(self) -> bool:
        """Whether the token covers the headers of mail and no more."""
        return self.scopes.isdisjoint({"Mail.Read", "Mail.ReadWrite"})

    def applied(self) -> tuple[tuple[str, str], ...]:
        """Return Preference-Applied, as far as something was preferred."""
        written = self.request.headers.get("prefer", "")
        found = ['IdType="ImmutableId"'] if self.immutable else []
        found += [f'outlook.body-content-type="{self.body_kind}"'] if _PREFERENCE.search(written) else []
        return (("preference-applied", ", ".join(found)),) if found else ()

    def id_of(self, item: Item) -> str:
        """Return the id to show."""
        return item.immutable if self.immutable else item.mutable

    def item(self, place: int = 0) -> Item:
        """Return the message a key names; raise Graph's 400 or 404."""
        key = self.keys[place]
        if not is_well_formed(key):
            raise malformed_id()
        found = self.mailbox.find(key)
        if found is None:
            raise not_found()
        return found

    def folder(self, name: str) -> Folder:
        """Return the folder of an id or a well-known name; raise Graph's 400 or 404."""
        found = self.mailbox.folders.find(name)
        if found is None:
            raise not_found() if is_well_formed(name) else malformed_id()
        return found

    def check_etag(self, item: Item) -> None:
        """Raise 412 if the caller has seen another state of the message; without If-Match nothing is compared."""
        wanted = self.request.headers.get("if-match", "").strip()
        if wanted not in {"", "*", item.etag}:
            raise changed_meanwhile()

    def body(self) -> Json:
        """Return the JSON body, empty if there is none; raise Graph's 400 for anything but an object."""
        if not self.request.body.strip():
            return {}
        if "json" not in self.request.headers.get("content-type", "").lower():
            text = "A missing or empty content type header was found when trying to read a message."
            raise bad_body(f"{text} The content type header is required.")
        try:
            read = orjson.loads(self.request.body)
        except orjson.JSONDecodeError:
            text = "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of "
            raise bad_request(f"{text}valid JSON format.") from None
        if not isinstance(read, dict):
            raise bad_body(
                "An unexpected node was found when reading from the JSON reader. A 'StartObject' was expected."
            )
        return read

    def did(self, kind: EffectKind, item: Item, *, added: tuple[str, ...] = (), removed: tuple[str, ...] = ()) -> None:
        """Note what this call did; the ledger speaks of immutable ids."""
        self.effect = Effect(kind, item.immutable, item.conversation, added, removed)

    def context(self, what: str) -> str:
        """Return the `@odata.context` of an answer."""
        return f"{self.sandbox.origin}/v1.0/$metadata#users('{quote(self.account.graph_id)}')/{what}"


Handler = Callable[[Call], Answer]
EMPTY = Answer(202, b"", (("content-length", "0"),))
GONE = Answer(204)

__all__ = ["EMPTY", "GONE", "Call", "Handler", "Json", "graph_json"]
