"""Bob looks wherever he can, and where he cannot: no private word reaches him, the log or the database."""

from __future__ import annotations

import dataclasses
import logging
import random
import secrets
from pathlib import Path

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from app import clock
from app.actions.resources import Resources
from app.db.embedded import Cluster
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.sandbox.sandbox import Sandbox
from app.settings import Settings
from app.web import programs
from app.web.logs import JsonLines
from tests.actions.situations import HOUR, World, written
from tests.attack.canaries import Box, Canaries, mother_joins, put_letters, quoting_mother, whole_database
from tests.attack.requests import Ids, calls, random_ids
from tests.people import ALICE, MOTHER, PRACTICE_MAIL, connected_mailbox, desk_of, practice_settings
from tests.web.api.calls import good, ids_by_subject
from tests.web.browser import Browser
from tests.web.program import Program, made_key
from tests.web.test_routes import routes

CLIENT_SECRET = f"GOCSPX-{secrets.token_hex(14)}"
LISTS = ("", "?folder=inbox", "?folder=archive", "?folder=trash", "?folder=spam", "?folder=sent", "?folder=drafts")
LOOKS = (
    "?unread=true",
    "?label=Family",
    "?label=INBOX",
    "?q=canary",
    "?search=canary",
    "?search=subject:canary+-x",
    "?folder=sent&search=a",
    "?size=100",
    "?size=0",
)
PAGES = ("/assistant", "/assistant/mailboxes/{}", "/assistant/mailboxes/{}/drafts", "/assistant/mailboxes/{}/scheduled")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a client secret that stands nowhere else."""
    return practice_settings(tmp_path).model_copy(
        update=dict.fromkeys(("google_client_secret", "microsoft_client_secret"), SecretStr(CLIENT_SECRET))
    )


@pytest.fixture(params=["google", "microsoft"])
def way(request: pytest.FixtureRequest) -> str:
    """Where Alice has her mailbox."""
    return str(request.param)


@pytest.fixture
def box(sandbox: Sandbox, way: str) -> Box:
    """Alice's mailbox as she has it before her, at either provider."""
    sandbox.clients["practice"] = dataclasses.replace(sandbox.clients["practice"], secret=CLIENT_SECRET)
    if way == "google":
        return sandbox.mailbox(ALICE[0])
    outlook = sandbox.add_graph_mailbox(ALICE[0])
    for raw in PRACTICE_MAIL:
        outlook.add(raw, internal_date=clock.now(), unread=True)
    return outlook


@pytest.fixture
async def mailbox(resources: Resources, alice: Person, box: Box, way: str) -> Mailbox:
    """Alice's mailbox, connected."""
    return await connected_mailbox(resources, alice, way=way)


@pytest.fixture
def canaries(box: Box) -> Canaries:
    """Private letters in Alice's mailbox, each with words of its own."""
    made = Canaries()
    put_letters(box, made)
    return made


@pytest.fixture
async def as_helper(canaries: Canaries, as_bob: Browser, as_alice: Browser, granted: Grant, at: str) -> Browser:
    """Bob's browser, at the mailbox in which Mother is private."""
    await good(as_alice, "POST", f"{at}/senders", {"sender": MOTHER})
    return as_bob


@pytest.fixture
def at(mailbox: Mailbox) -> str:
    """Alice's mailbox in the API."""
    return f"/mailboxes/{mailbox.id}"


async def _lists(browser: Browser, at: str) -> str:
    """Return everything that lists, pages, errors and refusals say."""
    said = ""
    for query in LISTS + LOOKS:
        said += (await browser.api("GET", f"{at}/messages{query}")).text
    cursor = "&"
    while cursor:
        page = await browser.api("GET", f"{at}/messages?size=1{cursor}")
        said += page.text
        cursor = f"&cursor={page.json()['cursor']}" if page.json()["cursor"] else ""
    for rest in ("", "/drafts", "/scheduled", "/scheduled?ended=true", "/grants", "/senders", "/preview", "/audit"):
        said += (await browser.api("GET", at + rest)).text
    for path in PAGES:
        said += (await browser.get(path.format(at.rpartition("/")[2]))).text
    return said


async def _everything(app: FastAPI, browser: Browser, known: list[Ids], *, seed: int) -> str:
    """Return what every request with every known id says, in an order of chance."""
    each_once = {
        (call.method, call.path, *(ids[hole] for hole in sorted(call.holes))): (call, ids)
        for call in calls(app)
        for ids in known
        if "token" not in call.holes and call.holes <= set(ids)
    }
    asked = [each for each in each_once.values() if not each[0].path.endswith(("/disconnection", "/zone"))]
    random.Random(seed).shuffle(asked)
    answers = [await call.by(browser, ids) for call, ids in asked]
    assert {answer.status_code for answer in answers} >= {200, 403, 404}
    assert not [answer for answer in answers if answer.status_code >= 500]
    return "".join(answer.text + str(answer.headers) for answer in answers)


async def _figures(app: FastAPI, resources: Resources) -> str:
    """Return what operators are told of everything that was asked."""
    stranger = Browser(app, resources)
    said = (await stranger.get("/metrics")).text
    await stranger.close()
    return said


async def _known(as_alice: Browser, at: str, mailbox: Mailbox, **more: str) -> list[Ids]:
    """Return the ids of every message of Alice's, as if Bob had guessed them, each with some of everything."""
    found = await good(as_alice, "GET", f"{at}/messages?size=100")
    ids = {"mailbox_id": str(mailbox.id), **more}
    known = [ids | {"message_id": message["id"]} for message in found["messages"]]
    return [*known, random_ids(ids | {"message_id": ""}) | {"mailbox_id": str(mailbox.id)}]


async def test_T4_no_private_word_is_in_any_answer_to_bob_in_the_log_or_in_the_database(
    *, app: FastAPI, as_helper: Browser, as_alice: Browser, at: str, mailbox: Mailbox, box: Box,
    granted: Grant, canaries: Canaries, caplog: pytest.LogCaptureFixture, cluster: Cluster, database_url: str,
    world: World,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    hers = (await as_alice.api("GET", f"{at}/messages?size=100")).text
    assert set(canaries.found_in(hers)) >= {"subject", "sender name", "code subject"}
    fence = (await ids_by_subject(as_helper, at))["The fence"]
    draft = await good(as_helper, "POST", f"{at}/drafts", {"message_id": fence, "text": "Green."})
    hour = {"draft_id": draft["id"], "wall_time": f"{clock.now() + HOUR:%Y-%m-%dT%H:%M:%S}", "zone": "UTC"}
    send = await good(as_helper, "POST", f"{at}/scheduled", hour)
    said = await _lists(as_helper, at)
    assert "The fence" in said
    mother_joins(box, canaries)
    said += await _lists(as_helper, at)
    more = {"draft_id": draft["id"], "send_id": send["id"], "grant_id": str(granted.id)}
    said += await _everything(app, as_helper, await _known(as_alice, at, mailbox, **more), seed=1)
    said += await _lists(as_helper, at)
    figures = await _figures(app, world.resources)
    assert 'route="/api/v1/mailboxes/{mailbox_id}/messages"' in figures
    for id_ in (mailbox.id, granted.id, *more.values()):
        assert str(id_) not in figures
    assert canaries.found_in(said + figures) == []
    assert canaries.found_in("\n".join(JsonLines().format(record) for record in caplog.records)) == []
    dump = whole_database(cluster, database_url)
    assert str(mailbox.id) in dump
    assert canaries.found_in(dump) == []


async def test_T4_once_mother_has_joined_the_whole_conversation_is_gone_for_bob(
    *, as_helper: Browser, at: str, box: Box, canaries: Canaries
) -> None:
    fence = (await ids_by_subject(as_helper, at))["The fence"]
    draft = await good(as_helper, "POST", f"{at}/drafts", {"message_id": fence, "text": "Green."})
    mother_joins(box, canaries)
    for path in (f"/messages/{fence}", f"/drafts/{draft['id']}", f"/messages/{fence}/attachments/0"):
        assert (await as_helper.api("GET", at + path)).status_code == 404
    said = await _lists(as_helper, at)
    assert "fence" not in said
    assert "Terrace" in said


async def test_T4_a_page_without_mothers_answer_shows_nothing_of_that_conversation_either(
    *, as_helper: Browser, as_alice: Browser, at: str, box: Box, canaries: Canaries
) -> None:
    """Mother's answer lies in the inbox, the client's letter in the archive: Bob looks into the archive first."""
    fence = (await ids_by_subject(as_helper, at))["The fence"]
    await good(as_alice, "PUT", f"{at}/messages/{fence}/folder", {"folder": "archive"})
    mother_joins(box, canaries)
    assert "fence" not in (await as_helper.api("GET", f"{at}/messages?folder=archive")).text


async def test_T4_the_name_of_a_label_that_only_private_mail_bears_is_private_too(
    as_helper: Browser, as_alice: Browser, at: str, world: World, canaries: Canaries
) -> None:
    mothers = next(id_ for subject, id_ in (await ids_by_subject(as_alice, at)).items() if "For you" in subject)
    await good(as_alice, "PATCH", f"{at}/messages/{mothers}/labels", {"add": [canaries.put("label")]})
    said = await _lists(as_helper, at)
    for message_id in (await ids_by_subject(as_helper, at)).values():
        said += (await as_helper.get(f"/assistant{at}/messages/{message_id}")).text
    assert canaries.found_in(said) == []


async def test_T4_what_a_client_quotes_of_a_private_letter_is_not_shown_to_bob(
    as_helper: Browser, as_alice: Browser, at: str, box: Box, canaries: Canaries
) -> None:
    """Outlook sets what it quotes apart by a line and an element of its own; in a draft's quotation it stands too."""
    box.add(quoting_mother(canaries), labels=("INBOX",), internal_date=clock.now(), unread=True)
    hedge = (await ids_by_subject(as_helper, at))["The hedge"]
    said = (await as_helper.api("GET", f"{at}/messages/{hedge}")).text
    assert "Shall we cut it?" in said
    draft = await good(as_helper, "POST", f"{at}/drafts", {"message_id": hedge, "text": "In May."})
    for path in (f"/messages/{hedge}", f"/drafts/{draft['id']}", "/drafts"):
        said += (await as_helper.api("GET", at + path)).text + (await as_helper.get(f"/assistant{at}{path}")).text
    said += await _lists(as_helper, at)
    assert "In May." in said
    assert canaries.found_in(said) == []
    assert set(canaries.found_in((await as_alice.api("GET", f"{at}/messages/{hedge}")).text)) >= {"quoted words"}


async def test_T4_a_search_for_a_private_word_answers_as_for_one_that_stands_nowhere(
    *, as_helper: Browser, as_alice: Browser, at: str, box: Box, canaries: Canaries, world: World
) -> None:
    """Bob has guessed the word; that it stands somewhere is what he must not learn."""
    box.add(quoting_mother(canaries), labels=("INBOX",), internal_date=clock.now(), unread=True)
    mother_joins(box, canaries)
    nowhere = secrets.token_hex(12)
    finds_something = 0
    for place, word in canaries.words.items():
        hers = await good(as_alice, "GET", f"{at}/messages?search={word}")
        finds_something += bool(hers["messages"])
        for more in ("", "&folder=inbox", "&size=1", "&unread=true", "&folder=archive"):
            asked = f"{at}/messages?{more}&search="
            his, none = [await good(as_helper, "GET", asked + each) for each in (word, nowhere)]
            assert his == none == {"messages": [], "cursor": ""}, place
        pages = [(await as_helper.get(f"/assistant{at}?folder=all&search={each}")).text for each in (word, nowhere)]
        assert pages[0].replace(word, "") == pages[1].replace(nowhere, ""), place
    assert finds_something >= 6
    assert (await good(as_helper, "GET", f"{at}/messages?search=terrace"))["messages"]


async def test_T21_no_secret_is_in_the_database_or_in_the_log(
    *, as_helper: Browser, as_alice: Browser, at: str, sandbox: Sandbox, app: FastAPI, world: World, way: str,
    caplog: pytest.LogCaptureFixture, cluster: Cluster, database_url: str,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    offer = {"scopes": ["mail.read"], "until": (clock.now() + HOUR).isoformat()}
    invitation = (await good(as_alice, "POST", f"{at}/invitations", offer))["link"].rpartition("/")[2]
    proposal = (await good(as_helper, "POST", "/proposals", offer))["link"].rpartition("/")[2]
    for browser in (as_helper, as_alice):
        for token in (invitation, proposal):
            await browser.get(f"/invitations/{token}")
        await _lists(browser, at)
    clock.move(2 * HOUR)  # past the access token: it is refreshed
    await written(await desk_of(world.resources, world.alice, world.mailbox))
    granted = sandbox.grants if way == "google" else sandbox.entra.grants
    hidden = [*granted.refreshes, *granted.accesses, *granted.codes, CLIENT_SECRET]
    hidden += [as_helper.secret, as_alice.secret, as_alice.token, invitation[44:], proposal[44:]]
    assert len(hidden) >= 9
    assert min(map(len, hidden)) > 20
    dump = whole_database(cluster, database_url)
    log = "\n".join(JsonLines().format(record) for record in caplog.records)
    assert "deskhand" in log
    for secret in hidden:
        for held in (secret, secret.encode().hex()):
            assert held not in dump
            assert held not in log
    for key in world.resources.keys.newest_id, app.state.csrf_key.hex():
        assert key not in log
    assert app.state.csrf_key.hex() not in dump


async def test_T4_no_private_word_reaches_bobs_program_and_its_key_stands_nowhere(
    *, app: FastAPI, as_helper: Browser, as_alice: Browser, at: str, mailbox: Mailbox, canaries: Canaries,
    caplog: pytest.LogCaptureFixture, cluster: Cluster, database_url: str,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    made = await made_key(as_helper, at)
    program = Program(app, made["secret"])
    assert "The fence" in (await program.api("GET", f"{at}/messages")).text
    said = "".join([(await program.api("GET", f"{at}/messages{query}")).text for query in LISTS + LOOKS])
    work = {(route.method, route.path) for route in routes() if programs.work_desk in route.needs}
    for ids in await _known(as_alice, at, mailbox):
        for call in calls(app):
            if (call.method, call.path) in work and call.holes <= set(ids):
                path = call.address(ids).removeprefix("/api/v1")
                answer = await program.api(call.method, path, call.filled(ids) or None)
                assert answer.status_code < 500, call
                said += answer.text + str(answer.headers)
    said += await _lists(as_helper, at) + (await as_alice.get(f"/owner/mailboxes/{mailbox.id}/keys")).text
    logged = "\n".join(JsonLines().format(record) for record in caplog.records)
    assert canaries.found_in(said + logged) == []
    kept = whole_database(cluster, database_url)
    assert made["name"] in kept
    assert made["secret"] not in said + logged + kept
