"""The log says what happened and never what was said, to whom, or with which key."""

from __future__ import annotations

import io
import json
import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.logs import ConsoleLines, JsonLines, places, redact, setup
from tests.web.site import CANARY, make_settings


def line(formatter, message, *arguments, error=None, **fields):
    record = logging.LogRecord("deskhand.x", logging.INFO, "x.py", 1, message, arguments, None)
    record.fields = fields
    if error:
        record.exc_info = (type(error), error, error.__traceback__)
    return formatter.format(record)


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer {}",
        "sent bearer {} to Google",
        "refresh token 1//0{}_abcdefghij",
        "access ya29.{}",
        "eyJhbGciOi.{}.sig",
        "postgresql://deskhand:{}@db.example/x",
        "GET https://oauth2.example/callback?code={}&state=x",
        "client_secret={}",
        'payload {{"refresh_token": "{}"}}',
        "password: '{}'",
        "subject='{} has a long subject'",
        "wrote to {}@example.cl",
        "opened /invitations/{}",
        "cookie={}; path=/",
        "the program's key dhk_{} was refused",
        "/api/v1/mailboxes/dhk_{}/messages",
        "xdhk_{}x",
    ],
)
def test_what_looks_like_a_secret_or_an_address_is_hidden(text):
    shown = redact(text.format(CANARY))
    assert CANARY not in shown
    assert "[hidden]" in shown


@pytest.mark.parametrize("text", ["served /owner in 3 ms", "mailbox 7 is active", "listening on http://localhost:8025"])
def test_what_is_no_secret_stays(text):
    assert redact(text) == text


def nested_trouble():
    try:
        try:
            raise KeyError(CANARY)
        except KeyError as inner:
            raise ValueError(f"subject {CANARY}") from inner
    except ValueError as outer:
        return outer


def test_an_error_is_its_type_and_places_with_its_cause_and_without_words():
    shown = places(nested_trouble())
    assert [entry for entry in shown if entry.startswith("builtins")] == ["builtins.ValueError", "builtins.KeyError"]
    assert any(entry.endswith(" nested_trouble") for entry in shown)
    assert CANARY not in str(shown)


def test_a_circle_of_causes_ends():
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one
    assert places(one) == ["builtins.ValueError", "builtins.KeyError"]


def test_a_database_error_keeps_its_code():
    class Broken(Exception):
        sqlstate = "53100"

    assert places(Broken(CANARY))[0].endswith("Broken 53100")


def test_a_json_line_is_one_object_on_one_line():
    shown = line(JsonLines(), "answered %s\nFORGED", "a@b.example", status=200, path="/x", error=nested_trouble())
    assert "\n" not in shown
    told = json.loads(shown)
    assert told["message"] == "answered [hidden]@b.example\nFORGED"
    assert (told["level"], told["logger"], told["status"], told["path"]) == ("INFO", "deskhand.x", 200, "/x")
    assert told["error"][0] == "builtins.ValueError"
    assert CANARY not in shown


@given(st.text())
def test_no_text_forges_a_second_line_or_moves_the_cursor(text):
    for shown in (line(ConsoleLines(), "%s", text, path=text), line(JsonLines(), "%s", text)):
        assert not any(ord(sign) < 32 or 127 <= ord(sign) < 160 for sign in shown)
        assert len(shown.splitlines()) <= 1


def test_a_console_line_reads_at_a_glance_and_its_error_follows():
    shown = line(ConsoleLines(), "crashed", status=500, error=nested_trouble())
    first, *rest = shown.splitlines()
    assert first[8:].startswith(" INFO    crashed status=500")
    assert rest[0] == "    builtins.ValueError"
    assert CANARY not in shown


@pytest.fixture
def restored():
    """Logging as it was before."""
    kept = logging.root.handlers[:], logging.root.level, logging.raiseExceptions
    yield
    logging.root.handlers[:], level, logging.raiseExceptions = kept
    logging.root.setLevel(level)


@pytest.mark.parametrize(
    ("settings", "terminal", "formatter"),
    [
        ({}, True, ConsoleLines),
        ({}, False, JsonLines),
        ({"log_format": "json"}, True, JsonLines),
        ({"log_format": "console"}, False, ConsoleLines),
    ],
)
def test_a_terminal_gets_lines_for_people_and_everything_else_json(
    restored, monkeypatch, settings, terminal, formatter
):
    class Screen(io.StringIO):
        def isatty(self):
            return terminal

    monkeypatch.setattr(sys, "stderr", Screen())
    setup(make_settings(**settings, log_level="WARNING"))
    (handler,) = logging.root.handlers
    assert type(handler.formatter) is formatter
    assert logging.root.level == logging.WARNING
    logging.getLogger("uvicorn.access").warning("GET /?code=%s", CANARY)
    logging.getLogger("uvicorn.error").error("listening")
    logging.getLogger("deskhand").error("%d of these", CANARY)  # an argument that does not fit
    assert CANARY not in sys.stderr.getvalue()
    assert "listening" in sys.stderr.getvalue()
