"""The practice server on a real port: connections that are really closed, reset, cut and left hanging."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from app.errors import AppError
from app.sandbox.faults import Fault
from app.sandbox.loopback import PortTaken, address_of, listen
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import running, serve
from tests.sandbox.practice import ME, Program, consent, reply

SEND = f"{ME}/drafts/send"


@pytest.fixture
async def origin(sandbox: Sandbox) -> AsyncIterator[str]:
    """The address of a server that runs beside the test."""
    async with running(sandbox) as address:
        yield address


@pytest.fixture
async def network(origin: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A client that goes through the network."""
    async with httpx2.AsyncClient(base_url=origin, timeout=10) as client:
        yield client


@pytest.fixture
async def caller(network: httpx2.AsyncClient) -> Program:
    """A program that Alice let in, calling through the network."""
    return await consent(network)


def plan(sandbox: Sandbox, fault: str, **more: Any) -> None:
    sandbox.faults.replace([Fault.model_validate({"fault": fault, "path": SEND} | more)])


async def has_struck(sandbox: Sandbox) -> None:
    """Wait until the one fault of the plan has hit a call."""
    while sandbox.faults.faults[0].times:  # noqa: ASYNC110 - the server tells nobody when a fault strikes
        await asyncio.sleep(0)


async def test_the_address_is_the_one_that_was_taken(sandbox: Sandbox, origin: str, network: httpx2.AsyncClient):
    assert origin == sandbox.origin
    assert origin.startswith("http://127.0.0.1:")
    described = (await network.get("/google/.well-known/openid-configuration")).json()
    assert described["issuer"] == f"{origin}/google"


async def test_calls_through_the_network_are_answered(caller: Program):
    answer = await caller.ask("GET", "profile")
    assert answer.json()["emailAddress"] == "alice@practice.example"
    assert "server" not in answer.headers
    made = await caller.draft(reply())
    deleted = await caller.ask("DELETE", f"drafts/{made['id']}")
    assert (deleted.status_code, deleted.content) == (204, b"")


async def send_bytes(origin: str, request: bytes) -> tuple[bytes, BaseException | None]:
    """Write a request to a socket and return all that comes back, and how the connection ended."""
    host, port = origin.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    got = b""
    try:
        while piece := await asyncio.wait_for(reader.read(65_536), 10):
            got += piece
    except OSError as ended:
        return got, ended
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    return got, None


def written_send(caller: Program, draft_id: str) -> bytes:
    body = f'{{"id": "{draft_id}"}}'.encode()
    head = f"POST {SEND} HTTP/1.1\r\nHost: x\r\nAuthorization: {caller.headers['authorization']}\r\n"
    return head.encode() + f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


async def sent_under(sandbox: Sandbox, caller: Program, fault: str) -> tuple[bytes, BaseException | None]:
    """Send a draft while a fault waits, and return what came back over the socket."""
    draft = await caller.draft(reply())
    plan(sandbox, fault)
    return await send_bytes(sandbox.origin, written_send(caller, draft["id"]))


async def test_before_the_connection_is_closed_and_nothing_is_done(sandbox: Sandbox, caller: Program):
    got, ended = await sent_under(sandbox, caller, "before")
    assert (got, ended) == (b"", None)
    assert sandbox.left == []


async def test_after_the_effect_the_connection_is_closed_without_a_byte(sandbox: Sandbox, caller: Program):
    got, ended = await sent_under(sandbox, caller, "after_effect")
    assert (got, ended) == (b"", None)
    assert len(sandbox.left) == 1


async def test_a_reset_is_a_reset(sandbox: Sandbox, caller: Program):
    got, ended = await sent_under(sandbox, caller, "reset")
    assert got == b""
    assert isinstance(ended, ConnectionResetError)
    assert len(sandbox.left) == 1


async def test_a_truncated_answer_ends_in_its_middle(sandbox: Sandbox, caller: Program):
    got, ended = await sent_under(sandbox, caller, "truncate")
    head, _, body = got.partition(b"\r\n\r\n")
    promised = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    assert head.startswith(b"HTTP/1.1 200")
    assert ended is None
    assert 0 < len(body) < promised
    assert len(sandbox.left) == 1


@pytest.mark.parametrize("fault", ["before", "after_effect", "reset", "truncate"])
async def test_a_client_sees_an_answer_that_never_came(sandbox: Sandbox, caller: Program, fault: str):
    draft = await caller.draft(reply())
    plan(sandbox, fault)
    with pytest.raises((httpx2.RemoteProtocolError, httpx2.ReadError)):
        await caller.ask("POST", "drafts/send", json={"id": draft["id"]})
    assert len(sandbox.left) == (0 if fault == "before" else 1)
    sends = [entry for entry in sandbox.ledger.entries if entry.path == SEND]
    assert len(sends) == 1  # and the client did not call again by itself


async def test_a_hang_outlasts_a_clients_patience_and_the_effect_stands(sandbox: Sandbox, caller: Program):
    draft = await caller.draft(reply())
    plan(sandbox, "hang", seconds=600)
    with pytest.raises(httpx2.ReadTimeout):
        await caller.ask("POST", "drafts/send", json={"id": draft["id"]}, timeout=0.2)
    assert len(sandbox.left) == 1
    assert (await caller.ask("POST", "drafts/send", json={"id": draft["id"]})).status_code == 404


async def test_a_hang_ends_with_the_answer(sandbox: Sandbox, caller: Program):
    draft = await caller.draft(reply())
    plan(sandbox, "hang", seconds=0.05)
    answer = await caller.ask("POST", "drafts/send", json={"id": draft["id"]})
    assert answer.json()["labelIds"] == ["SENT"]


async def test_others_are_answered_while_one_hangs(sandbox: Sandbox, caller: Program):
    plan(sandbox, "hang", path="*/labels", seconds=600)
    hanging = asyncio.create_task(caller.ask("GET", "labels"))
    await has_struck(sandbox)
    assert (await caller.ask("GET", "profile")).status_code == 200
    assert not hanging.done()
    hanging.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await hanging


async def test_after_a_fault_the_same_client_goes_on(sandbox: Sandbox, caller: Program):
    plan(sandbox, "reset", path="*/profile")
    with pytest.raises(httpx2.TransportError):
        await caller.ask("GET", "profile")
    assert (await caller.ask("GET", "profile")).status_code == 200


async def test_busy_answers_go_through_the_network(sandbox: Sandbox, caller: Program):
    plan(sandbox, "status_429", path="*/profile", seconds=3)
    answer = await caller.ask("GET", "profile")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3")


async def test_a_caller_who_goes_away_in_the_middle_does_no_harm(sandbox: Sandbox, origin: str, caller: Program):
    host, port = origin.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(written_send(caller, "r1")[:-3])
    writer.close()
    await writer.wait_closed()
    assert (await caller.ask("GET", "profile")).status_code == 200
    assert all(entry.path != SEND for entry in sandbox.ledger.entries)


async def test_what_is_no_http_is_refused(origin: str):
    got, _ = await send_bytes(origin, b"\x16\x03\x01\r\n\r\n")
    assert got.startswith(b"HTTP/1.1 400")


async def test_a_port_in_use_is_one_sentence(sandbox: Sandbox, origin: str):
    port = int(origin.rpartition(":")[2])
    with pytest.raises(PortTaken) as taken:
        await serve(sandbox, "127.0.0.1", port)
    assert (
        taken.value.sentence()
        == f"Port {port} on 127.0.0.1 cannot be used (Address already in use). Choose another with --port."
    )
    with pytest.raises(AppError):
        async with running(sandbox, "127.0.0.1", port):
            pass


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70_000), ("192.0.2.1", 0), ("no such host", 0)])
def test_a_place_that_cannot_be_had_is_one_sentence(host: str, port: int):
    with pytest.raises(PortTaken) as taken:
        listen(host, port)
    assert "\n" not in taken.value.sentence()


async def test_with_a_port_of_its_own_the_origin_stays(sandbox: Sandbox):
    free = listen("127.0.0.1", 0)
    port = free.getsockname()[1]
    free.close()
    sandbox.origin = f"http://localhost:{port}"
    async with running(sandbox, "127.0.0.1", port) as origin:
        assert origin == f"http://localhost:{port}"


async def test_when_it_ends_the_port_is_free_again(sandbox: Sandbox):
    async with running(sandbox) as origin:
        port = int(origin.rpartition(":")[2])
    listen("127.0.0.1", port).close()


async def test_it_ends_though_a_call_hangs(sandbox: Sandbox):
    async with running(sandbox) as origin, httpx2.AsyncClient(base_url=origin) as client:
        sandbox.faults.replace([Fault.model_validate({"fault": "hang", "seconds": 600})])
        hanging = asyncio.create_task(client.get("/google/certs"))
        await has_struck(sandbox)
    with pytest.raises(httpx2.TransportError):
        await hanging


@pytest.mark.parametrize(
    ("family", "host", "shown"), [(socket.AF_INET, "0.0.0.0", "localhost"), (socket.AF_INET6, "::1", "localhost")]
)
def test_an_address_for_browsers(family: socket.AddressFamily, host: str, shown: str):
    if family == socket.AF_INET6 and not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    try:
        sock = listen(host, 0)
    except PortTaken:
        pytest.skip("no such address here")
    assert address_of(sock) == f"http://{shown}:{sock.getsockname()[1]}"
    sock.close()
