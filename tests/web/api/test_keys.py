"""Keys for programs: made by an assistant, never wider than her grant, shown once, ended alone."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlmodel import col, select

from app import clock
from app.access.identity import FRESH
from app.actions import approve, grants
from app.actions.make_key import MOST_KEYS
from app.actions.resources import Resources
from app.actions.seats import open_desk
from app.actions.send import deliver
from app.models.audit import AuditEntry
from app.models.draft import ScheduledSend, SendState
from app.models.grant import Grant, NeedsApproval
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.models.program_key import ProgramKey
from app.sandbox.sandbox import Sandbox
from tests.actions.situations import REPLY, TERRACE, effects, sends
from tests.people import CLIENT, make_grant
from tests.web.api.calls import good, ids_by_subject, listed, refused
from tests.web.browser import Browser
from tests.web.program import Program, key_for, made_key, said


@pytest.fixture
def at(mailbox: Mailbox) -> str:
    """Alice's mailbox in the API."""
    return f"/mailboxes/{mailbox.id}"


async def keys(resources: Resources, mailbox: Mailbox) -> list[ProgramKey]:
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        return list((await session.execute(select(ProgramKey))).scalars())


async def entries(resources: Resources, mailbox: Mailbox) -> list[AuditEntry]:
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        return list((await session.execute(select(AuditEntry).order_by(col(AuditEntry.seq)))).scalars())


async def message_of(program: Program, at: str, subject: str = TERRACE) -> str:
    listing = await program.api("GET", f"{at}/messages")
    assert listing.status_code == 200, listing.text
    return next(each["id"] for each in listing.json()["messages"] if each["subject"] == subject)


async def drafted(program: Program, at: str) -> Any:
    answer = await program.api("POST", f"{at}/drafts", {"message_id": await message_of(program, at), "text": REPLY})
    assert answer.status_code == 201, answer.text
    return answer.json()


def tomorrow() -> dict[str, str]:
    return {"wall_time": (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S"), "zone": "UTC"}


async def test_V59_a_program_works_with_a_key_in_the_real_mailbox_and_the_log_names_it(
    *, app: FastAPI, as_bob: Browser, as_alice: Browser, granted: Grant, bob: Person, at: str, mailbox: Mailbox,
    resources: Resources, sandbox: Sandbox,
) -> None:  # fmt: skip
    made = await made_key(as_bob, at, "label", name="Nightly  labels")
    assert made["name"] == "Nightly labels"
    assert made["scopes"] == ["mail.list", "label"]
    assert (made["grant_id"], made["person_id"]) == (str(granted.id), str(bob.id))
    program = Program(app, made["secret"])
    message = await message_of(program, at)
    answer = await program.api("PATCH", f"{at}/messages/{message}/labels", {"add": ["Clients"]})
    assert answer.json()["labels"] == ["Clients"]
    assert len(effects(sandbox, "label")) == 1
    begun, ended = (await entries(resources, mailbox))[-2:]
    for entry in (begun, ended):
        assert (entry.actor_kind, entry.actor_id, entry.surface) == ("assistant", bob.id, "program")
        assert (str(entry.key_id), entry.action, entry.grant_id) == (made["id"], "label", granted.id)
    told = (await good(as_alice, "GET", f"{at}/audit"))["entries"]
    assert told[0]["key_id"] == made["id"]
    assert told[0]["sentence"].startswith("Bob Brun (program “Nightly labels”) changed the labels of a message")
    assert (await good(as_alice, "GET", f"{at}/audit/verification"))["whole"]


async def test_a_secret_is_shown_once_and_only_its_digest_is_kept(
    *, as_bob: Browser, as_alice: Browser, granted: Grant, at: str, mailbox: Mailbox, resources: Resources
) -> None:
    made = await made_key(as_bob, at)
    assert re.fullmatch(r"dhk_[A-Za-z0-9_-]{65}", made["secret"])
    (row,) = await keys(resources, mailbox)
    assert made["secret"] not in str(row.model_dump())
    assert len(row.secret_sha256) == 32
    for reader in (as_bob, as_alice):
        (seen,) = await listed(reader, f"{at}/keys")
        assert seen == {name: value for name, value in made.items() if name != "secret"}
    assert (await made_key(as_bob, at))["secret"] != made["secret"]


async def test_without_scopes_a_key_has_those_of_the_grant(as_bob: Browser, granted: Grant, at: str) -> None:
    assert (await made_key(as_bob, at))["scopes"] == granted.scopes


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"scopes": ["reply.free"]}, 400),
        ({"scopes": ["spam.review", "label"]}, 400),
        ({"scopes": ["everything"]}, 422),
        ({"name": ""}, 400),
        ({"name": " \t "}, 400),
        ({"name": "x" * 61}, 422),
        ({"name": "turned \u202e round"}, 400),
        ({"until": "2020-01-01T00:00:00Z"}, 400),
        ({"until": "2027-01-01T00:00:00"}, 422),
        ({"secret": "dhk_mine"}, 422),
    ],
    ids=lambda each: str(each)[:40],
)
async def test_a_key_that_would_be_wider_endless_or_nameless_is_not_made(
    *, as_bob: Browser, granted: Grant, at: str, mailbox: Mailbox, resources: Resources, wrong: dict[str, object],
    status: int,
) -> None:  # fmt: skip
    answer = await as_bob.api("POST", f"{at}/keys", key_for("label") | wrong)
    assert answer.status_code == status, answer.text
    assert await keys(resources, mailbox) == []


async def test_a_key_ends_with_the_grant_at_the_latest_and_within_a_year(
    *, as_bob: Browser, resources: Resources, mailbox: Mailbox, bob: Person, at: str
) -> None:
    grant = await make_grant(resources, mailbox, bob, until=clock.now() + timedelta(days=10))
    longer = await as_bob.api("POST", f"{at}/keys", key_for(days=10.1))
    assert (longer.status_code, longer.json()["detail"]) == (400, "A key ends with your own access at the latest.")
    answer = await as_bob.api("POST", f"{at}/keys", key_for() | {"until": grant.expires_at.isoformat()})
    assert answer.status_code == 201


async def test_there_is_an_end_to_how_many_keys_there_are(as_bob: Browser, granted: Grant, at: str) -> None:
    made = [await made_key(as_bob, at) for _ in range(MOST_KEYS)]
    answer = await as_bob.api("POST", f"{at}/keys", key_for())
    assert (answer.status_code, answer.json()["detail"]) == (400, "You have 20 keys here already. End one first.")
    await good(as_bob, "DELETE", f"{at}/keys/{made[0]['id']}")
    await made_key(as_bob, at)
    first = await good(as_bob, "GET", f"{at}/keys?size=15")
    second = await good(as_bob, "GET", f"{at}/keys?size=15&cursor={first['cursor']}")
    assert (len(first["keys"]), len(second["keys"]), second["cursor"]) == (15, 5, "")


async def test_keys_are_made_by_assistants_with_a_live_grant_and_a_fresh_sign_in(
    *, as_bob: Browser, as_alice: Browser, as_charlie: Browser, granted: Grant, at: str, resources: Resources,
    alice: Person, mailbox: Mailbox,
) -> None:  # fmt: skip
    assert await refused(as_alice, "POST", f"{at}/keys", key_for("label")) == (403, "assistant_only")
    assert await refused(as_charlie, "POST", f"{at}/keys", key_for("label")) == (404, "not_found")
    owner = await open_desk(resources, alice.id, mailbox.id, surface="test")
    await grants.pause(owner, granted.id)
    assert await refused(as_bob, "POST", f"{at}/keys", key_for("label")) == (403, "grant_paused")
    await grants.resume(owner, granted.id)
    clock.move(FRESH)
    assert await refused(as_bob, "POST", f"{at}/keys", key_for("label")) == (401, "sign_in_again")
    assert await keys(resources, mailbox) == []


async def test_a_repeated_call_makes_one_key_and_shows_its_secret_once(
    *, as_bob: Browser, granted: Grant, at: str, mailbox: Mailbox, resources: Resources
) -> None:
    again = {"Idempotency-Key": "one"}
    body = key_for("label")
    first = await good(as_bob, "POST", f"{at}/keys", body, **again)
    second = await good(as_bob, "POST", f"{at}/keys", body, **again)
    assert second == first | {"secret": ""}
    other = await good(as_bob, "POST", f"{at}/keys", body, **{"Idempotency-Key": "two"})
    assert other["id"] != first["id"]
    assert len(await keys(resources, mailbox)) == 2


async def test_one_key_is_ended_and_the_others_stay(
    *, app: FastAPI, as_bob: Browser, as_alice: Browser, granted: Grant, at: str, mailbox: Mailbox, resources: Resources
) -> None:
    one, two, three = [await made_key(as_bob, at, "label") for _ in range(3)]
    clock.move(FRESH * 2)  # nobody who wants to stop something is sent away first
    await good(as_bob, "DELETE", f"{at}/keys/{one['id']}")
    await good(as_bob, "DELETE", f"{at}/keys/{one['id']}")  # pressed twice
    await good(as_alice, "DELETE", f"{at}/keys/{two['id']}")
    for ended in (one, two):
        assert await said(Program(app, ended["secret"]), "GET", f"{at}/messages") == (401, "bad_key")
    assert await said(Program(app, three["secret"]), "GET", f"{at}/messages") == (200, "")
    assert [key["id"] for key in await listed(as_alice, f"{at}/keys")] == [three["id"]]
    assert (await as_bob.api("GET", f"{at}/messages")).status_code == 200
    ends = [each for each in await entries(resources, mailbox) if each.action == "end_key" and each.phase != "begin"]
    assert [(each.actor_kind, str(each.subject_id)) for each in ends] == [
        ("assistant", one["id"]), ("owner", two["id"])
    ]  # fmt: skip


async def test_a_colleague_neither_sees_nor_ends_a_key(
    *, as_bob: Browser, as_charlie: Browser, granted: Grant, at: str, mailbox: Mailbox, resources: Resources,
    charlie: Person,
) -> None:  # fmt: skip
    made = await made_key(as_bob, at)
    await make_grant(resources, mailbox, charlie)
    assert await listed(as_charlie, f"{at}/keys") == []
    assert await refused(as_charlie, "DELETE", f"{at}/keys/{made['id']}") == (404, "not_found")
    assert await refused(as_charlie, "DELETE", f"{at}/keys/{uuid4()}") == (404, "not_found")
    assert [key["id"] for key in await listed(as_bob, f"{at}/keys")] == [made["id"]]


async def test_an_assistant_whose_grant_is_paused_can_still_end_her_key(
    *, as_bob: Browser, granted: Grant, at: str, mailbox: Mailbox, resources: Resources, alice: Person
) -> None:
    made = await made_key(as_bob, at)
    await grants.pause(await open_desk(resources, alice.id, mailbox.id, surface="test"), granted.id)
    await good(as_bob, "DELETE", f"{at}/keys/{made['id']}")
    assert await listed(as_bob, f"{at}/keys") == []


async def test_the_last_use_is_noted_by_the_hour(
    *, app: FastAPI, as_bob: Browser, as_alice: Browser, granted: Grant, at: str
) -> None:
    made = await made_key(as_bob, at, "label")
    (never,) = await listed(as_alice, f"{at}/keys")
    assert never["last_used_at"] is None
    await said(Program(app, made["secret"]), "GET", at)
    (used,) = await listed(as_alice, f"{at}/keys")
    assert used["last_used_at"].endswith(":00:00Z")


async def test_what_a_key_has_scheduled_leaves_as_far_as_that_key_may_send(
    *, app: FastAPI, as_bob: Browser, at: str, mailbox: Mailbox, resources: Resources, bob: Person, sandbox: Sandbox
) -> None:
    """Bob may send without asking; his program, which may only write and choose an hour, may not do so in his name."""
    scopes = ("mail.read", "draft", "schedule", "reply.free")
    await make_grant(resources, mailbox, bob, scopes=scopes, needs_approval=NeedsApproval.NEVER)
    narrow = Program(app, (await made_key(as_bob, at, "schedule"))["secret"])
    wide = Program(app, (await made_key(as_bob, at, "schedule", "reply.free"))["secret"])
    for program, state, left in ((narrow, "held", 0), (wide, "sent", 1)):
        draft = await drafted(program, at)
        send = (await program.api("POST", f"{at}/scheduled", {"draft_id": draft["id"], "now": True})).json()
        assert send["state"] == state, send
        assert sends(sandbox) == left


async def test_at_its_hour_a_key_that_has_ended_sends_nothing(
    *, app: FastAPI, as_bob: Browser, as_alice: Browser, at: str, mailbox: Mailbox, resources: Resources, bob: Person,
    sandbox: Sandbox,
) -> None:  # fmt: skip
    await make_grant(resources, mailbox, bob, scopes=("schedule", "reply.free"), needs_approval=NeedsApproval.NEVER)
    ended, expired = await made_key(as_bob, at), await made_key(as_bob, at, days=0.5)
    rows = []
    for made in (ended, expired):
        program = Program(app, made["secret"])
        draft = await drafted(program, at)
        rows.append(
            (await program.api("POST", f"{at}/scheduled", {"draft_id": draft["id"], **tomorrow()})).json()["id"]
        )
    await good(as_alice, "DELETE", f"{at}/keys/{ended['id']}")
    assert (await good(as_bob, "GET", f"{at}/scheduled/{rows[0]}"))["reason"] == "key_gone"
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        send = await session.get_one(ScheduledSend, (mailbox.id, rows[1]))
        assert send.due_at > clock.now() + timedelta(hours=23)
    clock.move(timedelta(hours=25))
    await deliver(resources, mailbox.id, send.id)
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        send = await session.get_one(ScheduledSend, (mailbox.id, rows[1]))
    assert (send.state, send.reason) == (SendState.HELD, "key_gone")
    assert sends(sandbox) == 0


async def test_words_of_a_program_do_not_leave_at_an_hour_that_its_assistant_has_set(
    *, app: FastAPI, as_bob: Browser, at: str, mailbox: Mailbox, resources: Resources, bob: Person
) -> None:
    """Else a key for drafts alone would send whatever it likes, by changing what waits already."""
    await make_grant(resources, mailbox, bob, scopes=("schedule", "reply.free"), needs_approval=NeedsApproval.NEVER)
    program = Program(app, (await made_key(as_bob, at, "draft"))["secret"])
    message = (await ids_by_subject(as_bob, at))[TERRACE]
    draft = await good(as_bob, "POST", f"{at}/drafts", {"message_id": message, "text": REPLY})
    send = await good(as_bob, "POST", f"{at}/scheduled", {"draft_id": draft["id"], **tomorrow()})
    changed = await program.api("PATCH", f"{at}/drafts/{draft['id']}", {"text": "Send the money elsewhere."})
    assert changed.status_code == 200
    after = await good(as_bob, "GET", f"{at}/scheduled/{send['id']}")
    assert (after["state"], after["reason"]) == ("held", "draft_edited")


async def test_what_the_owner_approves_of_a_programs_leaves(
    *, app: FastAPI, as_bob: Browser, granted: Grant, at: str, mailbox: Mailbox, resources: Resources, alice: Person,
    sandbox: Sandbox,
) -> None:  # fmt: skip
    program = Program(app, (await made_key(as_bob, at, "schedule"))["secret"])
    draft = await drafted(program, at)
    owner = await open_desk(resources, alice.id, mailbox.id, surface="test")
    await approve.approve(owner, draft["id"], sha256=bytes.fromhex(draft["sha256"]))
    send = (await program.api("POST", f"{at}/scheduled", {"draft_id": draft["id"], "now": True})).json()
    assert send["state"] == "sent"
    (letter,) = sandbox.left
    assert CLIENT in str(letter)


async def test_a_programs_repeated_call_is_its_own(
    *, app: FastAPI, as_bob: Browser, granted: Grant, at: str, sandbox: Sandbox
) -> None:
    """The same word of two programs, or of a program and its assistant, is chance and not a repetition."""
    one, two = [Program(app, (await made_key(as_bob, at, "draft"))["secret"]) for _ in range(2)]
    body = {"message_id": await message_of(one, at), "text": REPLY}
    again = {"Idempotency-Key": "1"}
    drafts = [(await each.api("POST", f"{at}/drafts", body, **again)).json()["id"] for each in (one, one, two, as_bob)]
    assert drafts[0] == drafts[1]
    assert len(set(drafts)) == 3
    assert len(effects(sandbox, "draft")) == 3
