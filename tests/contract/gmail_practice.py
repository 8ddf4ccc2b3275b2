"""A practice Gmail mailbox for the contract suite."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from app.child import Child
from app.providers import connect, reading
from app.providers.allowed import allowed
from app.providers.gmail.mailbox import Gmail
from app.providers.protocol import Provider
from app.providers.transport import Counted, Transport
from app.sandbox.faults import Fault, Kind
from app.sandbox.gmail.mailbox import SendAs
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import make_app
from app.settings import Settings
from tests.contract.practice import FIRST, OFFICE, PENDING
from tests.people import ALICE, KEY, ORIGIN, practice_settings

CALLBACK = "http://localhost:8025/connect/callback/google"
PATHS = {
    "read": ("GET", "*"),
    "label": ("POST", "*/modify"),
    "draft": ("POST", "*/drafts"),
    "send": ("POST", "*/drafts/send"),
}


class GmailPractice:
    """A practice Gmail mailbox reached in-process through the real adapter."""

    confirms_addresses = True
    gives_the_parts = True
    shows_headers_of_drafts = True

    def __init__(self, settings: Settings, sandbox: Sandbox, client: httpx2.AsyncClient, reader: Child) -> None:
        self.settings, self.sandbox, self.client, self.reader = settings, sandbox, client, reader
        self.counted: list[Counted] = []
        self.token = ""
        self.delivered = 0

    async def open(self) -> None:
        """Let Alice consent, and open her mailbox."""
        self.transport = Transport(
            self.client, allowed(self.settings), count=self.counted.append, sleep=self._no_wait, chance=lambda: 0.0
        )
        self.google = connect.google(self.settings, for_signin=False)
        begun = connect.begin(
            self.google, redirect_uri=CALLBACK, scopes=self.google.mailbox_scopes, login_hint=ALICE[0], offline=True
        )
        answer = await self.client.get(f"{begun.url}&practice_consent=yes")
        query = parse_qs(urlsplit(answer.headers["location"]).query)
        self.consent = await connect.finish(
            self.google,
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
            fresh = await connect.refresh(self.google, self.transport, refresh_token=self.consent.refresh_token)
            self.token = fresh.access_token
        return self.token

    def another_hand(self) -> Provider:
        url = self.settings.gmail_api_url
        return Gmail(self.transport, self._tokens, mailbox="alice", api_url=url, reader=self.reader)

    @property
    def _box(self) -> Any:
        return self.sandbox.mailbox(ALICE[0])

    def deliver(self, raw: bytes | EmailMessage, *, labels: Iterable[str] = ("INBOX",), unread: bool = False) -> str:
        self.delivered += 1
        date = FIRST + timedelta(hours=self.delivered)
        written = raw if isinstance(raw, bytes) else raw.as_bytes()
        return str(self._box.add(written, labels=labels, internal_date=date, unread=unread).id)

    def labels_in_mailbox(self) -> set[str]:
        return {label.name for label in self._box.labels if not label.system}

    def labels_on(self, message_id: str) -> set[str]:
        ids = self._box.messages[message_id].labels
        return {label.name for label in self._box.labels if label.id in ids and not label.system}

    async def owner_makes_label(self, name: str) -> None:
        await self._owner("POST", "labels", {"name": name})

    def owner_renames_label(self, name: str, to: str) -> None:
        self._box.labels.rename(self._box.labels.named(name), to)

    def owner_deletes_label(self, name: str) -> None:
        label = self._box.labels.named(name)
        for message in list(self._box.messages.values()):
            self._box.relabel(message, remove=[label.id])
        self._box.labels.remove(label)

    async def owner_edits_draft(self, draft_id: str, body: str) -> None:
        held = self._box.messages[self._box.drafts[draft_id].message_id]
        head = self._box.raw(held).partition(b"\r\n\r\n")[0]
        raw = base64.urlsafe_b64encode(head + b"\r\n\r\n" + body.encode("ascii")).decode()
        await self._owner("PUT", f"drafts/{draft_id}", {"message": {"raw": raw, "threadId": held.thread_id}})

    async def owner_deletes_draft(self, draft_id: str) -> None:
        await self._owner("DELETE", f"drafts/{draft_id}")

    async def _owner(self, method: str, path: str, body: Any = None) -> None:
        headers = {"authorization": f"Bearer {self.consent.access_token}"}
        answer = await self.client.request(method, f"{ORIGIN}/gmail/v1/users/me/{path}", json=body, headers=headers)
        assert answer.is_success, answer.text

    def drafts_in_mailbox(self) -> list[str]:
        return list(self._box.drafts)

    def letters_left(self) -> list[tuple[str, ...]]:
        return [left.recipients for left in self.sandbox.left]

    def raw_of_sent(self) -> list[bytes]:
        return [self._box.raw(message) for message in self._box.messages.values() if "SENT" in message.labels]

    def fail(self, call: str, fault: Kind, *, times: int = 1, seconds: float = 1, after: int = 0) -> None:
        method, path = PATHS[call]
        planned = Fault(method=method, path=path, fault=fault, times=times, seconds=seconds, after=after)
        self.sandbox.faults.replace([planned])

    def effects(self) -> list[str]:
        return [entry.effect.kind for entry in self.sandbox.ledger.since(0) if entry.effect]

    def calls(self) -> int:
        return len(self.sandbox.ledger.since(0))

    def letters_asked(self) -> int:
        return sum(entry.path.endswith("/drafts/send") for entry in self.sandbox.ledger.since(0))

    def lose_message_ids(self) -> None:
        self.sandbox.modes.replace_message_id = True

    async def end_consent(self) -> None:
        await connect.revoke(self.google, self.transport, token=self.consent.refresh_token)


@asynccontextmanager
async def gmail_practice(folder: Path) -> AsyncIterator[GmailPractice]:
    """Give Alice an empty practice Gmail mailbox with a second address, and one she has not confirmed."""
    settings, sandbox = practice_settings(folder), Sandbox(ORIGIN, key=KEY)
    sandbox.add_mailbox(sandbox.add_person(*ALICE), [SendAs(OFFICE, "Amsel Gardens"), SendAs(PENDING, verified=False)])
    below = httpx2.ASGITransport(make_app(sandbox))
    async with httpx2.AsyncClient(transport=below) as client, Child(reading.work) as reader:
        practice = GmailPractice(settings, sandbox, client, reader)
        await practice.open()
        yield practice
    sandbox.close()
