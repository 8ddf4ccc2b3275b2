"""What drafts are about, for lists: one look at their conversations, and nothing of what is private."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from app import clock
from app.actions import draft, open_drafts, schedule
from app.actions.headings import drafts_of, heading_of, headings
from app.actions.list_messages import list_messages
from app.actions.log import read_log
from app.actions.private import mark_sender
from app.actions.resources import Resources
from app.errors import NotFound
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.providers.base import Listing
from app.sandbox.faults import Fault, Kind
from app.sandbox.sandbox import Sandbox
from tests.people import ALICE, CLIENT, MOTHER, desk_of, make_grant


@pytest.fixture
async def granted(resources: Resources, mailbox: Mailbox, bob: Person) -> Grant:
    """Bob may read, draft and schedule."""
    return await make_grant(resources, mailbox, bob)


async def ids(desk, *subjects: str) -> list:
    """Return our ids of messages by their subjects."""
    page = await list_messages(desk, Listing(folder=None))
    found = {seen.message.subject: seen.id for seen in page.messages}
    return [found[subject] for subject in subjects]


async def test_a_list_of_drafts_says_to_whom_and_about_what(
    resources: Resources, mailbox: Mailbox, bob: Person, granted: Grant, sandbox: Sandbox
) -> None:
    desk = await desk_of(resources, bob, mailbox)
    client, news = await ids(desk, "Terrace in March?", "Garden news")
    for message_id in (client, news):
        await draft.write_draft(desk, message_id, "Yes.")
    rows = await open_drafts.open_drafts(desk)
    before = len(sandbox.ledger.entries)
    found = await headings(desk, rows)
    assert {message.to[0].email for message in found.values()} == {CLIENT, "news@letter.example"}
    assert {message.subject for message in found.values()} == {"Re: Terrace in March?", "Re: Garden news"}
    assert len(sandbox.ledger.entries) - before == 2  # a conversation each, whatever the number of drafts in it


async def test_an_assistants_look_is_one_entry_in_the_log_and_the_owners_none(
    resources: Resources, mailbox: Mailbox, alice: Person, bob: Person, granted: Grant
) -> None:
    desk, owner = await desk_of(resources, bob, mailbox), await desk_of(resources, alice, mailbox)
    (client,) = await ids(desk, "Terrace in March?")
    await draft.write_draft(desk, client, "Yes.")
    rows = await open_drafts.open_drafts(desk)
    before = (await read_log(owner)).entries[0].seq
    await headings(desk, rows)
    await headings(owner, rows)
    after = (await read_log(owner)).entries
    assert [(entry.action, entry.actor_id) for entry in after if entry.seq > before] == [("list", bob.id)]


async def test_what_has_become_private_is_missing_for_an_assistant(
    resources: Resources, mailbox: Mailbox, alice: Person, bob: Person, granted: Grant
) -> None:
    desk, owner = await desk_of(resources, bob, mailbox), await desk_of(resources, alice, mailbox)
    (mothers,) = await ids(desk, "Sunday lunch")
    await draft.write_draft(desk, mothers, "Yes.")
    rows = await open_drafts.open_drafts(desk)
    assert len(await headings(desk, rows)) == 1
    await mark_sender(owner, MOTHER)
    assert await headings(desk, rows) == {}
    assert len(await headings(owner, rows)) == 1


async def test_what_was_thrown_away_in_the_mailbox_is_missing_and_the_rest_is_there(
    resources: Resources, mailbox: Mailbox, bob: Person, granted: Grant, sandbox: Sandbox
) -> None:
    desk = await desk_of(resources, bob, mailbox)
    client, news = await ids(desk, "Terrace in March?", "Garden news")
    kept = await draft.write_draft(desk, client, "Yes.")
    binned = await draft.write_draft(desk, news, "No.")
    box = sandbox.mailbox(ALICE[0])
    box.remove(box.messages[box.drafts[binned.row.provider_id].message_id])
    found = await headings(desk, [kept.row, binned.row])
    assert set(found) == {kept.row.id}


async def test_a_mailbox_that_cannot_be_reached_leaves_lists_without_headings(
    resources: Resources, mailbox: Mailbox, bob: Person, granted: Grant, sandbox: Sandbox
) -> None:
    desk = await desk_of(resources, bob, mailbox)
    (client,) = await ids(desk, "Terrace in March?")
    await draft.write_draft(desk, client, "Yes.")
    rows = await open_drafts.open_drafts(desk)
    sandbox.faults.replace([Fault(path="/gmail/v1/*", times=99, fault=Kind.STATUS_429, seconds=600)])
    assert await headings(desk, rows) == {}


async def test_nothing_to_look_up_asks_nobody(
    resources: Resources, mailbox: Mailbox, bob: Person, granted: Grant, sandbox: Sandbox
) -> None:
    desk = await desk_of(resources, bob, mailbox)
    before = len(sandbox.ledger.entries)
    assert await headings(desk, []) == {}
    assert len(sandbox.ledger.entries) == before


async def test_the_drafts_of_scheduled_sends_are_found(
    resources: Resources, mailbox: Mailbox, bob: Person, granted: Grant
) -> None:
    desk = await desk_of(resources, bob, mailbox)
    (client,) = await ids(desk, "Terrace in March?")
    seen = await draft.write_draft(desk, client, "Yes.")
    wall = clock.now().replace(tzinfo=None) + timedelta(days=40)
    await schedule.schedule(desk, seen.row.id, wall_time=wall, zone="UTC")
    found = await drafts_of(desk, await schedule.scheduled(desk))
    assert list(found) == [seen.row.id]


async def test_one_message_is_shown_by_its_headers_to_who_may_only_list(
    resources: Resources, mailbox: Mailbox, alice: Person, charlie: Person
) -> None:
    await make_grant(resources, mailbox, charlie, scopes=("mail.list",))
    desk, owner = await desk_of(resources, charlie, mailbox), await desk_of(resources, alice, mailbox)
    (client,) = await ids(desk, "Terrace in March?")
    assert (await heading_of(desk, client)).message.subject == "Terrace in March?"
    (code,) = await ids(owner, "Your verification code")
    for message_id in (code, uuid4()):
        with pytest.raises(NotFound):
            await heading_of(desk, message_id)


async def test_a_draft_that_is_written_from_another_address_of_the_owners_has_its_heading(
    resources: Resources, mailbox: Mailbox, bob: Person, granted: Grant, sandbox: Sandbox
) -> None:
    box = sandbox.mailbox(ALICE[0])
    usual = box.send_as[0]
    box.send_as[:] = [replace(usual, default=False), replace(usual, email="alias@alice.example", default=True)]
    desk = await desk_of(resources, bob, mailbox)
    (client,) = await ids(desk, "Terrace in March?")
    seen = await draft.write_draft(desk, client, "Yes.")
    assert [each.email for each in seen.draft.message.authors] == ["alias@alice.example"]
    assert list(await headings(desk, [seen.row])) == [seen.row.id]
