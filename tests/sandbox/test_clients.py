"""Who a program says it is."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sandbox.clients import PRACTICE, Client, credentials_of, proven
from app.sandbox.wire import Request

FORM = {"client_id": "from the form", "client_secret": "form secret"}


def request(authorization: str | None = None) -> Request:
    headers = {} if authorization is None else {"authorization": authorization}
    return Request("POST", "/google/token", (), headers)


def basic(text: bytes) -> str:
    return f"Basic {base64.b64encode(text).decode()}"


@pytest.mark.parametrize(
    ("header", "read"),
    [
        (None, ("from the form", "form secret")),
        (basic(b"practice:secret"), ("practice", "secret")),
        (basic(b"practice:a:b"), ("practice", "a:b")),
        (basic(b"a%3Ab:c+d"), ("a:b", "c d")),
        (basic(b"practice"), ("practice", "")),
        (basic(b""), ("", "")),
        ("basic " + base64.b64encode(b"a:b").decode(), ("a", "b")),
        ("Basic not base64", ("", "")),
        ("Basic \xff", ("", "")),
        (basic(b"\xff:\xfe"), ("", "")),
        ("Bearer ya29.x", ("from the form", "form secret")),
    ],
)
def test_basic_comes_before_the_form(header: str | None, read: tuple[str, str]):
    assert credentials_of(request(header), FORM) == read


def test_neither_says_nobody():
    assert credentials_of(request(), {}) == ("", "")


@given(st.text(max_size=60))
def test_any_header_is_read(text: str):
    credentials_of(request(text), {})
    credentials_of(request(f"Basic {text}"), {})


@given(st.text(max_size=30))
def test_only_the_secret_is_the_secret(text: str):
    assert proven(PRACTICE, text) == (text == "practice")


@pytest.mark.parametrize(
    ("uri", "may"),
    [
        ("http://localhost:8025/back", True),
        ("https://desk.example/back", True),
        ("https://desk.example/back?x=1", True),
        ("https://desk.example/back#x", False),
        ("javascript:alert(1)", False),
        ("//desk.example", False),
        ("", False),
    ],
)
def test_where_anybody_may_come_back_to(uri: str, may: bool):
    assert PRACTICE.may_return_to(uri) is may


@pytest.mark.parametrize(
    "uri",
    [
        "https://desk.example/back/",
        "https://desk.example/Back",
        "https://desk.example/back?x",
        "http://desk.example/back",
    ],
)
def test_a_registered_address_is_compared_letter_by_letter(uri: str):
    client = Client("desk", "secret", redirect_uris=("https://desk.example/back",))
    assert client.may_return_to("https://desk.example/back")
    assert not client.may_return_to(uri)
