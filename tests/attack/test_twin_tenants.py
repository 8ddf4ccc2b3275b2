"""Two owners, an assistant each: whatever one side asks for, to the other it is as if it had never been there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from sqlmodel import select

from app import clock
from app.access.ceiling import Terms
from app.actions import invite_team, name_members, team, team_link, tell, waiting
from app.actions.desk import Desk
from app.actions.hours import set_hours
from app.actions.invite import invite
from app.actions.links import INVITATION, PROPOSAL, TEAM, new_link
from app.actions.make_key import make_key
from app.actions.named import Naming
from app.actions.private import mark_sender
from app.actions.private_labels import mark_label
from app.actions.propose import propose
from app.actions.remove import remove
from app.actions.resources import Resources
from app.actions.seats import open_lead_desk
from app.actions.stop import stop_all
from app.actions.write_template import write_template
from app.consent_errors import BadConsent
from app.models.calendar import Calendar
from app.models.conditions import UNBOUND
from app.models.draft import ScheduledSend
from app.models.grant import Invitation, NeedsApproval
from app.models.mailbox import Mailbox
from app.models.notice import Notice, NoticeKind
from app.models.person import Login, Person
from app.models.team import TeamAccess
from app.sandbox.gmail.mailbox import Mailbox as GmailBox
from app.sandbox.graph.mailbox import GraphMailbox
from app.sandbox.sandbox import Sandbox
from app.web.cursors import Cursors
from app.web.log_filter import LogFilter
from tests.actions.situations import HOUR, in_an_hour, message_id, written
from tests.attack.requests import Call, Ids, calls, random_ids, told
from tests.people import ALICE, MOTHER, PRACTICE_MAIL, connected_mailbox, desk_of, make_grant, make_person
from tests.web.browser import Browser

DORA, ERIK = ("dora@practice.example", "Dora Dorn"), ("erik@practice.example", "Erik Erle")
SCOPES = ("mail.read", "attach.read", "label", "archive", "trash", "draft", "schedule")
HIDDEN = (403, 404)
# To end a login that is none of one's own, or none at all, ends nothing and says so to nobody.
ENDED_EITHER_WAY = ("/owner/logins/{login_id:uuid}/end", "/api/v1/session/logins/{login_id:uuid}")


@dataclass(frozen=True)
class Side:
    """An owner with her mailbox, her assistant, and the ids of everything that is theirs."""

    mailbox: Mailbox
    owner: Desk
    as_owner: Browser
    as_assistant: Browser
    ids: Ids


@pytest.fixture
async def browsers(app: FastAPI, resources: Resources) -> AsyncIterator[AsyncExitStack]:
    """What closes the browsers of everybody at the end."""
    async with AsyncExitStack() as stack:
        yield stack


async def _side(
    app: FastAPI, resources: Resources, browsers: AsyncExitStack, *, owner: Person, mailbox: Mailbox, helper: Person
) -> Side:
    """Give a side one of everything that has an id."""
    as_owner, as_assistant = [await Browser(app, resources).sign_in(person) for person in (owner, helper)]
    for browser in (as_owner, as_assistant):
        browsers.push_async_callback(browser.close)
    gone = await make_person(resources, f"gone from {owner.email}", "Gone")
    await make_grant(resources, mailbox, gone)
    stop_id = await stop_all(resources, owner.id, surface="test")
    removal_id = await remove(resources, owner.id, gone.id, surface="test")
    granted = await make_grant(resources, mailbox, helper, scopes=SCOPES)
    desk, own = await desk_of(resources, helper, mailbox), await desk_of(resources, owner, mailbox)
    seen = await written(desk)
    send = await in_an_hour(desk, seen)
    terms = {"scopes": ["mail.read"], "until": clock.now() + HOUR}
    invitation, _ = await invite(own, **terms, language="en", needs_approval=NeedsApproval.ALWAYS)
    proposal, _ = await propose(resources, helper.id, **terms, message="Shall I?")
    access, named = await _led(resources, own, helper)
    ids = {
        "mailbox_id": mailbox.id,
        "message_id": seen.row.message_id,
        "draft_id": seen.row.id,
        "send_id": send.id,
        "grant_id": granted.id,
        "invitation_id": invitation.id,
        "proposal_id": proposal.id,
        "person_id": helper.id,
        "stop_id": stop_id,
        "removal_id": removal_id,
        "rule_id": (await mark_sender(own, MOTHER)).id,
        "label_id": (await mark_label(own, "Family")).id,
        "key_id": (await make_key(desk, name="Nightly labels", until=clock.now() + HOUR))[0].id,
        "hours_id": (await set_hours(own, MOTHER, Calendar(zone="UTC", spans=()))).id,
        "template_id": (await write_template(own, name="Yes", language="en", text="Yes.")).row.id,
        "login_id": await _login(resources, owner),
        "access_id": access.id,
        "member_id": named.id,
        "notice_id": await _notice(resources, mailbox, send),
    }
    return Side(mailbox, own, as_owner, as_assistant, {name: str(value) for name, value in ids.items()})


async def _led(resources: Resources, owner: Desk, lead: Person) -> tuple[TeamAccess, Invitation]:
    """Let the helper lead a team here, too, with one member named."""
    until = clock.now() + 24 * HOUR
    most = Terms(scopes=["mail.read"], needs_approval=NeedsApproval.ALWAYS, conditions=UNBOUND, until=until)
    offered, token = await invite_team.invite_team(owner, most, begin_after=None, language="en")
    await team_link.accept_team(resources, lead.id, token, name="Green Desk")
    access = await team.confirm_team(owner, offered.id)
    leading = await open_lead_desk(resources, lead.id, access.id, surface="test")
    ((named, _link),) = await name_members.name_members(*leading, [Naming(name="Sam")], language="en")
    return access, named


async def _notice(resources: Resources, mailbox: Mailbox, send: ScheduledSend) -> UUID:
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        await tell.held(session, resources, mailbox, send, "thread_moved")
    async with resources.db.transaction(person=mailbox.owner_id) as session:
        return (await session.execute(select(Notice.id))).scalars().one()


async def _login(resources: Resources, person: Person) -> UUID:
    async with resources.db.transaction(person=person.id) as session:
        return (await session.execute(select(Login.id).where(Login.person_id == person.id))).scalars().one()


@pytest.fixture
async def alices(
    *, app: FastAPI, resources: Resources, browsers: AsyncExitStack, alice: Person, bob: Person, mailbox: Mailbox
) -> Side:
    """Alice's side: she and Bob."""
    return await _side(app, resources, browsers, owner=alice, mailbox=mailbox, helper=bob)


@pytest.fixture(params=["at Google", "at Microsoft, with Alice's address"])
async def doras(
    request: pytest.FixtureRequest, app: FastAPI, resources: Resources, browsers: AsyncExitStack, sandbox: Sandbox
) -> Side:
    """The other side: Dora, with the very same mails, and Erik. At Microsoft only her account tells her from Alice."""
    way, address = ("google", DORA[0]) if request.param == "at Google" else ("microsoft", ALICE[0])
    box: GmailBox | GraphMailbox
    if way == "google":
        sandbox.add_person(*DORA)
        box = sandbox.add_mailbox(address)
    else:
        box = sandbox.add_graph_mailbox(address)
    for raw in PRACTICE_MAIL:
        box.add(raw, labels=("INBOX",), internal_date=clock.now(), unread=True)
    dora = await make_person(resources, address, DORA[1], way=way)
    erik = await make_person(resources, *ERIK)
    mailbox = await connected_mailbox(resources, dora, way=way)
    return await _side(app, resources, browsers, owner=dora, mailbox=mailbox, helper=erik)


def by_address(app: FastAPI) -> list[Call]:
    """Return every call whose path or body names something by an id."""
    return [call for call in calls(app) if "token" not in call.holes]


async def test_the_ids_are_real_for_those_they_belong_to(app: FastAPI, alices: Side) -> None:
    """Without this the comparison below would compare nothing with nothing."""
    asked = [call for call in by_address(app) if call.method == "GET" and "{number" not in call.path]
    assert len(asked) > 25
    for call in asked:
        answers = [(await call.by(each, alices.ids)).status_code for each in (alices.as_owner, alices.as_assistant)]
        assert 200 in answers, (call.path, answers)


async def test_no_request_of_ours_is_forgotten(app: FastAPI, alices: Side) -> None:
    asked = by_address(app)
    assert len(asked) > 75
    known = set(alices.ids)
    assert {hole for call in asked for hole in call.holes} == known


async def test_T2_another_owner_her_assistant_and_charlie_learn_nothing_by_alices_ids(
    app: FastAPI, alices: Side, doras: Side, as_charlie: Browser, sandbox: Sandbox
) -> None:
    stood, before = await _standing(alices), len(sandbox.ledger.entries)
    for call in by_address(app):
        for foreign in (doras.as_owner, doras.as_assistant, as_charlie):
            nothing = random_ids(alices.ids)
            answer, empty = await call.by(foreign, alices.ids), await call.by(foreign, nothing)
            assert told(answer, alices.ids) == told(empty, nothing), call
            assert answer.status_code in HIDDEN or call.path in ENDED_EITHER_WAY, (call, answer.status_code)
    assert sandbox.ledger.since(before) == []
    assert await _standing(alices) == stood


async def test_T2_alices_ids_are_nothing_in_a_mailbox_of_ones_own(
    app: FastAPI, alices: Side, doras: Side, sandbox: Sandbox
) -> None:
    here = {"mailbox_id": doras.ids["mailbox_id"]}
    inner = [call for call in by_address(app) if "mailbox_id" in call.holes and len(call.holes) > 1]
    assert len(inner) > 45
    before = len(sandbox.ledger.entries)
    for call in inner:
        for foreign in (doras.as_owner, doras.as_assistant):
            swapped, nothing = alices.ids | here, random_ids(alices.ids) | here
            answer, empty = await call.by(foreign, swapped), await call.by(foreign, nothing)
            assert told(answer, swapped) == told(empty, nothing), call
            assert answer.status_code in HIDDEN, (call, answer.status_code)
    assert sandbox.ledger.since(before) == []


async def test_T2_a_link_with_real_ids_and_a_guessed_secret_is_like_any_word(
    *, app: FastAPI, alices: Side, doras: Side, as_charlie: Browser, bob: Person, sandbox: Sandbox
) -> None:
    real = [
        new_link(INVITATION, alices.mailbox.id, UUID(alices.ids["invitation_id"])).token,
        new_link(TEAM, alices.mailbox.id, UUID(alices.ids["access_id"])).token,
        new_link(PROPOSAL, bob.id, UUID(alices.ids["proposal_id"])).token,
    ]
    before = len(sandbox.ledger.entries)
    for call in (each for each in calls(app) if "token" in each.holes):
        for token in real:
            here = {"mailbox_id": doras.ids["mailbox_id"]}
            guessed, nothing = here | {"token": token}, here | {"token": new_link(token[0], uuid4(), uuid4()).token}
            for foreign in (doras.as_owner, doras.as_assistant, as_charlie):
                answer, empty = await call.by(foreign, guessed), await call.by(foreign, nothing)
                assert told(answer, guessed) == told(empty, nothing), call
                assert answer.status_code in HIDDEN, (call, answer.status_code)
    assert sandbox.ledger.since(before) == []


async def test_T2_a_cursor_of_alices_log_opens_nothing_of_anybody_elses(alices: Side, doras: Side) -> None:
    hers = Cursors.at(alices.owner, LogFilter().name).sealed("3")
    read = await alices.as_owner.api("GET", f"/mailboxes/{alices.mailbox.id}/audit?cursor={hers}")
    assert [entry["seq"] for entry in read.json()["entries"]] == [2, 1]
    for browser in (doras.as_owner, doras.as_assistant):
        at = f"/mailboxes/{doras.mailbox.id}/audit?cursor="
        answer, empty = await browser.api("GET", at + hers), await browser.api("GET", at + uuid4().hex)
        assert told(answer, {}) == told(empty, {})
        assert answer.status_code == 400


async def _standing(side: Side) -> list[str]:
    at = f"/mailboxes/{side.mailbox.id}"
    lists = ("", "/grants", "/drafts", "/scheduled", "/senders", "/invitations", "/teams", "/audit/verification")
    answers = [await side.as_owner.api("GET", at + each) for each in lists]
    assert {answer.status_code for answer in answers} == {200}
    return [answer.text for answer in answers]


async def test_a_message_of_both_has_an_id_for_each(alices: Side, doras: Side) -> None:
    """The same letter in two mailboxes is two messages: an id says nothing across the wall."""
    assert await message_id(alices.owner) != await message_id(doras.owner)


async def test_T2_the_same_address_at_another_provider_is_another_person_with_another_mailbox(
    alices: Side, doras: Side
) -> None:
    """The hole called nOAuth: an address is shown, it is never who somebody is."""
    assert alices.mailbox.owner_id != doras.mailbox.owner_id
    assert alices.mailbox.id != doras.mailbox.id
    for mine, other in ((alices, doras), (doras, alices)):
        page = (await mine.as_owner.get("/owner")).text
        assert mine.ids["mailbox_id"] in page
        assert other.ids["mailbox_id"] not in page
        told = (await mine.as_owner.get("/notices")).text
        assert other.ids["notice_id"] not in told
        assert (await mine.as_owner.api("GET", f"/mailboxes/{other.ids['mailbox_id']}")).status_code == 404


async def test_T2_an_administrators_yes_for_one_owner_is_none_for_her_double(
    resources: Resources, alices: Side, doras: Side
) -> None:
    """Both wait at Microsoft; the link of one, answered, changes nothing for the other."""
    people = [side.mailbox.owner_id for side in (alices, doras)]
    for person_id in people:
        await waiting.wait_for_admin(resources, person_id, "microsoft")
    requests = [(await waiting.waiting(resources, person_id))["microsoft"] for person_id in people]
    links = [waiting.link_for(resources, each) for each in requests]
    states = [parse_qs(urlsplit(link).query)["state"][0] for link in links]
    assert len(set(states)) == 2
    crossed = states[0][:20] + states[1][20:]
    with pytest.raises(BadConsent):
        await waiting.take_answer(resources, {"state": crossed, "admin_consent": "True"})
    await waiting.take_answer(resources, {"state": states[1], "admin_consent": "True", "tenant": "t"})
    hers, doras_own = [(await waiting.waiting(resources, person_id))["microsoft"] for person_id in people]
    assert hers.granted_at is None
    assert doras_own.granted_at is not None
    told = [await _kinds(resources, person_id) for person_id in people]
    assert [NoticeKind.ADMIN_GRANTED in kinds for kinds in told] == [False, True]


async def _kinds(resources: Resources, person_id: UUID) -> set[str]:
    async with resources.db.transaction(person=person_id) as session:
        return set((await session.execute(select(Notice.kind))).scalars())
