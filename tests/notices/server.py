"""A real SMTP server on this machine that does what it is told: takes, refuses, keeps waiting, or hangs up."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

TAKEN = "250 2.0.0 taken"
HANG, HANG_UP = "hang", "hang up"


@dataclass(frozen=True)
class Received:
    """One letter that the server has whole, whatever it has answered."""

    sender: str
    to: list[str]
    raw: bytes
    secured: bool
    user: str

    @property
    def message(self) -> EmailMessage:
        """Return it as its reader's program sees it."""
        return message_from_bytes(self.raw, policy=default)  # type: ignore[return-value]

    @property
    def text(self) -> str:
        """Return its words in one line."""
        return " ".join(str(self.message.get_content()).split())


@dataclass
class MailServer:
    """What arrived, and what is answered next at each step; afterwards all is taken."""

    port: int = 0
    letters: list[Received] = field(default_factory=list)
    at_recipient: list[str] = field(default_factory=list)
    at_data: list[str] = field(default_factory=list)
    waiting: asyncio.Event = field(default_factory=asyncio.Event)  # somebody is kept waiting
    said: list[str] = field(default_factory=list)  # every command, in order
    users: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.said.append(f"RCPT {address}")
        answer = await self._answer(server, self.at_recipient)
        if answer == TAKEN:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.at_data[0] if self.at_data else TAKEN
        if not answer.startswith(("4", "5")):
            user = session.auth_data.decode() if isinstance(session.auth_data, bytes) else ""
            raw = envelope.original_content or b""
            secured = session.ssl is not None
            self.letters.append(Received(str(envelope.mail_from), list(envelope.rcpt_tos), raw, secured, user))
        return await self._answer(server, self.at_data)

    async def _answer(self, server: SMTP, plan: list[str]) -> str:
        answer = plan.pop(0) if plan else TAKEN
        if answer == HANG:
            self.waiting.set()
            await asyncio.sleep(600)
        if answer == HANG_UP:
            server.transport.abort()
            return TAKEN
        return answer

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        user, password = data.login.decode(), data.password.decode()
        return AuthResult(success=self.users.get(user) == password, handled=False, auth_data=user.encode())


@asynccontextmanager
async def mail_server(*, tls: ssl.SSLContext | None = None, at_once: bool = False) -> AsyncIterator[MailServer]:
    """Run a mail server; `tls` makes it demand STARTTLS, or TLS from the first byte on (`at_once`)."""
    made = MailServer()
    loop = asyncio.get_running_loop()

    def protocol() -> SMTP:
        given: dict[str, Any] = {"enable_SMTPUTF8": False, "timeout": 600, "loop": loop, "hostname": "mail.practice"}
        if tls is not None and not at_once:
            given |= {"tls_context": tls, "require_starttls": True}
        return SMTP(made, authenticator=made.authenticate, auth_require_tls=tls is not None and not at_once, **given)

    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=tls if at_once else None)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for task in [each for each in asyncio.all_tasks() if "_handle_client" in repr(each.get_coro())]:
            task.cancel()
