"""Wrong keys and half-written forms: how long each is remembered, of whom, and when it is forgotten."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from app.actions.resources import Resources
from app.errors import TooManyTries
from app.web.cookies import TYPED
from app.web.csrf import FIELD
from app.web.forms import PostForm
from app.web.kept import LONGEST, forget_anothers, keep_typed, typed_before, typed_in
from app.web.programs import MOST_WRONG, WINDOW, WrongKeys

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FORM = "application/x-www-form-urlencoded"
ANN, BEA = uuid4(), uuid4()


class Letter(PostForm):
    """A form with a word and a list."""

    words: str = Field(default="", max_length=4_000)
    scopes: list[str] = Field(default_factory=list)


def refused(wrong: WrongKeys, caller: object, now: datetime) -> int:
    try:
        wrong.check(cast("str", caller), now)
    except TooManyTries as error:
        return int(error.retry_after)
    return 0


def after(*times: datetime, caller: str = "a") -> WrongKeys:
    wrong = WrongKeys()
    for moment in times:
        wrong.note(caller, moment)
    return wrong


@pytest.mark.parametrize(
    ("tries", "later", "left"),
    [
        (MOST_WRONG - 1, timedelta(), 0),
        (MOST_WRONG, timedelta(), 60),
        (MOST_WRONG, timedelta(milliseconds=1), 60),
        (MOST_WRONG, 59 * SECOND, 1),
        (MOST_WRONG, WINDOW - timedelta(microseconds=1), 1),
        (MOST_WRONG, WINDOW, 0),
        (MOST_WRONG + 5, WINDOW + SECOND, 0),
    ],
)
def test_twenty_wrong_keys_lock_out_until_their_minute_is_over(tries: int, later: timedelta, left: int) -> None:
    assert refused(after(*[NOON] * tries), "a", NOON + later) == left


def test_the_minute_begins_with_the_first_wrong_key_and_not_with_the_last() -> None:
    wrong = after(NOON, *[NOON + 50 * SECOND] * (MOST_WRONG - 1))
    assert refused(wrong, "a", NOON + 50 * SECOND) == 10
    assert refused(wrong, "a", NOON + WINDOW) == 0


def test_a_new_minute_begins_counting_at_one() -> None:
    wrong = after(*[NOON] * MOST_WRONG, *[NOON + WINDOW] * (MOST_WRONG - 1))
    assert refused(wrong, "a", NOON + WINDOW) == 0
    wrong.note("a", NOON + WINDOW)
    assert refused(wrong, "a", NOON + WINDOW) == 60


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 59)), max_size=90))
def test_nobody_is_locked_out_by_the_keys_of_another(tries: list[tuple[str, int]]) -> None:
    wrong = WrongKeys()
    for caller, second in sorted(tries, key=lambda one: one[1]):
        wrong.note(caller, NOON + second * SECOND)
    last = NOON + 59 * SECOND
    for caller in "abcd":
        assert bool(refused(wrong, caller, last)) == (sum(who == caller for who, _ in tries) >= MOST_WRONG)


def test_one_address_at_two_mailboxes_is_two_callers_and_asking_counts_nothing() -> None:
    here, there = ("10.0.0.1", uuid4()), ("10.0.0.1", uuid4())
    wrong = WrongKeys()
    for _ in range(MOST_WRONG):
        wrong.note(here, NOON)
        wrong.check(there, NOON)
    assert (refused(wrong, here, NOON), refused(wrong, there, NOON)) == (60, 0)
    assert there not in wrong.seen


def resources(secret: bytes = b"one installation") -> Resources:
    return cast("Resources", SimpleNamespace(secret=secret, settings=SimpleNamespace(secure_cookies=True)))


def request(body: list[tuple[str, str]], *, path: str = "/connect", kind: str = FORM, cookie: str = "") -> Request:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": urlencode(body).encode(), "more_body": False}

    headers = [(b"content-type", kind.encode()), (b"cookie", f"__Host-{TYPED}={cookie}".encode())]
    return Request({"type": "http", "method": "POST", "path": path, "headers": headers}, receive)


WRITTEN = [("words", "Sí — ça va “demain” ?"), ("scopes", "label"), ("scopes", "draft"), (FIELD, "token")]


async def test_what_was_typed_is_there_again_in_its_order_without_the_page_s_token() -> None:
    sealed = await typed_in(request(WRITTEN), resources(), ANN)
    again = typed_before(request([], cookie=sealed), resources(), ANN, Letter)
    assert again is not None
    assert (again.words, again.scopes) == ("Sí — ça va “demain” ?", ["label", "draft"])
    assert again.csrf == ""


@pytest.mark.parametrize(
    ("whose", "path", "secret"),
    [(BEA, "/connect", b"one installation"), (ANN, "/team", b"one installation"), (ANN, "/connect", b"another one")],
    ids=["another person", "another page", "another installation"],
)
async def test_what_was_typed_is_for_one_person_one_page_and_one_installation(
    whose: UUID, path: str, secret: bytes
) -> None:
    sealed = await typed_in(request(WRITTEN), resources(), ANN)
    assert sealed
    assert typed_before(request([], path=path, cookie=sealed), resources(secret), whose, Letter) is None


async def test_what_was_typed_goes_when_another_signs_in_and_waits_for_whoever_typed_it() -> None:
    sealed = await typed_in(request(WRITTEN), resources(), ANN)
    for whose, forgotten in ((ANN, False), (BEA, True)):
        arriving, answer = request([], path="/sign-in/callback/google", cookie=sealed), Response()
        arriving.scope["app"] = SimpleNamespace(state=SimpleNamespace(settings=resources().settings))
        forget_anothers(arriving, answer, resources(), whose)
        assert ("set-cookie" in answer.headers) == forgotten


@pytest.mark.parametrize("cookie", ["", "x", "A" * 80, "é", "%00", json.dumps(WRITTEN)])
def test_a_cookie_that_nobody_sealed_fills_no_form(cookie: str) -> None:
    assert typed_before(request([], cookie=cookie), resources(), ANN, Letter) is None


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ([(FIELD, "token")], FORM),
        ([], FORM),
        ([("words", token_urlsafe(LONGEST))], FORM),
        (WRITTEN, "application/json"),
        (WRITTEN, ""),
    ],
)
async def test_nothing_is_kept_of_a_form_that_is_empty_too_long_or_none(body: list[tuple[str, str]], kind: str) -> None:
    sealed = await typed_in(request(body, kind=kind), resources(), ANN)
    answer = Response()
    keep_typed(answer, resources().settings, sealed)
    assert sealed == ""
    assert "set-cookie" not in answer.headers
