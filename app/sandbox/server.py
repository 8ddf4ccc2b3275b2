"""The practice server as an ASGI app: finds who answers, keeps the ledger, and lets calls fail as planned."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable

from app.sandbox.control import control
from app.sandbox.faults import HARMLESS, Fault, Kind
from app.sandbox.gmail.refusals import no_such_method
from app.sandbox.ledger import Seen
from app.sandbox.loopback import Connection, address_of, connection_of, listen, serve_on
from app.sandbox.providers import Provider, provider_of
from app.sandbox.sandbox import Sandbox
from app.sandbox.wire import Answer, AsgiApp, Receive, Request, Scope, Send, TooLarge, json_answer, read_request

log = logging.getLogger(__name__)


def make_app(sandbox: Sandbox) -> AsgiApp:
    """Return the app, for uvicorn or for an in-process transport (there a cut connection is a ConnectionError)."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError("this server speaks HTTP only")
        try:
            request = await read_request(scope, receive)
        except TooLarge:
            await _give(send, json_answer({"error": {"code": 413, "message": "Request entity too large."}}, 413))
            return
        await _respond(sandbox, request, connection_of(scope, receive), send)

    return app


async def _respond(sandbox: Sandbox, request: Request, connection: Connection, send: Send) -> None:
    # By the raw path: ids may hold what a decoded path would split or join.
    provider = provider_of(request.path)
    if provider is None:
        ours = request.path.startswith("/_")
        await _give(send, control(sandbox, request) if ours else no_such_method().answer())
        return
    mailbox = provider.identify(sandbox, request).mailbox if provider.most_at_once else None
    if mailbox is None:
        await _act(sandbox, provider, request, connection, send)
        return
    sandbox.under_way[mailbox] += 1
    try:
        await _among_others(sandbox, provider, request, connection, send, others=sandbox.under_way[mailbox] - 1)
    finally:
        sandbox.under_way[mailbox] -= 1


async def _among_others(
    sandbox: Sandbox, provider: Provider, request: Request, connection: Connection, send: Send, *, others: int
) -> None:
    if others >= provider.most_at_once and provider.crowded:
        answer = provider.crowded()
        _record_refusal(sandbox, provider, request, answer)
        await _give(send, answer)
        return
    # Even a moment of no length lets those come in that were sent at the same time.
    await asyncio.sleep(sandbox.modes.graph_seconds)
    await _act(sandbox, provider, request, connection, send)


async def _act(sandbox: Sandbox, provider: Provider, request: Request, connection: Connection, send: Send) -> None:
    fault = sandbox.faults.take(provider.name, request.method, request.path)
    if fault is None:
        await _give(send, _done(sandbox, provider, request))
    elif fault.fault in HARMLESS:
        await _refuse(sandbox, provider, request, fault=fault, connection=connection, send=send)
    else:
        await _fail(_done(sandbox, provider, request), fault, connection, send)


def _done(sandbox: Sandbox, provider: Provider, request: Request) -> Answer:
    seen = provider.identify(sandbox, request)
    try:
        # From here to the ledger nothing waits, so no other call comes in between.
        answer, seen = provider.answer(sandbox, request)
    except Exception:
        log.exception("the practice server failed at %s %s", request.method, request.path)
        answer = provider.broken()
    sandbox.ledger.record(provider.name, request.method, request.path, status=answer.status, seen=seen)
    return answer


async def _refuse(
    sandbox: Sandbox, provider: Provider, request: Request, *, fault: Fault, connection: Connection, send: Send
) -> None:
    answer = None if fault.fault is Kind.BEFORE else provider.busy(fault.fault, fault.seconds)
    _record_refusal(sandbox, provider, request, answer)
    if answer is None:
        await connection.close()
    else:
        await _give(send, answer)


def _record_refusal(sandbox: Sandbox, provider: Provider, request: Request, answer: Answer | None) -> None:
    seen = provider.identify(sandbox, request)
    nothing_done = Seen(seen.mailbox, seen.operation)
    status = answer.status if answer else None
    sandbox.ledger.record(provider.name, request.method, request.path, status=status, seen=nothing_done)


async def _fail(answer: Answer, fault: Fault, connection: Connection, send: Send) -> None:
    """Let the caller miss an answer to what was done."""
    if fault.fault is Kind.HANG:
        if not await connection.gone_within(fault.seconds):
            await _give(send, answer)
    elif fault.fault is Kind.TRUNCATE:
        await _give(send, answer, only=len(answer.body) // 2)
        await connection.close()
    elif fault.fault is Kind.RESET:
        await connection.reset()
    else:
        await connection.close()


async def _give(send: Send, answer: Answer, *, only: int | None = None) -> None:
    length = () if answer.status in {204, 308} else ((b"content-length", str(len(answer.body)).encode()),)
    headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in answer.headers]
    named = {name for name, _ in headers}
    headers += [pair for pair in length if pair[0] not in named]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    part = answer.body if only is None else answer.body[:only]
    await send({"type": "http.response.body", "body": part, "more_body": only is not None})


async def serve(
    sandbox: Sandbox, host: str = "127.0.0.1", port: int = 8026, *, ready: Callable[[], None] = lambda: None
) -> None:
    """Serve over HTTP until cancelled; raise PortTaken at once if the port cannot be had.

    With port 0 a free port is taken and `sandbox.origin` set to it before `ready` is called.
    """
    sock = listen(host, port)
    if port == 0:
        sandbox.origin = address_of(sock)
    await serve_on(make_app(sandbox), sock, ready)


@contextlib.asynccontextmanager
async def running(sandbox: Sandbox, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve in the background of this event loop and yield the origin."""
    ready = asyncio.Event()
    task = asyncio.create_task(serve(sandbox, host, port, ready=ready.set))
    waiting = asyncio.create_task(ready.wait())
    try:
        await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        yield sandbox.origin
    finally:
        waiting.cancel()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
