"""The way out over SMTP, up to the one step that cannot be taken back.

Everything before DATA can be done again: nothing has been handed over. From DATA on there are three ends: the server
says that it has the letter, it says that it has not, or nobody knows. The third is never repeated: a lost answer and a
second attempt are how one letter comes twice (RFC 1047).
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import aiosmtplib

from app.notices.outlet import Outlet, Secured

COMMAND, WHOLE_WAY, DATA = 15.0, 60.0, 30.0  # seconds: one answer, everything before DATA, each answer to DATA
_ENHANCED = re.compile(r"^\s*([245]\.\d{1,3}\.\d{1,3})\b")


class NotTaken(Exception):
    """The letter is certainly not with the server. `answer` is its code or a word of ours, `said` its own words."""

    def __init__(self, answer: str, *, permanent: bool = False, said: str = "") -> None:
        super().__init__(answer)
        self.answer, self.permanent, self.said = answer, permanent, said


class NobodyKnows(Exception):
    """The letter was handed over and no answer came that could be understood."""


@dataclass(frozen=True)
class Door:
    """A mail server that has agreed to sender and recipient, and waits for the letter."""

    client: aiosmtplib.SMTP

    async def hand_over(self, raw: bytes) -> str:
        """Give the letter, once, and return what the server said; raise NotTaken, or NobodyKnows."""
        try:
            return (await self.client.data(raw, timeout=DATA)).message
        except aiosmtplib.SMTPDataError as answer:
            if 400 <= answer.code < 600:
                raise _refused(answer) from None
            raise NobodyKnows from None
        except (aiosmtplib.SMTPException, OSError):
            raise NobodyKnows from None


@asynccontextmanager
async def at_the_door(outlet: Outlet, to: str) -> AsyncIterator[Door]:
    """Connect, secure, sign in, and name sender and recipient; raise NotTaken for whatever is in the way."""
    client = _client(outlet)
    try:
        await _brought_there(client, outlet, to)
        yield Door(client)
    finally:
        await _leave(client)


async def _brought_there(client: aiosmtplib.SMTP, outlet: Outlet, to: str) -> None:
    try:
        async with asyncio.timeout(WHOLE_WAY):
            await client.connect()
            await client.mail(outlet.sender)
            await client.rcpt(to)
    except (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPRecipientRefused) as answer:
        raise _refused(answer) from None
    except aiosmtplib.SMTPAuthenticationError as answer:  # the operator can mend it, so it is tried again
        raise NotTaken(f"sign-in {_code(answer)}", said=answer.message) from None
    except aiosmtplib.SMTPResponseException as answer:
        raise NotTaken(_code(answer), said=answer.message) from None
    except ssl.SSLError as trouble:
        raise NotTaken("tls", said=trouble.reason or "") from None
    except (aiosmtplib.SMTPException, OSError) as trouble:
        raise _not_reached(trouble) from None


def _client(outlet: Outlet) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(
        hostname=outlet.host,
        port=outlet.port,
        username=outlet.user or None,
        password=outlet.password or None,
        # The machine's own name is nobody's business, and asking for it may hang.
        local_hostname=outlet.domain,
        timeout=COMMAND,
        use_tls=outlet.secured is Secured.TLS,
        start_tls=outlet.secured is Secured.STARTTLS,
        tls_context=ssl.create_default_context(),
    )


async def _leave(client: aiosmtplib.SMTP) -> None:
    """Say goodbye without waiting for long; what the letter has come to is known by now."""
    with suppress(aiosmtplib.SMTPException, OSError):
        if client.is_connected:
            await client.quit(timeout=2)
    client.close()


def _refused(answer: aiosmtplib.SMTPResponseException) -> NotTaken:
    return NotTaken(_code(answer), permanent=answer.code >= 500, said=answer.message)


def _not_reached(trouble: Exception) -> NotTaken:
    """Name what was in the way: the certificate, STARTTLS that is not offered, or the server itself."""
    cause = trouble.__cause__ or trouble
    if isinstance(cause, ssl.SSLError):
        return NotTaken("tls", said=cause.reason or "")
    text = str(trouble)
    if "STARTTLS" in text:
        return NotTaken("no tls", said=text)
    return NotTaken("not reached", said=text)


def _code(answer: aiosmtplib.SMTPResponseException) -> str:
    """Return the server's code with its enhanced code (RFC 3463), none of its words."""
    found = _ENHANCED.match(answer.message)
    return f"{answer.code} {found[1]}" if found else str(answer.code)
