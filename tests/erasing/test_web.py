"""Your data in the console and the API: a copy, the question, and the end, one end however often it is pressed."""

from __future__ import annotations

import io
import json
from zipfile import ZipFile

import pytest
from fastapi import FastAPI

from app import clock
from app.access.identity import FRESH
from app.actions.erase import begin, id_for
from app.actions.receipt import token_for
from app.actions.signing import is_certified
from app.db.embedded import Cluster
from app.models.person import Person
from app.sandbox.faults import Kind
from tests.actions.situations import fails, its_hour_comes
from tests.erasing.conftest import Lives
from tests.erasing.remains import holding, rows
from tests.erasing.test_erase import HERS
from tests.people import ALICE, CHARLIE, connected_mailbox, make_person
from tests.web.browser import Browser, text_of
from tests.web.structure import read


@pytest.fixture
async def own(lives: Lives, as_alice: Browser) -> Browser:
    """Alice's browser, with all that is hers."""
    return as_alice


def link_of(lives: Lives, person: Person) -> str:
    return f"/erasures/{token_for(lives.resources.secret, id_for(person.id))}"


@pytest.mark.parametrize("code", ["en", "es", "fr"])
async def test_every_page_is_sound_in_every_language(lives: Lives, own: Browser, code: str) -> None:
    for path in ("/owner/logins", "/owner/data", "/owner/data/erasure"):
        page = read((await own.get(path, lang=code)).text)
        assert page.faults == [], path
        assert page.lang == code
    path = link_of(lives, lives.world.alice)
    await own.post(path, sure="yes")
    page = read((await own.get(path, lang=code)).text)
    assert (page.faults, page.lang) == ([], code)


async def test_the_copy_comes_as_a_zip_to_save(lives: Lives, own: Browser) -> None:
    assert "/owner/data" in (await own.get("/owner/logins")).text
    answer = await own.get("/owner/data/export")
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"].startswith('attachment; filename="deskhand-')
    assert answer.headers["cache-control"] == "no-store"
    with ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert json.loads(archive.read("profile.json"))[0]["email"] == ALICE[0]
    by_program = await own.api("GET", "/person/export")
    assert by_program.headers["content-type"] == "application/zip"
    assert ZipFile(io.BytesIO(by_program.content)).namelist() == archive.namelist()


async def test_the_question_says_what_ends(lives: Lives, own: Browser) -> None:
    said = text_of(await own.get("/owner/data/erasure"))
    for words in (f"{ALICE[0]} is disconnected", "1 assistant loses access", "1 reply that waits does not leave"):
        assert words in said
    assert "on its way" not in said
    its_hour_comes()
    fails(lives.world.sandbox, Kind.AFTER_EFFECT)
    await lives.ready.deliver()
    await own.sign_in(lives.world.alice)
    assert "1 reply is on its way at this moment" in text_of(await own.get("/owner/data/erasure"))


async def test_an_assistant_is_told_where_her_access_ends(lives: Lives, as_bob: Browser) -> None:
    said = text_of(await as_bob.get("/owner/data/erasure"))
    for words in (f"no longer assist at {ALICE[0]}", f"no longer assist at {CHARLIE[0]}", "1 reply that you scheduled"):
        assert words in said
    assert "is disconnected" not in said


async def test_without_the_tick_nothing_is_erased(lives: Lives, own: Browser) -> None:
    path = link_of(lives, lives.world.alice)
    for form in ({}, {"sure": ""}):
        answer = await own.post(path, form)
        assert answer.status_code == 400
        assert "Tick the box first" in text_of(answer)
    assert (await own.post(path, sure="perhaps")).status_code == 422
    assert (await own.get(path)).status_code == 404
    assert (await own.get("/owner")).status_code == 200


async def test_T35_erased_in_the_browser_she_keeps_the_receipt_and_nothing_else(
    lives: Lives, own: Browser, cluster: Cluster, database_url: str
) -> None:
    form = (await own.get("/owner/data/erasure")).text
    path = link_of(lives, lives.world.alice)
    assert f'action="{path}"' in form
    page = await own.follow(await own.post(path, sure="yes"))
    assert "Everything about you is erased" in text_of(page)
    assert not [word for word in HERS.values() if word in page.text]
    assert own.secret == ""
    receipt = await own.get(f"{path}/receipt")
    assert receipt.headers["content-disposition"].startswith("attachment")
    assert is_certified(receipt.json(), lives.resources.secret)
    assert (await own.get("/owner")).status_code == 401
    assert holding(list(rows(cluster, database_url)), HERS) == {}


async def test_pressed_twice_the_second_press_finds_it_done(lives: Lives, own: Browser) -> None:
    path, secret = link_of(lives, lives.world.alice), own.secret
    first = await own.post(path, sure="yes")
    own.take(secret)
    second = await own.post(path, sure="yes")
    assert first.headers["location"] == second.headers["location"] == path
    assert (await own.get(path)).status_code == 200


async def test_it_needs_a_fresh_sign_in_and_comes_back_to_the_question(lives: Lives, own: Browser) -> None:
    clock.move(FRESH)
    path = link_of(lives, lives.world.alice)
    answers = [await own.get("/owner/data/export"), await own.get("/owner/data/erasure")]
    for answer in (*answers, await own.post(path, sure="yes")):
        assert answer.status_code == 401
        assert 'name="return_to" value="data"' in answer.text
    for method, noun in (("GET", "/person/export"), ("DELETE", "/person")):
        assert (await own.api(method, noun)).json()["code"] == "sign_in_again"
    assert (await own.get("/owner/data")).status_code == 200
    assert (await own.get(path)).status_code == 404


async def test_nobody_erases_anybody_else(lives: Lives, own: Browser, as_bob: Browser, stranger: Browser) -> None:
    hers = link_of(lives, lives.world.alice)
    for browser in (as_bob, stranger):
        for path in (hers, "/erasures/x", f"/erasures/{lives.world.alice.id.hex}", hers[:-1]):
            assert (await browser.post(path, sure="yes")).status_code == 404
            assert (await browser.get(path)).status_code == 404
            assert (await browser.get(f"{path}/receipt")).status_code == 404
    assert (await own.get("/owner")).status_code == 200
    own_without_token = await own.http.post(hers, data={"sure": "yes"}, headers={"origin": "https://elsewhere.example"})
    assert own_without_token.status_code == 403


async def test_while_a_reply_is_on_its_way_the_page_says_so(lives: Lives, own: Browser) -> None:
    its_hour_comes()
    fails(lives.world.sandbox, Kind.AFTER_EFFECT)
    await lives.ready.deliver()
    await own.sign_in(lives.world.alice)
    path = link_of(lives, lives.world.alice)
    page = await own.follow(await own.post(path, sure="yes"))
    assert "1 reply was on its way" in text_of(page)
    assert (await own.get(f"{path}/receipt")).status_code == 404


async def test_begun_and_not_gone_on_with_the_page_says_that_too(lives: Lives, own: Browser) -> None:
    await begin(lives.resources, lives.world.alice.id, asked_by="person")
    page = await own.get(link_of(lives, lives.world.alice))
    assert "within a minute" in text_of(page)


async def test_a_program_erases_its_caller(lives: Lives, own: Browser) -> None:
    answer = await own.api("DELETE", "/person")
    assert answer.status_code == 202
    said = answer.json()
    assert (said["state"], said["in_flight"]) == ("done", [])
    assert said["link"] == f"http://localhost:8025{link_of(lives, lives.world.alice)}"
    assert (await own.api("GET", "/session")).status_code == 401
    assert (await own.api("DELETE", "/person")).status_code == 401


@pytest.fixture
async def doras(app: FastAPI, lives: Lives) -> Browser:
    """Dora's browser; she has a mailbox at Microsoft."""
    lives.world.sandbox.add_graph_mailbox("dora@practice.example")
    dora = await make_person(lives.resources, "dora@practice.example", "Dora Dorn", way="microsoft")
    await connected_mailbox(lives.resources, dora, way="microsoft")
    return await Browser(app, lives.resources).sign_in(dora)


async def test_at_microsoft_she_is_told_where_to_take_the_rest_off(lives: Lives, doras: Browser) -> None:
    said = (await doras.api("DELETE", "/person")).json()
    page = await doras.get(said["link"].removeprefix("http://localhost:8025"))
    assert "Microsoft has no call" in text_of(page)
    assert 'href="https://myapps.microsoft.com"' in page.text
    receipt = (await doras.get(said["link"].removeprefix("http://localhost:8025") + "/receipt")).json()
    assert [each["consent_ended"] for each in receipt["says"]["mailboxes"].values()] == [False]
    await doras.close()
    assert lives.world.mailbox.address == ALICE[0]
