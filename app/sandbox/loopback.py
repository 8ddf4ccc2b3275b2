"""The practice server on a real port, where connections can be closed, reset and left hanging."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable, Iterator
from typing import Protocol

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.errors import AppError
from app.sandbox.wire import AsgiApp, Receive, Scope, Send

EXTENSION = "deskhand.transport"


class PortTaken(AppError):
    """Port {port} on {host} cannot be used ({why}). Choose another with --port."""

    code, status = "port_taken", 500


class Connection(Protocol):
    """What can be done to the caller's connection."""

    async def close(self) -> None:
        """Close it without an answer."""

    async def reset(self) -> None:
        """Reset it."""

    async def gone_within(self, seconds: float) -> bool:
        """Be silent; say whether the caller went away meanwhile."""


class _InProcess:
    async def close(self) -> None:
        raise ConnectionError("the practice server closed the connection without an answer")

    async def reset(self) -> None:
        raise ConnectionResetError("the practice server reset the connection")

    async def gone_within(self, seconds: float) -> bool:
        await asyncio.sleep(seconds)
        return False


class _OnASocket:
    def __init__(self, transport: asyncio.Transport, receive: Receive) -> None:
        self.transport, self.receive = transport, receive

    async def close(self) -> None:
        self.transport.close()
        await self._gone()

    async def reset(self) -> None:
        sock = self.transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closing is a reset then
        self.transport.abort()
        await self._gone()

    async def gone_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._gone(), seconds)
        except TimeoutError:
            return False
        return True

    async def _gone(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass


def connection_of(scope: Scope, receive: Receive) -> Connection:
    """Return the caller's connection; without a socket below, cutting it raises ConnectionError."""
    transport = scope.get("extensions", {}).get(EXTENSION)
    return _OnASocket(transport, receive) if transport else _InProcess()


class _Protocol(H11Protocol):
    """uvicorn's HTTP, telling the app which connection a request came by."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        app = self.app

        async def with_transport(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[EXTENSION] = transport
            await app(scope, receive, send)

        self.app = with_transport


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # whoever runs us decides about signals


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; raise PortTaken if the port cannot be had. Port 0 takes any free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    # A server that was just stopped leaves connections behind; they must not keep the port.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(128)
    except (OSError, OverflowError) as trouble:
        sock.close()
        why = getattr(trouble, "strerror", None) or "it is no port"
        raise PortTaken(host=host, port=port, why=why) from None
    return sock


def _config(app: AsgiApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        # As providers' servers do: longer than a client keeps one, so that none is closed as it is used again.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )


def address_of(sock: socket.socket) -> str:
    """Return the address a browser on this machine reaches a listening socket by."""
    host, port = sock.getsockname()[:2]
    if host in {"0.0.0.0", "::", "127.0.0.1", "::1"}:  # noqa: S104 - compared, not bound
        host = "localhost" if host != "127.0.0.1" else host
    return f"http://{host}:{port}"


async def serve_on(app: AsgiApp, sock: socket.socket, ready: Callable[[], None]) -> None:
    """Serve on a listening socket until cancelled; `ready` is called once calls are answered."""
    server = _Server(_config(app), ready)
    task = asyncio.create_task(server.serve(sockets=[sock]))
    try:
        await asyncio.shield(task)
    finally:
        server.should_exit = True
        await task
        sock.close()
