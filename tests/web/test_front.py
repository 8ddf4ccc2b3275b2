"""The front door: HEAD, the access log, and what happens when something breaks."""

from __future__ import annotations

import logging

import pytest

from app.web.logs import fields_of
from tests.web.site import CANARY, visit


@pytest.fixture
def log(caplog):
    """What the log would say, as its lines' fields."""
    caplog.set_level(logging.DEBUG, "deskhand")
    return lambda name: [fields_of(record) for record in caplog.records if record.name == name]


@pytest.mark.parametrize("path", ["/", "/healthz", "/static/logo.svg", "/nowhere", "/crash", "/api/v1/labels"])
async def test_head_is_get_without_the_body(site, path):
    async with visit(site) as browser:
        head, full = await browser.head(path), await browser.get(path)
    assert head.status_code == full.status_code
    assert head.content == b""
    assert full.content
    different = {"x-request-id", "date"}
    assert {k: v for k, v in head.headers.items() if k not in different} == {
        k: v for k, v in full.headers.items() if k not in different
    }


async def test_each_request_is_logged_without_what_was_in_it(site, log):
    async with visit(site, as_="alices-secret") as browser:
        await browser.get(f"/invitations/{CANARY}?code={CANARY}", headers={"referer": f"http://x/{CANARY}"})
        answer = await browser.head(f"/api/v1/labels?count={CANARY}")
        await browser.get(f"/{CANARY}")
    lines = log("deskhand.access")
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("GET", "/invitations/{token}", 200),
        ("HEAD", "/api/v1/labels", 422),
        ("GET", "-", 404),
    ]
    assert lines[1]["request_id"] == answer.headers["x-request-id"]
    assert all(line["ms"] >= 0 for line in lines)
    assert CANARY not in str(lines)


async def test_what_asks_every_second_is_logged_for_debugging_alone(site, log):
    async with visit(site) as browser:
        for path in ("/healthz", "/static/logo.svg", "/terms"):
            await browser.get(path)
    assert [line["level"] for line in log("deskhand.access")] == ["DEBUG", "DEBUG", "INFO"]


async def test_a_crash_is_logged_with_its_places_and_its_request_and_without_its_words(site, log, caplog):
    async with visit(site) as browser:
        answer = await browser.get("/crash")
    (line,) = log("deskhand.web")
    assert line["level"] == "ERROR"
    assert line["request_id"] == answer.headers["x-request-id"]
    assert line["error"][0] == "builtins.RuntimeError"
    assert line["error"][-1].endswith(" crash")
    assert CANARY not in str(line) + answer.text
    assert [line["status"] for line in log("deskhand.access")] == [500]


async def test_an_answer_that_breaks_midway_is_broken_off_and_never_looks_whole(site, log):
    async with visit(site) as browser:
        with pytest.raises(RuntimeError):
            await _strict(browser).get("/crash-midway")
    assert log("deskhand.web")[0]["message"] == "crashed"


def _strict(browser):
    browser._transport.raise_app_exceptions = True
    return browser


async def test_when_even_the_error_page_breaks_plain_words_remain(site, log, monkeypatch):
    def broken(*_, **__):
        raise ValueError(CANARY)

    monkeypatch.setattr("app.web.errors.page", broken)
    async with visit(site) as browser:
        answer = await browser.get("/crash")
    assert (answer.status_code, answer.text) == (500, "Something went wrong here. It has been noted.")
    assert [line["message"] for line in log("deskhand.web")] == ["crashed", "crashed while saying so"]


async def test_a_refusal_is_no_crash_and_a_failing_provider_is_one_line(site, log):
    async with visit(site) as browser:
        for how in ("sign-in", "conflict", "denied", "busy", "database"):
            await browser.get(f"/refuse/{how}")
    assert [(line["level"], line["message"]) for line in log("deskhand.web")] == [
        ("WARNING", "answered with provider_busy"),
        ("WARNING", "answered with database_unavailable"),
    ]


async def test_a_client_that_leaves_while_sending_is_no_crash_either(site, log):
    parts = iter([{"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}])

    async def receive():
        return next(parts)

    async def send(message):
        raise AssertionError("nobody is there to read this")

    scope = {"type": "http", "method": "POST", "path": "/swallow", "headers": [], "query_string": b""}
    await site(scope, receive, send)
    assert log("deskhand.web") == []
    assert [line["status"] for line in log("deskhand.access")] == [499]


async def test_what_is_no_request_passes_through(site):
    heard = []

    async def receive():
        return {"type": "lifespan.startup"} if not heard else {"type": "lifespan.shutdown"}

    async def send(message):
        heard.append(message["type"])

    await site({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send)
    assert heard == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
