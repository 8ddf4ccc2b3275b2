"""Ways to a provider for the tests of the way out: handlers in-process, and a server that breaks connections."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2

from app.providers.allowed import Allowed, gmail
from app.providers.base import Address, Reply
from app.providers.transport import Counted, Transport

GMAIL = "https://gmail.test/"
Handler = Callable[[httpx2.Request], httpx2.Response] | Callable[[httpx2.Request], Awaitable[httpx2.Response]]


@dataclass
class Way:
    """A transport whose waits are written down instead of waited."""

    transport: Transport
    waits: list[float] = field(default_factory=list)
    counted: list[Counted] = field(default_factory=list)


def way_to(
    handler: Handler | httpx2.AsyncBaseTransport,
    *,
    allowed: tuple[Allowed, ...] | None = None,
    chance: float = 1.0,
    read_seconds: float = 30.0,
) -> Way:
    """Return a transport to `handler`."""
    below = handler if isinstance(handler, httpx2.AsyncBaseTransport) else httpx2.MockTransport(handler)
    way = Way(transport=None)  # type: ignore[arg-type] - filled below, since its hooks belong to the way

    async def sleep(seconds: float) -> None:
        way.waits.append(seconds)

    way.transport = Transport(
        httpx2.AsyncClient(transport=below),
        tuple(gmail(GMAIL)) if allowed is None else allowed,
        count=way.counted.append,
        sleep=sleep,
        chance=lambda: chance,
        read_seconds=read_seconds,
    )
    return way


def answering(*answers: int | dict[str, Any] | Exception | httpx2.Response) -> tuple[Handler, list[httpx2.Request]]:
    """Return a handler that gives these one after the other (the last for ever), and the requests it gets."""
    requests: list[httpx2.Request] = []
    left = list(answers)

    def handler(request: httpx2.Request) -> httpx2.Response:
        requests.append(request)
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx2.Response):
            return answer
        return httpx2.Response(answer, json={}) if isinstance(answer, int) else httpx2.Response(200, json=answer)

    return handler, requests


def refusal(status: int, /, message: str = "No.", reason: str = "", **more: Any) -> httpx2.Response:
    """Return an error answer as Gmail writes it."""
    error = {"code": status, "message": message, "errors": [{"message": message, "reason": reason}], **more}
    return httpx2.Response(status, json={"error": error})


Breaking = Callable[["Arrived", asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Arrived:
    """One request as it stood on the wire."""

    line: str
    headers: str
    body: bytes


@dataclass
class BreakingServer:
    """A TCP server that reads a whole request and then does what a test says."""

    origin: str
    arrived: list[Arrived] = field(default_factory=list)

    def posts(self) -> list[str]:
        """Return the request lines of the POSTs that arrived."""
        return [each.line for each in self.arrived if each.line.startswith("POST ")]


@asynccontextmanager
async def breaking_server(then: Breaking) -> AsyncIterator[BreakingServer]:
    """Serve on a free port until the test is over."""
    served = BreakingServer(origin="")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while not reader.at_eof():
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                line, _, headers = head.partition("\r\n")
                length = next((int(h.split(":")[1]) for h in headers.lower().split("\r\n") if "content-length" in h), 0)
                request = Arrived(line, headers, await reader.readexactly(length))
                served.arrived.append(request)
                await then(request, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    served.origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield served
    finally:
        server.close()
        server.close_clients() if hasattr(server, "close_clients") else None


async def close_without_answer(_: Arrived, writer: asyncio.StreamWriter) -> None:
    """End the connection in peace, and say nothing."""
    writer.close()
    await writer.wait_closed()


async def reset(_: Arrived, writer: asyncio.StreamWriter) -> None:
    """End the connection with a RST."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def hang(_: Arrived, writer: asyncio.StreamWriter) -> None:
    """Keep the connection and never answer."""
    await asyncio.Event().wait()


async def truncate(_: Arrived, writer: asyncio.StreamWriter) -> None:
    """Promise a hundred bytes and give ten."""
    writer.write(b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"id": "18')
    await writer.drain()
    writer.close()


async def half_a_head(_: Arrived, writer: asyncio.StreamWriter) -> None:
    """Stop in the middle of the headers."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-ty")
    await writer.drain()
    writer.close()


async def no_http(_: Arrived, writer: asyncio.StreamWriter) -> None:
    """Answer in another language."""
    writer.write(b"220 mail.test ESMTP\r\n")
    await writer.drain()
    writer.close()


def saying(status: str, body: str = "", **headers: str) -> Breaking:
    """Answer with this status and body, and keep the connection."""

    async def say(_: Arrived, writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
        await writer.drain()

    return say


def written(value: dict[str, Any]) -> Breaking:
    """Answer 200 with this object."""
    return saying("200 OK", json.dumps(value), content_type="application/json")


def reply_to_clara(message_id: str, *, private_id: str, text: str = "Yes, gladly.") -> Reply:
    """Return a reply to the client's letter."""
    to = (Address(email="clara@customer.example", name="Clara Client"),)
    return Reply(answers=message_id, to=to, text=text, private_id=private_id)
