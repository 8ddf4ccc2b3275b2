"""A practice Outlook mailbox for the contract suite."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx2

from app.child import Child
from app.providers import connect, reading
from app.providers.allowed import allowed
from app.providers.graph.mailbox import Graph
from app.providers.protocol import Provider
from app.providers.transport import Counted, Transport
from app.sandbox.entra.grants import Cause
from app.sandbox.faults import Fault, Kind
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import make_app
from app.settings import Settings
from tests.contract.practice import FIRST, OFFICE
from tests.people import ALICE, KEY, ORIGIN, practice_settings

CALLBACK = "http://localhost:8025/connect/callback/microsoft"
FAULTS = {
    "read": [("GET", "*")],
    "label": [("PATCH", "*/messages/*")],
    "draft": [("POST", "*/createReply"), ("POST", "*/copy")],
    "send": [("POST", "*/send")],
}


class GraphPractice:
    """A practice Outlook mailbox reached in-process through the real adapter."""

    confirms_addresses = False
    gives_the_parts = False
    shows_headers_of_drafts = False

    def __init__(self, settings: Settings, sandbox: Sandbox, client: httpx2.AsyncClient, reader: Child) -> None:
        self.settings, self.sandbox, self.client, self.reader = settings, sandbox, client, reader
        self.counted: list[Counted] = []
        self.token = ""
        self.delivered = 0

    async def open(self, *more: str) -> None:
        """Let Alice consent to what is asked for, and to `more` permissions; open her mailbox."""
        self.transport = Transport(
            self.client, allowed(self.settings), count=self.counted.append, sleep=self._no_wait, chance=lambda: 0.0
        )
        self.entra = connect.microsoft(self.settings, for_signin=False)
        begun = connect.begin(
            self.entra,
            redirect_uri=CALLBACK,
            scopes=(*self.entra.mailbox_scopes, *more),
            login_hint=ALICE[0],
            offline=True,
        )
        answer = await self.client.get(f"{begun.url}&practice_consent=yes")
        query = parse_qs(urlsplit(answer.headers["location"]).query)
        self.consent = await connect.finish(
            self.entra,
            self.transport,
            code=query["code"][0],
            nonce=begun.nonce,
            verifier=begun.verifier,
            redirect_uri=CALLBACK,
        )
        self.token = self.consent.access_token
        self.mailbox = self.another_hand()

    @staticmethod
    async def _no_wait(_: float) -> None:
        return

    async def _tokens(self, refused: str) -> str:
        if refused:
            fresh = await connect.refresh(self.entra, self.transport, refresh_token=self.consent.refresh_token)
            self.token = fresh.access_token
        return self.token

    def another_hand(self) -> Provider:
        url = self.settings.graph_api_url
        return Graph(self.transport, self._tokens, mailbox="alice", api_url=url, reader=self.reader)

    @property
    def _box(self) -> Any:
        return self.sandbox.graph_mailbox(ALICE[0])

    def deliver(self, raw: bytes | EmailMessage, *, labels: Iterable[str] = ("INBOX",), unread: bool = False) -> str:
        self.delivered += 1
        date = FIRST + timedelta(hours=self.delivered)
        written = raw if isinstance(raw, bytes) else raw.as_bytes()
        return str(self._box.add(written, labels=labels, internal_date=date, unread=unread).immutable)

    def labels_in_mailbox(self) -> set[str]:
        return {name for item in self._box.items.values() for name in item.categories}

    def labels_on(self, message_id: str) -> set[str]:
        return set(self._box.find(message_id).categories)

    async def owner_makes_label(self, name: str) -> None:
        """Put a category on a letter: her list of them takes a permission that Deskhand does not have here."""
        self.deliver(b"Subject: A letter with a category\r\n\r\nx\r\n", labels=("INBOX", name))

    def owner_renames_label(self, name: str, to: str) -> None:
        self._recategorise(name, (to,))

    def owner_deletes_label(self, name: str) -> None:
        self._recategorise(name, ())

    def _recategorise(self, name: str, instead: tuple[str, ...]) -> None:
        for item in self._box.items.values():
            if name in item.categories:
                item.categories = tuple(each for each in item.categories if each != name) + instead
                self._box.touch(item)

    async def owner_edits_draft(self, draft_id: str, body: str) -> None:
        await self._owner("PATCH", draft_id, {"body": {"contentType": "text", "content": body}})

    async def owner_deletes_draft(self, draft_id: str) -> None:
        await self._owner("DELETE", draft_id)

    async def _owner(self, method: str, message_id: str, body: Any = None) -> None:
        headers = {"authorization": f"Bearer {self.consent.access_token}"}
        address = f"{ORIGIN}/v1.0/me/messages/{quote(message_id, safe='')}"
        answer = await self.client.request(method, address, json=body, headers=headers)
        assert answer.is_success, answer.text

    def drafts_in_mailbox(self) -> list[str]:
        items = self._box.items.values()
        return [item.immutable for item in items if item.draft and item.folder.well_known == "drafts"]

    def letters_left(self) -> list[tuple[str, ...]]:
        return [left.recipients for left in self.sandbox.left]

    def raw_of_sent(self) -> list[bytes]:
        items = self._box.items.values()
        return [self._box.spool.get(item.place) for item in items if item.folder.well_known == "sentitems"]

    def fail(self, call: str, fault: Kind, *, times: int = 1, seconds: float = 1, after: int = 0) -> None:
        more = {"fault": fault, "times": times, "seconds": seconds, "after": after}
        self.sandbox.faults.replace([Fault(method=method, path=path, **more) for method, path in FAULTS[call]])

    def effects(self) -> list[str]:
        return [entry.effect.kind for entry in self.sandbox.ledger.since(0) if entry.effect]

    def calls(self) -> int:
        return len(self.sandbox.ledger.since(0))

    def letters_asked(self) -> int:
        return sum(entry.path.endswith("/send") for entry in self.sandbox.ledger.since(0))

    def lose_message_ids(self) -> None:
        """Give each draft another one: Exchange does as it likes when it sends."""
        for item in self._box.items.values():
            if item.draft:
                item.message_id = "<another@practice.prod.outlook.com>"

    async def end_consent(self) -> None:
        self.sandbox.modes.continuous_access = True
        self.sandbox.entra.grants.end_all(ALICE[0], "practice", cause=Cause.CONSENT)


@asynccontextmanager
async def graph_practice(folder: Path) -> AsyncIterator[GraphPractice]:
    """Give Alice an empty practice Outlook mailbox with a second address."""
    settings, sandbox = practice_settings(folder), Sandbox(ORIGIN, key=KEY)
    sandbox.add_graph_mailbox(sandbox.add_graph_person(*ALICE), [OFFICE])
    below = httpx2.ASGITransport(make_app(sandbox))
    async with httpx2.AsyncClient(transport=below) as client, Child(reading.work) as reader:
        practice = GraphPractice(settings, sandbox, client, reader)
        await practice.open()
        yield practice
    sandbox.close()
