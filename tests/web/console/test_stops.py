"""Stop everything now, in a browser: one press, no question; a page that looks again by itself; the certificate."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from app import clock
from app.access.identity import FRESH
from app.actions.resources import Resources
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.sandbox.faults import Kind
from tests.actions.situations import World, fails, grant_now, its_hour_comes, lease_is_over, message_id
from tests.web.browser import Browser, text_of
from tests.web.console.story import buttons_of, opened, press
from tests.web.structure import read


async def followed(browser: Browser, page, button: str):  # type: ignore[no-untyped-def]
    """Press a button and go where it leads."""
    return await browser.follow(await press(browser, page, button))


async def test_V4_one_press_without_a_fresh_sign_in_stops_everything(
    as_alice: Browser, as_bob: Browser, granted: Grant, mailbox: Mailbox
) -> None:
    clock.move(FRESH + timedelta(minutes=1))
    page = await followed(as_alice, await opened(as_alice, "/owner"), "Stop everything now")
    assert "No assistant can do or see anything there" in text_of(page)
    assert (await grant_now(as_alice.resources, granted)).status == "paused"
    assert "Stop everything now" not in buttons_of(await opened(as_alice, "/owner"))
    stopped = await opened(as_bob, f"/assistant/mailboxes/{mailbox.id}")
    assert "Terrace" not in stopped.text
    again = await press(as_alice, page, "Let all of them go on")
    assert again.status_code == 401  # giving back asks who is there; stopping does not
    assert "once more" in text_of(again)


async def test_all_go_on_whom_the_stop_has_paused(as_alice: Browser, granted: Grant, mailbox: Mailbox) -> None:
    at = await opened(as_alice, f"/owner/mailboxes/{mailbox.id}")
    page = await followed(as_alice, at, "Stop everybody here now")
    assert "Look and let go on" in text_of(await opened(as_alice, "/owner/assistants"))
    await followed(as_alice, page, "Let all of them go on")
    assert (await grant_now(as_alice.resources, granted)).status == "active"
    assert "Look and let go on" not in text_of(await opened(as_alice, "/owner/assistants"))


async def test_with_nobody_to_stop_there_is_no_button_and_a_press_says_so(as_alice: Browser, mailbox: Mailbox) -> None:
    assert "Stop everything now" not in buttons_of(await opened(as_alice, "/owner"))
    page = await as_alice.follow(await as_alice.post("/owner/stops"))
    assert "There is nobody to stop" in text_of(page)
    assert "Nobody assists you" in text_of(page)


@pytest.mark.parametrize("lang", ["es", "fr", "en"])
async def test_what_was_on_its_way_is_shown_until_it_has_ended_and_then_certified(
    as_alice: Browser, world: World, lang: str
) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, Kind.BEFORE)
    await ready.deliver()
    asked = await opened(as_alice, f"/owner/assistants/{world.bob.id}/removal")
    page = await followed(as_alice, asked, "Yes, remove")
    path = page.url.path + f"?lang={lang}"
    waiting = await opened(as_alice, path)
    assert '<meta http-equiv="refresh"' in waiting.text
    assert read(waiting.text).faults == []
    lease_is_over()
    assert (await ready.deliver()).reason == "grant_gone"
    done = await opened(as_alice, path)
    assert '<meta http-equiv="refresh"' not in done.text
    assert read(done.text).faults == []
    assert str(ready.send.id) in done.text
    saved = await as_alice.get(page.url.path + "/file")
    assert json.loads(saved.text)["complete"] is True
    checked = await as_alice.post(f"/certificates?lang={lang}", text=saved.text)
    assert 'class="flash good"' in checked.text
    assert read(checked.text).faults == []
    forged = await as_alice.post("/certificates", text=saved.text.replace(world.bob.email, "eve@practice.example"))
    assert 'class="flash bad"' in forged.text


async def test_anybody_may_have_a_certificate_checked(stranger: Browser) -> None:
    assert (await stranger.get("/certificates")).status_code == 200
    answer = await stranger.post("/certificates", text="<script>alert(1)</script>")
    assert answer.status_code == 200
    assert "not certified here" in text_of(answer)
    assert "<script>alert" not in answer.text


async def test_V4_once_removed_every_page_and_every_part_of_it_is_gone(
    *, app: FastAPI, as_alice: Browser, as_bob: Browser, bob: Person, granted: Grant, mailbox: Mailbox, world: World
) -> None:
    desk = await world.assistant()
    ids = {"mailbox_id": mailbox.id, "message_id": await message_id(desk), "grant_id": granted.id, "number": 0}
    paths = [
        re.sub(r"\{(\w+)(?::\w+)?\}", lambda hole: str(ids.get(hole[1], uuid4())), context.path)
        for context in iter_route_contexts(app.routes)
        if isinstance(context.original_route, APIRoute) and "GET" in context.methods
        if context.path.startswith(("/assistant/mailboxes/", "/api/v1/mailboxes/"))
    ]
    seen = await opened(as_bob, f"/assistant/mailboxes/{mailbox.id}")
    assert "no-store" in seen.headers["cache-control"]  # nor does a press on "back" show it again
    assert len(paths) > 10
    await as_alice.post(f"/owner/assistants/{bob.id}/removal")
    for path in paths:
        answer = await as_bob.http.get(path, headers={"hx-request": "true"})
        assert answer.status_code == 404, path
        assert "Terrace" not in answer.text


async def test_the_api_stops_lets_go_on_and_removes(
    *, as_alice: Browser, as_bob: Browser, resources: Resources, granted: Grant, bob: Person
) -> None:
    made = (await as_alice.api("POST", "/stops", {})).json()
    assert (made["done"], made["still_paused"], made["grants"][0]["grant_id"]) == (True, 1, str(granted.id))
    assert (await as_alice.api("POST", "/stops", {})).status_code == 404  # nobody is left
    assert (await as_alice.api("GET", "/stops")).json()["stops"] == [made]
    assert (await as_bob.api("GET", f"/stops/{made['id']}")).status_code == 404
    assert (await as_alice.api("DELETE", f"/stops/{made['id']}")).json()["still_paused"] == 0
    assert (await grant_now(resources, granted)).status == "active"
    first = (await as_alice.api("POST", "/removals", {"assistant_id": str(bob.id)})).json()
    assert (first["done"], first["in_flight"]) == (True, [])
    assert (await as_alice.api("POST", "/removals", {"assistant_id": str(bob.id)})).json() == first
    assert (await as_alice.api("GET", "/removals")).json()["removals"] == [first]
    signed = (await as_alice.api("GET", f"/removals/{first['id']}/certificate")).json()
    verdict = await as_bob.api("POST", "/certificates/verification", {"certificate": json.dumps(signed)})
    assert verdict.json() == {"genuine": True, "holds": {"alice@practice.example": True}}
    forged = json.dumps(signed | {"complete": False})
    verdict = await as_bob.api("POST", "/certificates/verification", {"certificate": forged})
    assert verdict.json() == {"genuine": False, "holds": {}}
