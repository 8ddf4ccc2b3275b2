"""Requests in, answers out."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sandbox import wire
from app.sandbox.wire import Request, TooLarge, form_of, html_answer, json_answer, read_request, redirect


def scope(**more: Any) -> dict[str, Any]:
    fixed = {"type": "http", "method": "get", "path": "/a b", "raw_path": b"/a%20b", "query_string": b"", "headers": []}
    return fixed | more


class Body:
    """Gives a request's events one by one."""

    def __init__(self, *pieces: bytes, gone: bool = False) -> None:
        last = len(pieces) - 1
        self.events: list[MutableMapping[str, Any]] = [
            {"type": "http.request", "body": piece, "more_body": gone or n < last} for n, piece in enumerate(pieces)
        ]
        self.events += [{"type": "http.disconnect"}] if gone else []

    async def __call__(self) -> MutableMapping[str, Any]:
        return self.events.pop(0)


async def test_a_request_is_read_whole():
    headers = [(b"Content-Type", b"text/plain"), (b"X-A", b"1"), (b"x-a", b"2")]
    read = await read_request(scope(query_string=b"q=a%20b&q=c&empty=", headers=headers), Body(b"one", b"two"))
    assert read == Request(
        "GET",
        "/a%20b",
        (("q", "a b"), ("q", "c"), ("empty", "")),
        {"content-type": "text/plain", "x-a": "1, 2"},
        b"onetwo",
    )
    assert (read.parameter("q"), read.parameter("none"), read.parameter("none", "x")) == ("a b", "", "x")


@pytest.mark.parametrize("raw_path", [b"/a%2Fb", b"/a%2Fb?x=1"])
async def test_the_path_stays_as_it_was_sent(raw_path: bytes):
    assert (await read_request(scope(raw_path=raw_path), Body(b""))).path == "/a%2Fb"


async def test_without_a_raw_path_the_other_will_do():
    assert (await read_request(scope(raw_path=None, path="/plain"), Body(b""))).path == "/plain"


async def test_a_caller_who_goes_away_is_a_connection_error():
    with pytest.raises(ConnectionError):
        await read_request(scope(), Body(b"half", gone=True))


async def test_too_many_bytes_are_refused_while_they_come(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wire, "MOST_BYTES", 10)
    body = Body(b"123456", b"789012", b"never read")
    with pytest.raises(TooLarge):
        await read_request(scope(), body)
    assert len(body.events) == 1


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"a=1&b=2", {"a": "1", "b": "2"}),
        (b"a=1&a=2", {"a": "1"}),
        (b"a=%C3%A9+x&empty=", {"a": "é x", "empty": ""}),
        (b"", {}),
        (b"\xff\xfe", {"\ufffd\ufffd": ""}),
    ],
)
def test_a_form_has_the_first_of_each_field(body: bytes, fields: dict[str, str]):
    assert form_of(Request("POST", "/", (), {}, body)) == fields


@given(st.binary(max_size=200))
def test_any_bytes_are_a_form(body: bytes):
    form_of(Request("POST", "/", (), {}, body))


def test_json_is_printed_as_google_prints_it():
    assert json_answer({"a": [1]}).body == b'{\n  "a": [\n    1\n  ]\n}\n'
    assert json_answer({"a": [1]}, pretty=False).body == b'{"a":[1]}\n'
    assert dict(json_answer({}, headers=(("x", "1"),)).headers)["x"] == "1"


def test_a_page_loads_nothing_and_is_framed_by_nobody():
    headers = dict(html_answer("<p>").headers)
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["referrer-policy"] == "no-referrer"


def test_a_redirect_goes_there():
    answer = redirect("http://localhost/x")
    assert (answer.status, dict(answer.headers)["location"]) == (302, "http://localhost/x")
