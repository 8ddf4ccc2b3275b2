"""Programs' keys under attack: foreign, dead, misplaced, guessed; none opens more than its assistant's live grant."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI

from app import clock
from app.access.program import new_secret
from app.actions import grants, label
from app.actions.desk import Desk
from app.actions.end_key import end_key
from app.actions.make_key import make_key
from app.actions.resources import Resources
from app.actions.seats import open_desk_with_key
from app.actions.write_template import write_template
from app.errors import BadKey, Denied
from app.models.conditions import Conditions, Hours
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.sandbox.sandbox import Sandbox
from app.web import deps, operators, programs
from app.web.logs import JsonLines
from app.web.programs import MOST_KNOWN, MOST_WRONG, WINDOW, WrongKeys
from tests.actions.situations import effects, log_of, message_id
from tests.attack.requests import Call, calls, told
from tests.people import connected_mailbox, desk_of, make_grant
from tests.web.browser import Browser
from tests.web.program import Program, said
from tests.web.test_routes import OPEN, Route, body_of, ids, routes

WEEK = timedelta(days=7)


@pytest.fixture
async def bobs(resources: Resources, bob: Person, mailbox: Mailbox, granted: Grant) -> Desk:
    """Bob at Alice's mailbox."""
    return await desk_of(resources, bob, mailbox)


@pytest.fixture
async def owner(resources: Resources, alice: Person, mailbox: Mailbox) -> Desk:
    """Alice at her own."""
    return await desk_of(resources, alice, mailbox)


async def key(desk: Desk, *scopes: str, until: timedelta = WEEK) -> tuple[UUID, str]:
    row, secret = await make_key(desk, name="Nightly labels", until=clock.now() + until, scopes=scopes)
    return row.id, secret


def at(mailbox: Mailbox, rest: str = "/messages") -> str:
    return f"/mailboxes/{mailbox.id}{rest}"


async def test_T2_a_key_of_another_mailbox_learns_nothing_by_alices_ids(
    *, app: FastAPI, resources: Resources, sandbox: Sandbox, mailbox: Mailbox, owner: Desk, charlie: Person, bob: Person
) -> None:
    """Bob assists Charlie too, under another grant: that key is good there and nowhere else."""
    sandbox.add_mailbox(charlie.email)
    elsewhere = await connected_mailbox(resources, charlie)
    await make_grant(resources, elsewhere, bob)
    await make_grant(resources, mailbox, bob)
    _id, secret = await key(await desk_of(resources, bob, elsewhere))
    program, before = Program(app, secret), len(sandbox.ledger.entries)
    assert await said(program, "GET", at(elsewhere, "")) == (200, "")
    hers = {"mailbox_id": str(mailbox.id), "message_id": str(await message_id(owner)), "draft_id": str(uuid4())}
    before = len(sandbox.ledger.entries)
    for call in _of_programs(app):
        given = {hole: hers.get(hole, str(uuid4())) for hole in call.holes}
        nothing = {hole: str(uuid4()) for hole in call.holes}
        answers = [
            await program.api(call.method, call.address(each).removeprefix("/api/v1"), call.filled(each) or None)
            for each in (given, nothing)
        ]
        assert told(answers[0], given) == told(answers[1], nothing), call
        assert answers[0].status_code in (404, 422), call
    assert len(sandbox.ledger.entries) == before


def _of_programs(app: FastAPI) -> list[Call]:
    work = {(route.method, route.path) for route in routes() if programs.work_desk in route.needs}
    found = [call for call in calls(app) if (call.method, call.path) in work]
    assert len(found) == len(work) > 12
    return found


async def test_T1_a_key_opens_the_work_at_its_mailbox_and_no_other_route(
    app: FastAPI, bobs: Desk, mailbox: Mailbox, sandbox: Sandbox
) -> None:
    _id, secret = await key(bobs)
    program, before = Program(app, secret), len(sandbox.ledger.entries)
    closed = [
        route
        for route in routes()
        if route.path not in OPEN and not {deps.public, operators.for_operators, programs.work_desk} & route.needs
    ]
    assert len(closed) > 80
    for route in closed:
        address = route.address.replace("6f1c0f5c-6f6e-4a4e-9d0b-0c9b3b6f7a11", str(mailbox.id), 1)
        answer = await program.http.request(
            route.method, address, json=body_of(route), headers={"authorization": f"Bearer {secret}"}
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "key_not_taken"), ids(route)
    assert len(sandbox.ledger.entries) == before


def _keys_routes() -> list[Route]:
    return [route for route in routes() if programs.work_desk in route.needs]


def test_what_programs_may_call_is_the_work_and_nothing_else() -> None:
    """A route that joins this list is open to programs: think of what it shows, and of whose it is."""
    assert {ids(route).replace("/api/v1/mailboxes/{mailbox_id:uuid}", "") for route in _keys_routes()} == {
        "GET ",
        "GET /messages",
        "GET /messages/{message_id:uuid}",
        "GET /messages/{message_id:uuid}/attachments/{number:int}",
        "PATCH /messages/{message_id:uuid}/labels",
        "PUT /messages/{message_id:uuid}/folder",
        "GET /drafts",
        "POST /drafts",
        "GET /drafts/{draft_id:uuid}",
        "GET /drafts/{draft_id:uuid}/best_moment",
        "PATCH /drafts/{draft_id:uuid}",
        "DELETE /drafts/{draft_id:uuid}",
        "GET /templates",
        "GET /hours",
        "GET /scheduled",
        "POST /scheduled",
        "GET /scheduled/{send_id:uuid}",
        "DELETE /scheduled/{send_id:uuid}",
    }


async def test_V4_whatever_becomes_of_the_grant_becomes_of_the_key_at_once(
    *, app: FastAPI, bobs: Desk, owner: Desk, mailbox: Mailbox, granted: Grant, resources: Resources, bob: Person
) -> None:
    _id, secret = await key(bobs, "label", "mail.read")
    program, messages = Program(app, secret), at(mailbox)
    message = await message_id(bobs)
    one = at(mailbox, f"/messages/{message}")
    assert await said(program, "GET", one) == (200, "")
    await grants.pause(owner, granted.id)
    assert await said(program, "GET", messages) == (403, "grant_paused")
    await grants.resume(owner, granted.id)
    assert await said(program, "GET", messages) == (200, "")
    await grants.narrow(owner, granted.id, scopes=["mail.list", "label"], until=granted.expires_at)
    assert await said(program, "GET", one) == (403, "scope_missing")
    assert await said(program, "PATCH", f"{one}/labels", {"add": ["Clients"]}) == (200, "")
    await grants.revoke(owner, granted.id)
    assert await said(program, "GET", messages) == (401, "bad_key")
    await make_grant(resources, mailbox, bob)  # invited anew: what was made under the old access stays over
    assert await said(program, "GET", messages) == (401, "bad_key")


async def test_V4_a_grant_that_another_one_replaces_takes_its_keys_along(
    *, app: FastAPI, bobs: Desk, mailbox: Mailbox, resources: Resources, bob: Person
) -> None:
    _id, secret = await key(bobs, "mail.list")
    await make_grant(resources, mailbox, bob)
    assert await said(Program(app, secret), "GET", at(mailbox)) == (401, "bad_key")


async def test_a_key_ends_at_its_own_hour_and_at_its_grants(
    *, app: FastAPI, bobs: Desk, owner: Desk, mailbox: Mailbox, granted: Grant
) -> None:
    brief, longer = Program(app, (await key(bobs, until=timedelta(hours=1)))[1]), Program(app, (await key(bobs))[1])
    clock.move(timedelta(minutes=59))
    assert await said(brief, "GET", at(mailbox)) == (200, "")
    clock.move(timedelta(minutes=1))
    assert await said(brief, "GET", at(mailbox)) == (401, "bad_key")
    await grants.narrow(owner, granted.id, scopes=granted.scopes, until=clock.now() + timedelta(hours=1))
    assert await said(longer, "GET", at(mailbox)) == (200, "")
    clock.move(timedelta(hours=1))
    assert await said(longer, "GET", at(mailbox)) == (403, "grant_expired")


async def test_in_a_mailbox_that_is_disconnected_a_key_does_nothing(
    *, app: FastAPI, as_alice: Browser, bobs: Desk, mailbox: Mailbox, sandbox: Sandbox
) -> None:
    _id, secret = await key(bobs)
    message = await message_id(bobs)
    assert (await as_alice.api("DELETE", at(mailbox, ""))).status_code == 204
    before = len(sandbox.ledger.entries)
    labels = at(mailbox, f"/messages/{message}/labels")
    assert await said(Program(app, secret), "PATCH", labels, {"add": ["x"]}) == (403, "mailbox_not_active")
    assert len(sandbox.ledger.entries) == before


async def test_V4_between_the_door_and_the_desk_an_ended_key_is_ended(
    bobs: Desk, owner: Desk, resources: Resources
) -> None:
    """The key was good when the request came in; what counts is what holds when the act is decided."""
    key_id, secret = await key(bobs, "label")
    message = await message_id(bobs)
    seat = await open_desk_with_key(resources, secret)
    await label.label(seat, message, add={"Clients"}, remove=set())
    await end_key(owner, key_id)
    with pytest.raises(Denied) as refused:
        await label.label(seat, message, add={"Later"}, remove=set())
    assert refused.value.reason == "key_ended"
    with pytest.raises(BadKey):
        await open_desk_with_key(resources, secret)


async def test_V4_no_act_of_a_key_begins_after_its_end_has_been_answered(
    *, app: FastAPI, bobs: Desk, owner: Desk, mailbox: Mailbox, sandbox: Sandbox
) -> None:
    key_id, secret = await key(bobs, "label")
    message, program = await message_id(bobs), Program(app, secret)
    path = at(mailbox, f"/messages/{message}/labels")

    async def labelled(number: int) -> int:
        return (await program.api("PATCH", path, {"add": [f"L{number}"]})).status_code

    async def ended() -> int:
        await end_key(owner, key_id)
        return len(effects(sandbox, "label"))

    first = [asyncio.create_task(labelled(number)) for number in range(12)]
    await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
    ending = asyncio.create_task(ended())
    later = [asyncio.create_task(labelled(number)) for number in range(12, 24)]
    statuses = [await each for each in (*first, *later)]
    await ending
    assert set(statuses) <= {200, 401, 403, 409, 503}
    done = len(effects(sandbox, "label"))
    assert done == statuses.count(200) > 0
    assert [await labelled(99) for _ in range(3)] == [401] * 3
    assert len(effects(sandbox, "label")) == done
    allowed = [each for each in await log_of(owner) if each.action == "label" and each.phase == "begin"]
    assert len(allowed) == done
    assert {each.key_id for each in allowed} == {key_id}


async def test_a_key_that_is_not_in_its_header_is_none(app: FastAPI, bobs: Desk, mailbox: Mailbox) -> None:
    _id, secret = await key(bobs)
    nobody = Program(app, "")
    path = f"/api/v1{at(mailbox)}"
    for parameters in ({"key": secret}, {"access_token": secret}, {"authorization": f"Bearer {secret}"}):
        answer = await nobody.http.get(path, params=parameters)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    for headers in (
        {"cookie": f"deskhand={secret}"},
        {"cookie": f"authorization={secret}"},
        {"authorization": secret},
        {"authorization": f"Basic {secret}"},
        {"authorization": f"Token {secret}"},
        {"x-api-key": secret},
        {"proxy-authorization": f"Bearer {secret}"},
    ):
        answer = await nobody.http.get(path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), headers
    posted = await nobody.http.post(f"{path.removesuffix('messages')}drafts", json={"key": secret})
    assert posted.status_code in (401, 403)
    for scheme in ("Bearer", "bearer", "BEARER  "):
        answer = await nobody.http.get(path, headers={"authorization": f"{scheme} {secret}"})
        assert answer.status_code == 200, scheme


async def test_a_request_is_a_persons_or_a_programs(
    app: FastAPI, as_bob: Browser, bobs: Desk, mailbox: Mailbox
) -> None:
    """As whom would it act, and which of the two would the log name?"""
    _id, secret = await key(bobs)
    for path in (at(mailbox), "/session"):
        answer = await as_bob.api("GET", path, authorization=f"Bearer {secret}")
        assert (answer.status_code, answer.json()["code"]) == (400, "key_and_session")
    page = await as_bob.http.get("/owner", headers={"authorization": f"Bearer {secret}"})
    assert page.status_code == 400
    other = await as_bob.api("GET", at(mailbox), authorization="Bearer something-of-a-proxy")
    assert other.status_code == 200  # no key of ours: what stands before us may have added it


WRONG = [
    "dhk_",
    "dhk_" + "A" * 64,
    "dhk_" + "A" * 65,
    "dhk_" + "A" * 66,
    "dhk_" + "A" * 5000,
    "dhk_' or true --" + "A" * 49,
    "dhk_%00" + "A" * 62,
    "dhk_" + "=" * 65,
]


@pytest.mark.parametrize("wrong", WRONG, ids=range(len(WRONG)))
async def test_what_is_no_key_of_ours_is_told_so_in_one_way(
    app: FastAPI, bobs: Desk, mailbox: Mailbox, wrong: str
) -> None:
    answer = await Program(app, wrong).api("GET", at(mailbox))
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_key")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "A" * 20 not in answer.text


async def test_200_wrong_keys_are_looked_up_20_times_a_minute_and_lock_nobody_else_out(
    *, app: FastAPI, bobs: Desk, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    _id, secret = await key(bobs)
    guesses = [new_secret(mailbox.id)[0] for _ in range(200)]
    guesser = "203.0.113.7"
    with caplog.at_level(logging.DEBUG):
        answers = [await Program(app, guess, address=guesser).api("GET", at(mailbox)) for guess in guesses]
    codes = [answer.json()["code"] for answer in answers]
    assert codes == ["bad_key"] * MOST_WRONG + ["too_many_tries"] * (200 - MOST_WRONG)
    assert {answer.status_code for answer in answers[MOST_WRONG:]} == {429}
    assert all(0 < int(answer.headers["retry-after"]) <= 60 for answer in answers[MOST_WRONG:])
    assert await said(Program(app, secret, address=guesser), "GET", at(mailbox)) == (429, "too_many_tries")
    assert await said(Program(app, secret, address="198.51.100.9"), "GET", at(mailbox)) == (200, "")
    clock.move(WINDOW)
    assert await said(Program(app, secret, address=guesser), "GET", at(mailbox)) == (200, "")
    written = "\n".join(JsonLines().format(record) for record in caplog.records) + "".join(a.text for a in answers)
    assert "dhk_" not in written


async def test_one_old_key_does_not_lock_out_the_programs_beside_it(
    *, app: FastAPI, bobs: Desk, mailbox: Mailbox, resources: Resources, sandbox: Sandbox, charlie: Person, bob: Person
) -> None:
    """They share an address, and nothing else."""
    sandbox.add_mailbox(charlie.email)
    elsewhere = await connected_mailbox(resources, charlie)
    await make_grant(resources, elsewhere, bob)
    _id, good = await key(await desk_of(resources, bob, elsewhere))
    old = Program(app, new_secret(mailbox.id)[0])
    told_ = [(await said(old, "GET", at(mailbox)))[0] for _ in range(MOST_WRONG + 1)]
    assert told_[-1] == 429
    assert await said(Program(app, good), "GET", at(elsewhere)) == (200, "")


def test_of_wrong_keys_only_so_many_callers_are_remembered() -> None:
    wrong, now = WrongKeys(), clock.now()
    for number in range(MOST_KNOWN + 50):
        wrong.note(number, now)
    assert len(wrong.seen) == MOST_KNOWN
    assert 0 not in wrong.seen


@pytest.mark.parametrize("place", ["/api/v1/mailboxes/{}/messages", "/owner/{}", "/api/v1/session?key={}", "/{}"])
async def test_a_key_in_an_address_is_in_no_log(
    app: FastAPI, bobs: Desk, caplog: pytest.LogCaptureFixture, place: str
) -> None:
    _id, secret = await key(bobs)
    with caplog.at_level(logging.DEBUG):
        answer = await Program(app, "").http.get(place.format(secret))
    assert answer.status_code in (401, 404)
    written = "\n".join(JsonLines().format(record) for record in caplog.records if record.name.startswith("deskhand"))
    assert written
    assert secret not in written + answer.text


async def test_V59_what_binds_the_grant_binds_its_programs_and_is_counted_with_them(
    *, app: FastAPI, mailbox: Mailbox, resources: Resources, bob: Person, sandbox: Sandbox
) -> None:
    """Two keys are no way to two days' worth of changes."""
    await make_grant(resources, mailbox, bob, conditions=Conditions(changes_a_day=3))
    desk = await desk_of(resources, bob, mailbox)
    message = await message_id(desk)
    one, two = [Program(app, (await key(desk, "label"))[1]) for _ in range(2)]
    path = at(mailbox, f"/messages/{message}/labels")
    await label.label(desk, message, add={"Mine"}, remove=set())
    assert await said(one, "PATCH", path, {"add": ["One"]}) == (200, "")
    assert await said(two, "PATCH", path, {"add": ["Two"]}) == (200, "")
    for program in (one, two):
        assert await said(program, "PATCH", path, {"add": ["More"]}) == (403, "cap_reached")
    assert len(effects(sandbox, "label")) == 3
    closed = Hours(zone="UTC", spans=())
    await make_grant(resources, mailbox, bob, conditions=Conditions(hours=closed))
    desk = await desk_of(resources, bob, mailbox)
    with pytest.raises(Denied) as refused:  # nor is a key made outside the hours
        await key(desk, "label")
    assert refused.value.reason == "outside_hours"


async def test_V59_what_a_list_shows_beside_the_names_is_the_keys_right_too(
    *, app: FastAPI, owner: Desk, mailbox: Mailbox, resources: Resources, bob: Person
) -> None:
    """Bob may read and reply with templates; his program may see who wrote, and neither first words nor templates."""
    scopes = ("mail.read", "label", "draft", "reply.template")
    await make_grant(resources, mailbox, bob, scopes=scopes)
    text = (await write_template(owner, name="Yes", language="en", text="Yes, gladly.")).row
    desk = await desk_of(resources, bob, mailbox)
    wide, narrow = [Program(app, (await key(desk, *only))[1]) for only in (scopes, ("label", "draft"))]
    listing = Program(app, (await key(desk, "mail.list"))[1])
    for program, shown in ((wide, True), (narrow, True), (listing, False)):
        messages = (await program.api("GET", at(mailbox))).json()["messages"]
        assert messages
        assert any(message["snippet"] for message in messages) == shown
    found = (await wide.api("GET", at(mailbox, "/templates"))).json()["templates"]
    assert [each["name"] for each in found] == ["Yes"]
    for program in (narrow, listing):
        assert await said(program, "GET", at(mailbox, "/templates")) == (403, "scope_missing")
    reply = {"message_id": str(await message_id(desk)), "template": {"id": str(text.id), "values": {}}}
    assert await said(narrow, "POST", at(mailbox, "/drafts"), reply) == (403, "scope_missing")
    assert await said(wide, "POST", at(mailbox, "/drafts"), reply) == (201, "")
