"""What a condition, an exception, a private label or a ceiling keeps out stays out: of pages, files, errors, logs."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any
from zipfile import ZipFile

import pytest
from fastapi import FastAPI

from app import clock
from app.access.ceiling import Terms
from app.actions import accept, invite_team, name_members, team, team_link
from app.actions.named import Naming
from app.actions.resources import Resources
from app.actions.seats import open_lead_desk
from app.models.conditions import UNBOUND, Conditions, Hours, MailKind
from app.models.grant import NeedsApproval
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.sandbox.sandbox import Sandbox
from app.web.logs import JsonLines
from tests.actions.situations import HOUR, TERRACE, World
from tests.attack.canaries import Box, Canaries
from tests.attack.requests import Ids, random_ids
from tests.attack.walk import box_at, walk, walk_by_program
from tests.people import ALICE, BOB, CHARLIE, CLIENT, MOTHER, connected_mailbox, mail, make_grant
from tests.web.api.calls import good, ids_by_subject, refused
from tests.web.browser import Browser
from tests.web.program import Program, made_key

SCOPES = ("mail.read", "attach.read", "label", "archive", "trash", "draft", "schedule", "reply.template")
VISIT, PARTY = "Confirmación de su cita", "You're invited: my birthday"
BOUNDS = {
    "senders": Conditions(senders=frozenset({"@customer.example"})),
    "labels in": Conditions(labels_in=frozenset({"Clients"})),
    "labels out": Conditions(labels_out=frozenset({"Later"})),
    "kinds": Conditions(kinds=frozenset({MailKind.APPOINTMENT})),
    "hours": Conditions(hours=Hours(zone="America/Santiago", spans=())),
}
Said = Callable[[], str]


@pytest.fixture(params=["google", "microsoft"])
def way(request: pytest.FixtureRequest) -> str:
    """Where Alice has her mailbox."""
    return str(request.param)


@pytest.fixture
def box(sandbox: Sandbox, way: str) -> Box:
    """Alice's mailbox as she has it before her, at either provider."""
    return box_at(sandbox, way)


@pytest.fixture
async def mailbox(resources: Resources, alice: Person, box: Box, way: str) -> Mailbox:
    """Alice's mailbox, connected."""
    return await connected_mailbox(resources, alice, way=way)


@pytest.fixture
def at(mailbox: Mailbox) -> str:
    """Alice's mailbox in the API."""
    return f"/mailboxes/{mailbox.id}"


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Said:
    """All that was logged so far, down to the least."""
    caplog.set_level(logging.DEBUG)
    return lambda: "\n".join(JsonLines().format(record) for record in caplog.records)


def laden(raw: bytes, canaries: Canaries, place: str) -> bytes:
    """Return a letter with a file whose name and words are canaries too."""
    plain = BytesParser(policy=default).parsebytes(raw)
    assert isinstance(plain, EmailMessage)
    held, name = canaries.put(f"{place}: file"), canaries.put(f"{place}: file name")
    plain.add_attachment(held.encode(), maintype="application", subtype="pdf", filename=f"{name}.pdf")
    return plain.as_bytes()


def arrives(box: Box, raw: bytes, *labels: str) -> None:
    """Put a letter into the inbox, with the owner's labels on it."""
    box.add(raw, labels=("INBOX", *labels), internal_date=clock.now(), unread=True)


async def known_to(as_alice: Browser, at: str, *subjects: str, **more: str) -> list[Ids]:
    """Return Alice's ids of messages whose subjects begin so, as if they had been guessed; and ids of nothing."""
    found = await ids_by_subject(as_alice, at, "?size=100")
    ids = {"mailbox_id": at.rpartition("/")[2], **more}
    known = [ids | {"message_id": id_} for subject, id_ in found.items() if subject.startswith(subjects)]
    assert len(known) >= len(subjects)
    return [*known, random_ids(known[0]) | {"mailbox_id": ids["mailbox_id"]}]


async def everything(app: FastAPI, browser: Browser, at: str, known: list[Ids]) -> str:
    """Return what an assistant and a program of hers are told, wherever they ask."""
    made = await made_key(browser, at)
    said = await walk_by_program(app, Program(app, made["secret"]), known)
    return said + await walk(app, browser, known)


@pytest.mark.parametrize("bound", BOUNDS)
async def test_V1_no_word_of_mail_outside_a_grants_conditions_is_said_anywhere(
    *, app: FastAPI, as_bob: Browser, as_alice: Browser, at: str, box: Box, world: World, bound: str, logged: Said
) -> None:
    canaries = Canaries()
    put = canaries.put
    outside = mail(f"{put('name')} <x@outside.example>", f"Wall {put('subject')}", f"A wall. {put('body')}")
    arrives(box, laden(outside, canaries, "wall"), "Later", put("label"))
    arrives(box, mail(CLIENT, VISIT, "Su cita es el martes a las 10."), "Clients")
    await make_grant(world.resources, world.mailbox, world.bob, scopes=SCOPES, conditions=BOUNDS[bound])
    hers = (await as_alice.api("GET", f"{at}/messages")).text
    assert set(canaries.found_in(hers)) >= {"name", "subject", "label"}
    listed = await as_bob.api("GET", f"{at}/messages")
    assert (VISIT in listed.text) is (bound != "hours")
    known = await known_to(as_alice, at, "Wall", VISIT)
    go = walk(app, as_bob, known) if bound == "hours" else everything(app, as_bob, at, known)
    said = listed.text + await go
    assert canaries.found_in(said + logged()) == []


async def test_V15_neither_a_private_labels_name_nor_a_word_of_its_conversations_is_said_anywhere(
    *, app: FastAPI, as_bob: Browser, as_alice: Browser, at: str, box: Box, world: World, logged: Said
) -> None:
    """One letter bears the label; the answer to it bears none and is as private."""
    canaries = Canaries()
    put = canaries.put
    first, answer = "<first@court.example>", {"answers": "<first@court.example>"}
    arrives(box, mail(f"{put('name')} <l@court.example>", f"Case {put('subject')}", put("body"), message_id=first))
    arrives(box, mail(f"{put('other')} <m@court.example>", f"Re: Case {put('subject')}", put("later"), **answer))
    await make_grant(world.resources, world.mailbox, world.bob, scopes=SCOPES)
    case = next(id_ for subject, id_ in (await ids_by_subject(as_alice, at)).items() if subject.startswith("Case"))
    assert set(canaries.found_in((await as_bob.api("GET", f"{at}/messages")).text)) >= {"name", "subject", "other"}
    await good(as_alice, "PATCH", f"{at}/messages/{case}/labels", {"add": [put("label")]})
    await good(as_alice, "POST", f"{at}/private-labels", {"label": put("label")})
    said = await everything(app, as_bob, at, await known_to(as_alice, at, "Case", "Re: Case", TERRACE))
    assert TERRACE in said
    assert canaries.found_in(said + logged()) == []


async def test_V16_of_an_excepted_message_its_quotation_thread_labels_and_files_are_said_nowhere(
    *, app: FastAPI, as_bob: Browser, as_alice: Browser, at: str, box: Box, world: World, logged: Said
) -> None:
    canaries = Canaries()
    put = canaries.put
    quoting = f"You are invited on Sunday.\n\nOn Monday, Alice <{ALICE[0]}> wrote:\n> The doctor. {put('quoted')}\n"
    party = mail(f"Mother <{MOTHER}>", PARTY, quoting, message_id="<party@family.example>")
    arrives(box, laden(party, canaries, "party"), put("label"))
    answer = mail(ALICE[0], f"Re: {PARTY}", put("thread"), to=MOTHER, answers="<party@family.example>")
    arrives(box, answer, put("label of the thread"))
    arrives(box, mail(f"Mother {put('name')} <{MOTHER}>", f"Tests {put('subject')}", put("body")))
    await make_grant(world.resources, world.mailbox, world.bob, scopes=SCOPES)
    await good(as_alice, "POST", f"{at}/senders", {"sender": MOTHER, "excepted": ["invitation"]})
    known = await known_to(as_alice, at, PARTY, f"Re: {PARTY}", "Tests")
    shown = (await as_bob.api("GET", f"{at}/messages/{known[0]['message_id']}")).text
    said = shown + await everything(app, as_bob, at, known)
    assert "You are invited on Sunday." in said
    assert canaries.found_in(said + logged()) == []


async def test_V27_a_template_outside_a_grants_templates_is_neither_named_nor_quoted_nor_filled(
    *, app: FastAPI, as_bob: Browser, as_alice: Browser, at: str, world: World, logged: Said
) -> None:
    canaries = Canaries()
    other = {"name": canaries.put("template"), "language": "en", "text": f"Sold. {canaries.put('words')}"}
    hers = await good(as_alice, "POST", f"{at}/templates", {"name": "Yes", "language": "en", "text": "Yes, gladly."})
    hidden = await good(as_alice, "POST", f"{at}/templates", other)
    bound = Conditions(templates=frozenset({hers["id"]}))
    await make_grant(world.resources, world.mailbox, world.bob, scopes=SCOPES, conditions=bound)
    listed = (await as_bob.api("GET", f"{at}/templates")).text
    assert "Yes, gladly." in listed
    known = await known_to(as_alice, at, TERRACE, template_id=hidden["id"])
    filled = {"message_id": known[0]["message_id"], "template": {"id": hidden["id"], "values": {}}}
    status, _code = await refused(as_bob, "POST", f"{at}/drafts", filled)
    assert status in (403, 404)
    refusal = (await as_bob.api("POST", f"{at}/drafts", filled)).text
    said = listed + refusal + await everything(app, as_bob, at, known)
    assert canaries.found_in(said + logged()) == []
    assert [each["name"] for each in (await good(as_alice, "GET", f"{at}/templates"))["templates"]].count("Yes") == 1


async def worked_on(as_bob: Browser, as_alice: Browser, at: str, *, box: Box, world: World, canaries: Canaries) -> None:
    """Let Bob label and answer a letter that Alice makes private afterwards; Charlie works there, too."""
    put = canaries.put
    sender = f"{put('address')}@moved.example"
    arrives(box, mail(f"{put('name')} <{sender}>", f"Hall {put('subject')}", put("body")))
    await make_grant(world.resources, world.mailbox, world.bob, scopes=SCOPES)
    hall = next(id_ for subject, id_ in (await ids_by_subject(as_bob, at)).items() if subject.startswith("Hall"))
    await good(as_bob, "PATCH", f"{at}/messages/{hall}/labels", {"add": ["Halls"]})
    draft = await good(as_bob, "POST", f"{at}/drafts", {"message_id": hall, "text": "In May."})
    hour = {"draft_id": draft["id"], "wall_time": f"{clock.now() + HOUR:%Y-%m-%dT%H:%M:%S}", "zone": "UTC"}
    await good(as_bob, "POST", f"{at}/scheduled", hour)
    await good(as_alice, "POST", f"{at}/senders", {"sender": sender})
    await good(as_alice, "POST", f"{at}/private-labels", {"label": put("label")})


async def test_T4_an_assistants_own_audit_and_its_files_keep_quiet_about_what_has_become_private(
    *, as_bob: Browser, as_alice: Browser, as_charlie: Browser, charlie: Person, at: str, box: Box, world: World,
    logged: Said,
) -> None:  # fmt: skip
    canaries = Canaries()
    await worked_on(as_bob, as_alice, at, box=box, world=world, canaries=canaries)
    await make_grant(world.resources, world.mailbox, charlie, scopes=SCOPES)
    terrace = (await ids_by_subject(as_charlie, at))[TERRACE]
    await good(as_charlie, "PATCH", f"{at}/messages/{terrace}/labels", {"add": ["Charlies"]})
    own = await as_bob.api("GET", f"{at}/audit")
    assert own.status_code == 200
    assert {entry["actor_id"] for entry in own.json()["entries"]} == {str(world.bob.id)}
    asked = [f"/audit/export?format={form}&lang={code}" for form in ("csv", "json") for code in ("en", "es", "fr")]
    said = own.text + "".join([(await as_bob.api("GET", at + path)).text for path in asked])
    assert canaries.found_in(said + logged()) == []
    assert "Charlies" not in said
    assert str(charlie.id) not in said


async def copy_of(browser: Browser) -> str:
    """Return all files of the copy that somebody takes of her data, with their names."""
    answer = await browser.api("GET", "/person/export")
    assert answer.status_code == 200
    files = ZipFile(io.BytesIO(answer.content))
    return "\n".join(name + files.read(name).decode() for name in files.namelist())


async def test_T35_an_assistants_copy_of_her_data_has_no_private_word_and_nobody_elses_data(
    *, as_bob: Browser, as_alice: Browser, charlie: Person, at: str, box: Box, world: World, logged: Said
) -> None:
    canaries = Canaries()
    await worked_on(as_bob, as_alice, at, box=box, world=world, canaries=canaries)
    await make_grant(world.resources, world.mailbox, charlie, scopes=SCOPES)
    text = {"name": canaries.put("template"), "language": "en", "text": canaries.put("words")}
    await good(as_alice, "POST", f"{at}/templates", text)
    copy = await copy_of(as_bob)
    assert BOB[0] in copy
    assert canaries.found_in(copy + logged()) == []
    for others in (*CHARLIE, str(charlie.id), CLIENT, MOTHER, TERRACE, "moved.example"):
        assert others not in copy
    assert "address" in canaries.found_in(await copy_of(as_alice))  # the private sender is the owner's own


async def led(world: World, owner: Any, lead: Person) -> Ids:
    """Let Charlie lead a team at Alice's mailbox, with Bob as its member."""
    until = clock.now() + timedelta(days=20)
    most = Terms(scopes=list(SCOPES), needs_approval=NeedsApproval.ALWAYS, conditions=UNBOUND, until=until)
    _offer, token = await invite_team.invite_team(owner, most, begin_after=None, language="en")
    access = await team_link.accept_team(world.resources, lead.id, token, name="Green Desk")
    await team.confirm_team(owner, access.id)
    leading = await open_lead_desk(world.resources, lead.id, access.id, surface="test")
    ((named, link),) = await name_members.name_members(*leading, [Naming(name="Bob")], language="en")
    await accept.accept(world.resources, world.bob.id, link)
    grant = await accept.confirm(owner, named.id, texts=lambda _language: str)
    return {"access_id": str(access.id), "member_id": str(named.id), "grant_id": str(grant.id)}


async def test_a_teams_lead_reads_no_subject_sender_label_or_recipient_on_any_page_or_by_the_api(
    *, app: FastAPI, as_charlie: Browser, as_bob: Browser, as_alice: Browser, charlie: Person, at: str, box: Box,
    world: World, logged: Said,
) -> None:  # fmt: skip
    canaries = Canaries()
    put = canaries.put
    arrives(box, mail(f"{put('name')} <{put('address')}@new.example>", f"Hall {put('subject')}", put("body")))
    ids = await led(world, await world.owner(), charlie)
    hall = next(id_ for subject, id_ in (await ids_by_subject(as_bob, at)).items() if subject.startswith("Hall"))
    await good(as_bob, "PATCH", f"{at}/messages/{hall}/labels", {"add": [put("label")]})
    draft = await good(as_bob, "POST", f"{at}/drafts", {"message_id": hall, "text": put("draft")})
    hour = {"draft_id": draft["id"], "wall_time": f"{clock.now() + HOUR:%Y-%m-%dT%H:%M:%S}", "zone": "UTC"}
    send = await good(as_bob, "POST", f"{at}/scheduled", hour)
    await good(as_bob, "PUT", f"{at}/handover", {"text": put("hand-over notes")})
    known = await known_to(as_alice, at, "Hall", TERRACE, draft_id=draft["id"], send_id=send["id"], **ids)
    seen = await good(as_charlie, "GET", f"/teams/{ids['access_id']}/members")
    assert [(each["name"], each["drafts"]) for each in seen["members"]] == [("Bob", 1)]
    said = str(seen) + await walk(app, as_charlie, known, only_safe=True) + await copy_of(as_charlie)
    said += await walk(app, as_charlie, known[:1])
    assert BOB[1] in said
    assert canaries.found_in(said + logged()) == []
    for word in (CLIENT, TERRACE):
        assert word not in said
