"""The only place that talks to providers: time-outs, four requests at once per mailbox, and never a second letter.

What sends is asked once. What is repeatable (reads, and writes that come to the same when done twice) is tried again
after a lost connection or a "later", with full jitter, while the wait is short; a long wait is the caller's to plan.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

import httpx2

from app import clock
from app.errors import CallNotAllowed, MailboxDisconnected, NoAnswer, ProviderBusy, ProviderError, TooMuchSent
from app.providers.allowed import Allowed, name_of

AT_ONCE = 4  # requests per mailbox; Gmail counts those of all of a user's programs together
TRIES = 4
PATIENCE = 5.0  # seconds we wait in line; longer, and the caller plans anew
CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 5.0, 30.0, 120.0
MOST_BYTES = 32 * 2**20
LONGEST_WAIT = 86_400.0
USER_AGENT = "Deskhand (gzip)"  # Google compresses for whoever says gzip here too
TOKEN = re.compile(r"[\x21-\x7e]+")
NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)
# OSError: time-outs, and what an application called in the same process raises for a broken connection
LOST = (httpx2.HTTPError, httpx2.StreamError, OSError, EOFError)


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One request. `repeatable` says that doing it twice comes to the same; `token` is sent as a bearer token."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)
    token: str = field(default="", repr=False)
    repeatable: bool = False
    most_bytes: int = MOST_BYTES


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came back, whole; header names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Missing(Enum):
    """Why there is no answer."""

    NOT_SENT = "not sent"
    LOST = "lost"
    TOO_LARGE = "too large"


class Busy(NamedTuple):
    """The provider says "later", in so many seconds if it named a time; `sending`: because too much was sent."""

    seconds: float | None
    sending: bool = False


class Counted(NamedTuple):
    """One attempt at a call, for whoever counts them; `status` is 0 without an answer."""

    name: str
    mailbox: str
    status: int
    attempt: int


BusyReader = Callable[[Answer], Busy | None]


def new_client() -> httpx2.AsyncClient:
    """Return the HTTP client that a process shares among all mailboxes."""
    return httpx2.AsyncClient(limits=httpx2.Limits(max_connections=200, max_keepalive_connections=50))


def json_of(answer: Answer) -> dict[str, Any]:
    """Return the JSON object of an answer, an empty one where there is none."""
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def busy_by_status(answer: Answer) -> Busy | None:
    """Say whether the status alone means "later"."""
    return Busy(retry_after(answer)) if answer.status == 429 or answer.status >= 500 else None


def retry_after(answer: Answer) -> float | None:
    """Return the seconds that Retry-After asks for, given as a number or as a date."""
    value = answer.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:7]), LONGEST_WAIT)
    try:
        seconds = (parsedate_to_datetime(value) - clock.now()).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT)


class Transport:
    """The way out of this process, for every provider and every mailbox."""

    def __init__(
        self,
        client: httpx2.AsyncClient,
        allowed: Sequence[Allowed],
        *,
        count: Callable[[Counted], None] = lambda _: None,
        wait: Callable[[str, str], float] = lambda _mailbox, _name: 0.0,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        """`client` stays the caller's to close; `count` hears of every attempt.

        `wait` is asked before each, by mailbox and name of the call, and says in how many seconds there is room for it
        in the provider's quota; 0 takes that room. `sleep` and `chance` are for tests.
        """
        self._client, self._allowed = client, tuple(allowed)
        self._count, self._wait_for_room, self._sleep, self._chance = count, wait, sleep, chance
        times = httpx2.Timeout(read_seconds, connect=min(CONNECT_SECONDS, read_seconds))
        self._extensions = {"timeout": times.as_dict()}
        self._places: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def send(self, call: Call, *, mailbox: str = "", busy: BusyReader = busy_by_status) -> Answer:
        """Make one call and return the provider's answer, whatever its status, unless `busy` reads a "later" in it.

        `mailbox` is any key of the mailbox that this is about. Raises CallNotAllowed; ProviderBusy (with `retry_after`
        in seconds if the provider named a time); NoAnswer, after which nobody knows whether a call that was not
        repeatable had its effect; ProviderError if the answer is too large. Cancelling goes through.
        """
        if call.token and not TOKEN.fullmatch(call.token):
            raise MailboxDisconnected()
        url = _parsed(call.url)
        name = name_of(self._allowed, call.method, str(url), bearer=bool(call.token))
        for attempt in range(TRIES):
            await self._room(mailbox, name)
            async with self._place(mailbox):
                outcome = await self._exchange(self._request(call, url), call.most_bytes)
            answer = outcome if isinstance(outcome, Answer) else None
            self._count(Counted(name, mailbox, answer.status if answer else 0, attempt))
            later = busy(answer) if answer else None
            if answer and not later:
                return answer
            wait = self._wait(later, attempt)
            if not call.repeatable or outcome is Missing.TOO_LARGE or attempt + 1 == TRIES or wait > PATIENCE:
                raise _failure(call, outcome, later)
            await self._sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    async def _room(self, mailbox: str, name: str) -> None:
        """Wait for room in a mailbox's quota, if that is a matter of seconds; raise ProviderBusy if it is not."""
        while (seconds := self._wait_for_room(mailbox, name)) > 0:
            if seconds > PATIENCE:
                raise ProviderBusy(retry_after=seconds)
            await self._sleep(seconds)

    def _request(self, call: Call, url: httpx2.URL) -> httpx2.Request:
        # Built here and not by the client, so that no cookie of one mailbox travels with another's request.
        headers = dict(call.headers) | {"accept-encoding": "gzip", "user-agent": USER_AGENT}
        if call.token:
            headers["authorization"] = f"Bearer {call.token}"
        return httpx2.Request(call.method, url, headers=headers, content=call.body or None, extensions=self._extensions)

    @asynccontextmanager
    async def _place(self, mailbox: str) -> AsyncIterator[None]:
        if not mailbox:
            yield
            return
        places = self._places.setdefault(mailbox, asyncio.Semaphore(AT_ONCE))
        async with places:
            yield

    async def _exchange(self, request: httpx2.Request, most_bytes: int) -> Answer | Missing:
        # Nothing is raised from inside the handlers: the client library's exceptions hold the request and its token.
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                response = await self._client.send(request, stream=True, follow_redirects=False, auth=None)
                try:
                    return await _whole(response, most_bytes)
                finally:
                    await response.aclose()
        except NOT_SENT:
            return Missing.NOT_SENT
        except LOST:
            return Missing.LOST

    def _wait(self, later: Busy | None, attempt: int) -> float:
        """Return how long to wait before the next attempt: as asked, else at random up to a doubling limit."""
        if later and later.seconds is not None:
            return later.seconds
        return self._chance() * min(PATIENCE, 0.5 * (1 << attempt))


def _parsed(url: str) -> httpx2.URL:
    """Return an address with its dot segments resolved; parsed once, because long ids make that slow."""
    try:
        return httpx2.URL(url)
    except (httpx2.InvalidURL, ValueError):
        raise CallNotAllowed(detail="an address that is none") from None


async def _whole(response: httpx2.Response, most_bytes: int) -> Answer | Missing:
    parts, size = [], 0
    async for part in response.aiter_bytes():
        size += len(part)
        if size > most_bytes:
            return Missing.TOO_LARGE
        parts.append(part)
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(status=response.status_code, headers=headers, body=b"".join(parts))


def _failure(call: Call, outcome: Answer | Missing, later: Busy | None) -> ProviderError:
    if isinstance(outcome, Answer):
        if not call.repeatable and outcome.status >= 500:
            return NoAnswer()  # a gateway that gave up does not know what was done behind it
        kind = TooMuchSent if later and later.sending else ProviderBusy
        return kind(retry_after=later.seconds if later else None)
    if outcome is Missing.NOT_SENT:
        return ProviderBusy()
    if outcome is Missing.TOO_LARGE and call.repeatable:
        return ProviderError(detail="its answer is too large")
    return NoAnswer()
