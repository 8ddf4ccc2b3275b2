"""The way out: patience with what is repeatable, one single try for what is not, and nothing that tells a token."""

from __future__ import annotations

import asyncio
import re
import traceback
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import clock
from app.errors import AppError, CallNotAllowed, MailboxDisconnected, NoAnswer, ProviderBusy, ProviderError
from app.providers.allowed import Allowed
from app.providers.transport import AT_ONCE, PATIENCE, TRIES, Answer, Busy, Call, Transport, json_of, retry_after
from tests.providers.wires import GMAIL, answering, way_to

LABELS = f"{GMAIL}gmail/v1/users/me/labels"
SEND = f"{GMAIL}gmail/v1/users/me/drafts/send"
TOKEN = "ya29.a-token-nobody-may-see"
READ = Call(method="GET", url=LABELS, token=TOKEN, repeatable=True)
LETTER = Call(method="POST", url=SEND, body=b'{"id": "r1"}', token=TOKEN)
LOST = [
    httpx2.ReadError("lost"),
    httpx2.ReadTimeout("slow"),
    httpx2.WriteError("lost"),
    httpx2.RemoteProtocolError("no answer"),
    ConnectionResetError("reset"),
    BrokenPipeError("pipe"),
    EOFError(),
]
NEVER_LEFT = [httpx2.ConnectError("refused"), httpx2.ConnectTimeout("slow"), httpx2.PoolTimeout("full")]


async def test_an_answer_comes_back_whole_with_its_status() -> None:
    handler, requests = answering(httpx2.Response(404, headers={"X-Thing": "1"}, json={"error": "none"}))
    answer = await way_to(handler).transport.send(READ)
    assert (answer.status, answer.headers["x-thing"], json_of(answer)) == (404, "1", {"error": "none"})
    assert requests[0].headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("failure", [*LOST, *NEVER_LEFT], ids=lambda each: type(each).__name__)
async def test_a_repeatable_call_is_tried_again_after_a_lost_connection(failure: Exception) -> None:
    handler, requests = answering(failure, failure, {"labels": []})
    way = way_to(handler)
    assert json_of(await way.transport.send(READ)) == {"labels": []}
    assert len(requests) == 3
    assert len(way.waits) == 2


@pytest.mark.parametrize("failure", LOST, ids=lambda each: type(each).__name__)
async def test_what_sends_is_asked_once_and_then_nobody_knows(failure: Exception) -> None:
    handler, requests = answering(failure)
    way = way_to(handler)
    with pytest.raises(NoAnswer):
        await way.transport.send(LETTER)
    assert len(requests) == 1
    assert way.waits == []


@pytest.mark.parametrize("failure", NEVER_LEFT, ids=lambda each: type(each).__name__)
async def test_a_letter_that_never_left_the_house_is_known_not_to_have_been_sent(failure: Exception) -> None:
    handler, requests = answering(failure)
    with pytest.raises(ProviderBusy):
        await way_to(handler).transport.send(LETTER)
    assert len(requests) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_gateway_that_gives_up_on_a_letter_leaves_it_open_whether_it_went(status: int) -> None:
    handler, requests = answering(httpx2.Response(status, headers={"retry-after": "0"}))
    with pytest.raises(NoAnswer):
        await way_to(handler).transport.send(LETTER)
    assert len(requests) == 1


async def test_a_letter_refused_for_now_is_known_not_to_have_been_sent() -> None:
    handler, requests = answering(httpx2.Response(429, headers={"retry-after": "2"}))
    with pytest.raises(ProviderBusy) as busy:
        await way_to(handler).transport.send(LETTER)
    assert busy.value.retry_after == 2
    assert len(requests) == 1


async def test_a_repeatable_call_gives_up_after_a_few_tries() -> None:
    handler, requests = answering(httpx2.ReadError("lost"))
    with pytest.raises(NoAnswer):
        await way_to(handler).transport.send(READ)
    assert len(requests) == TRIES


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_repeatable_call_is_patient_with_a_busy_provider(status: int) -> None:
    handler, requests = answering(status, status, {"labels": []})
    answer = await way_to(handler).transport.send(READ)
    assert answer.status == 200
    assert len(requests) == 3


async def test_a_short_wait_that_is_asked_for_is_waited() -> None:
    handler, _ = answering(httpx2.Response(429, headers={"retry-after": "3"}), {})
    way = way_to(handler)
    await way.transport.send(READ)
    assert way.waits == [3]


async def test_a_long_wait_is_the_callers_to_plan() -> None:
    handler, requests = answering(httpx2.Response(503, headers={"retry-after": "90"}))
    way = way_to(handler)
    with pytest.raises(ProviderBusy) as busy:
        await way.transport.send(READ)
    assert busy.value.retry_after == 90
    assert (len(requests), way.waits) == (1, [])


async def test_waits_without_a_named_time_grow_and_are_drawn_by_chance() -> None:
    handler, _ = answering(503)
    longest, shortest = way_to(handler, chance=1.0), way_to(handler, chance=0.0)
    for way in (longest, shortest):
        with pytest.raises(ProviderBusy) as busy:
            await way.transport.send(READ)
        assert busy.value.retry_after is None
    assert longest.waits == [0.5, 1.0, 2.0]
    assert shortest.waits == [0, 0, 0]


async def test_the_caller_reads_what_busy_means() -> None:
    handler, requests = answering(httpx2.Response(403), {})

    def busy(answer: Answer) -> Busy | None:
        return Busy(0.5) if answer.status == 403 else None

    way = way_to(handler)
    assert (await way.transport.send(READ, busy=busy)).status == 200
    assert (len(requests), way.waits) == (2, [0.5])


def test_a_date_to_retry_after_is_understood_by_our_clock() -> None:
    then = clock.now() + timedelta(seconds=120)
    headers = {"retry-after": format_datetime(then.astimezone(UTC), usegmt=True)}
    seconds = retry_after(Answer(status=429, headers=headers, body=b""))
    assert seconds is not None
    assert 115 < seconds <= 120


@given(st.text(max_size=40))
def test_whatever_stands_in_retry_after_is_a_wait_of_a_day_at_most_or_none(value: str) -> None:
    seconds = retry_after(Answer(status=429, headers={"retry-after": value}, body=b""))
    assert seconds is None or 0 <= seconds <= 86_400


def test_a_date_long_past_means_at_once() -> None:
    headers = {"retry-after": format_datetime(datetime(2001, 1, 1, tzinfo=UTC), usegmt=True)}
    assert retry_after(Answer(status=429, headers=headers, body=b"")) == 0


@given(st.binary(max_size=60))
def test_a_body_that_is_no_object_is_an_empty_one(body: bytes) -> None:
    assert isinstance(json_of(Answer(status=200, headers={}, body=body)), dict)


def test_json_nested_beyond_measure_is_an_empty_object() -> None:
    assert json_of(Answer(status=200, headers={}, body=b"[" * 200_000)) == {}


async def test_four_requests_at_once_in_a_mailbox_and_no_more() -> None:
    inside, most, entered, release = 0, 0, asyncio.Semaphore(0), asyncio.Event()

    async def handler(_: httpx2.Request) -> httpx2.Response:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        entered.release()
        await release.wait()
        inside -= 1
        return httpx2.Response(200, json={})

    transport = way_to(handler).transport
    calls = [asyncio.create_task(transport.send(READ, mailbox="alice")) for _ in range(12)]
    for _ in range(AT_ONCE):
        await entered.acquire()
    other = asyncio.create_task(transport.send(READ, mailbox="bob"))
    await entered.acquire()  # another mailbox does not wait behind the first
    release.set()
    await asyncio.gather(*calls, other)
    assert most == AT_ONCE + 1


async def test_a_mailbox_that_is_done_leaves_nothing_behind() -> None:
    handler, _ = answering({})
    transport = way_to(handler).transport
    for mailbox in range(100):
        await transport.send(READ, mailbox=str(mailbox))
    assert len(transport._places) == 0


async def test_every_attempt_is_counted_by_name() -> None:
    handler, _ = answering(httpx2.ReadError("lost"), 503, {})
    way = way_to(handler)
    await way.transport.send(READ, mailbox="alice")
    assert [(each.name, each.mailbox, each.status, each.attempt) for each in way.counted] == [
        ("gmail.labels.list", "alice", 0, 0),
        ("gmail.labels.list", "alice", 503, 1),
        ("gmail.labels.list", "alice", 200, 2),
    ]


async def test_cancelling_goes_through_and_frees_the_place() -> None:
    started = asyncio.Event()

    async def handler(_: httpx2.Request) -> httpx2.Response:
        started.set()
        await asyncio.Event().wait()
        raise AssertionError

    transport = way_to(handler).transport
    calls = [asyncio.create_task(transport.send(LETTER, mailbox="alice")) for _ in range(AT_ONCE)]
    await started.wait()
    for call in calls:
        call.cancel()
    ended = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(each, asyncio.CancelledError) for each in ended)
    quick, _ = answering({})
    transport._client = httpx2.AsyncClient(transport=httpx2.MockTransport(quick))
    assert (await transport.send(READ, mailbox="alice")).status == 200


async def test_a_redirect_is_not_followed() -> None:
    handler, requests = answering(httpx2.Response(302, headers={"location": "https://evil.test/"}))
    answer = await way_to(handler).transport.send(READ)
    assert answer.status == 302
    assert [str(each.url) for each in requests] == [LABELS]


async def test_an_endless_answer_is_cut_off() -> None:
    handed_out = 0

    class Endless(httpx2.AsyncByteStream):
        async def __aiter__(self):  # type: ignore[no-untyped-def]
            nonlocal handed_out
            while True:
                handed_out += 1000
                yield b"x" * 1000

    def handler(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, stream=Endless())

    small = Call(method="GET", url=LABELS, repeatable=True, most_bytes=10_000)
    with pytest.raises(ProviderError, match="too large"):
        await way_to(handler).transport.send(small)
    assert handed_out < 20_000


async def test_a_cookie_of_one_mailbox_does_not_travel_with_anothers_request() -> None:
    handler, requests = answering(httpx2.Response(200, headers={"set-cookie": "who=alice; path=/"}, json={}), {})
    transport = way_to(handler).transport
    await transport.send(READ, mailbox="alice")
    await transport.send(READ, mailbox="bob")
    assert "cookie" not in requests[1].headers


@pytest.mark.parametrize("token", ["line\r\nbreak", "sp ace", "kañon", "x\x00"])
async def test_a_token_that_could_break_a_header_is_refused_before_anything_is_sent(token: str) -> None:
    handler, requests = answering({})
    with pytest.raises(MailboxDisconnected):
        await way_to(handler).transport.send(Call(method="GET", url=LABELS, token=token))
    assert requests == []


@pytest.mark.parametrize("failure", [*LOST, *NEVER_LEFT, 503, 429], ids=str)
async def test_no_failure_tells_the_token_or_the_librarys_words(failure: Exception | int) -> None:
    handler, _ = answering(failure)
    for call in (READ, LETTER):
        with pytest.raises(AppError) as caught:
            await way_to(handler).transport.send(call)
        told = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(call)
        assert TOKEN not in told
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None


async def test_an_error_of_our_own_making_is_not_taken_for_a_lost_connection() -> None:
    handler, requests = answering(RuntimeError("a fault in the handler"))
    with pytest.raises(RuntimeError):
        await way_to(handler).transport.send(READ)
    assert len(requests) == 1


async def test_a_token_goes_to_no_address_but_the_providers_own() -> None:
    handler, requests = answering({})
    consent = Allowed("google.token", "POST", re.compile("https://oauth2.test/token"))
    transport = way_to(handler, allowed=(consent,)).transport
    with pytest.raises(CallNotAllowed):
        await transport.send(Call(method="POST", url="https://oauth2.test/token", token=TOKEN))
    assert requests == []
    assert (await transport.send(Call(method="POST", url="https://oauth2.test/token"))).status == 200


def test_patience_is_shorter_than_anybody_waits_for_a_page() -> None:
    assert PATIENCE * (TRIES - 1) <= 15


def test_a_transport_needs_to_be_told_what_is_allowed() -> None:
    with pytest.raises(TypeError):
        Transport(httpx2.AsyncClient())  # type: ignore[call-arg]
