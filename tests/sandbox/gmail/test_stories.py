"""What a mailbox goes through, told through the API: each story is one that Deskhand has to live with."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx2
import pytest

from app import clock
from app.sandbox.faults import Fault
from app.sandbox.gmail.mailbox import Mailbox, Message
from app.sandbox.modes import Modes
from app.sandbox.sandbox import Sandbox
from tests.sandbox.practice import (
    ALICE,
    BOB,
    GMAIL,
    MODIFY,
    Program,
    authorize_query,
    came_back,
    consent,
    letter,
    raw,
    refresh_form,
    reply,
)


async def deliver(client: httpx2.AsyncClient, written: bytes) -> str:
    """Let a letter arrive at Alice's and return its id."""
    return str((await client.post("/_deliver", params={"mailbox": ALICE}, content=written)).json()["id"])


async def test_a_client_writes_and_gets_one_answer(client: httpx2.AsyncClient, program: Program, sandbox: Sandbox):
    arrived = await deliver(client, letter("Terrace", message_id="<t@customer.example>"))
    question = await program.get(f"messages/{arrived}")
    label = await program.post("labels", {"name": "Deskhand/Waiting"})
    await program.post(f"messages/{arrived}/modify", {"addLabelIds": [label["id"]]})
    draft = await program.draft(reply(answers="<t@customer.example>"), threadId=question["threadId"])
    sent = await program.post("drafts/send", {"id": draft["id"]})
    thread = await program.get(f"threads/{question['threadId']}", format="minimal")
    assert [message["id"] for message in thread["messages"]] == [arrived, sent["id"]]
    kinds = [entry.effect.kind for entry in sandbox.ledger.entries if entry.effect]
    assert kinds == ["label", "draft", "send"]


async def test_the_owner_edits_the_draft_and_its_revision_tells(program: Program):
    draft = await program.draft(reply(body="as proposed"))
    seen = draft["message"]["id"]
    await program.done("PUT", f"drafts/{draft['id']}", json={"message": {"raw": raw(reply(body="as the owner wants"))}})
    assert (await program.get(f"drafts/{draft['id']}", format="minimal"))["message"]["id"] != seen


async def test_the_owner_throws_the_draft_away_and_no_sent_copy_is_found(program: Program, from_clara: Message):
    draft = await program.draft(reply(), threadId=from_clara.thread_id)
    await program.done("DELETE", f"drafts/{draft['id']}")
    assert (await program.ask("POST", "drafts/send", json={"id": draft["id"]})).status_code == 404
    thread = await program.get(f"threads/{from_clara.thread_id}")
    assert all("SENT" not in message.get("labelIds", []) for message in thread["messages"])


async def test_an_answer_is_lost_and_the_sent_copy_is_found_by_its_private_header(
    program: Program, sandbox: Sandbox, from_clara: Message
):
    written = reply().replace(b"Subject:", b"X-Deskhand-Id: 42\r\nSubject:", 1)
    draft = await program.draft(written, threadId=from_clara.thread_id)
    sandbox.faults.replace([Fault.model_validate({"path": "*/drafts/send", "fault": "after_effect"})])
    with pytest.raises(ConnectionError):
        await program.ask("POST", "drafts/send", json={"id": draft["id"]})
    thread = await program.get(f"threads/{from_clara.thread_id}", format="metadata", metadataHeaders="X-Deskhand-Id")
    found = [
        message
        for message in thread["messages"]
        if "SENT" in message["labelIds"] and {"name": "X-Deskhand-Id", "value": "42"} in message["payload"]["headers"]
    ]
    assert len(found) == 1


async def test_a_search_that_lags_is_no_proof_and_the_thread_is(
    program: Program, sandbox: Sandbox, from_clara: Message
):
    sandbox.modes = Modes(search_lag=120)
    written = letter(
        "Re: Terrace",
        sender=ALICE,
        to="clara@customer.example",
        answers="<march@customer.example>",
        message_id="<own@x.cl>",
    )
    sent = await program.post("messages/send", {"raw": raw(written), "threadId": from_clara.thread_id})
    assert (await program.get("messages", q="rfc822msgid:own@x.cl"))["resultSizeEstimate"] == 0
    assert sent["id"] in {one["id"] for one in (await program.get(f"threads/{from_clara.thread_id}"))["messages"]}


async def test_revoking_stops_what_was_about_to_leave(client: httpx2.AsyncClient, program: Program, sandbox: Sandbox):
    draft = await program.draft(reply())
    await client.post("/google/revoke", data={"token": program.tokens["refresh_token"]})
    assert (await program.ask("POST", "drafts/send", json={"id": draft["id"]})).status_code == 401
    assert sandbox.left == []


async def test_a_new_consent_finds_everything_as_it_was(client: httpx2.AsyncClient, program: Program):
    draft = await program.draft(reply())
    await client.post("/google/revoke", data={"token": program.tokens["refresh_token"]})
    again = await consent(client)
    assert (await again.get("drafts"))["drafts"][0]["id"] == draft["id"]


async def test_less_is_ticked_the_second_time(client: httpx2.AsyncClient, program: Program, from_clara: Message):
    narrow = await consent(client, scope=MODIFY, practice_scopes=f"{GMAIL}labels")
    answer = await narrow.ask("POST", f"messages/{from_clara.id}/trash")
    assert answer.status_code == 403
    assert MODIFY not in narrow.tokens["scope"].split()
    assert (await program.ask("GET", "profile")).status_code == 200  # what was given before still stands


async def test_twenty_tasks_refresh_at_once(client: httpx2.AsyncClient, program: Program, sandbox: Sandbox):
    form = refresh_form(program.tokens["refresh_token"])
    answers = await asyncio.gather(*(client.post("/google/token", data=form) for _ in range(20)))
    assert len({answer.json()["access_token"] for answer in answers}) == 20
    refreshes = [entry for entry in sandbox.ledger.entries if entry.operation == "google.token.refresh_token"]
    assert len(refreshes) == 20  # and the ledger would show it


async def test_two_send_the_same_draft_at_once_and_one_letter_leaves(program: Program, sandbox: Sandbox):
    draft = await program.draft(reply())
    calls = (program.ask("POST", "drafts/send", json={"id": draft["id"]}) for _ in range(10))
    statuses = sorted(answer.status_code for answer in await asyncio.gather(*calls))
    assert statuses == [200] + [404] * 9
    assert len(sandbox.left) == 1


async def test_the_owner_renames_a_label_and_its_id_still_means_it(program: Program, from_clara: Message):
    label = await program.post("labels", {"name": "Waiting"})
    await program.done("PATCH", f"labels/{label['id']}", json={"name": "Pending"})
    await program.post(f"messages/{from_clara.id}/modify", {"addLabelIds": [label["id"]]})
    assert (await program.get("messages", q="label:pending"))["messages"][0]["id"] == from_clara.id


async def test_the_owner_deletes_a_label_while_a_program_uses_it(program: Program, from_clara: Message):
    label = await program.post("labels", {"name": "Waiting"})
    await program.done("DELETE", f"labels/{label['id']}")
    answer = await program.ask("POST", f"messages/{from_clara.id}/modify", json={"addLabelIds": [label["id"]]})
    assert answer.json()["error"]["message"] == "labelId not found"
    again = await program.post("labels", {"name": "waiting"})
    await program.post(f"messages/{from_clara.id}/modify", {"addLabelIds": [again["id"]]})


async def test_the_thread_moves_on_before_the_answer_leaves(
    client: httpx2.AsyncClient, program: Program, from_clara: Message
):
    before = (await program.get(f"threads/{from_clara.thread_id}", format="minimal"))["historyId"]
    more = await deliver(client, letter("Re: Terrace", "Forget it.", answers="<march@customer.example>"))
    thread = await program.get(f"threads/{from_clara.thread_id}", format="minimal")
    assert thread["messages"][-1]["id"] == more
    assert int(thread["historyId"]) > int(before)


async def test_a_conversation_between_two_mailboxes(client: httpx2.AsyncClient, program: Program, sandbox: Sandbox):
    bobs = await consent(client, BOB)
    last = "<0@practice.example>"
    first = letter("Plan", sender=ALICE, to=BOB, message_id=last)
    await program.post("messages/send", {"raw": raw(first)})
    for n in range(1, 6):
        writer, sender, to = (bobs, BOB, ALICE) if n % 2 else (program, ALICE, BOB)
        own = f"<{n}@practice.example>"
        written = letter("Re: Plan", f"turn {n}", sender=sender, to=to, message_id=own, answers=last)
        thread = (await writer.get("threads"))["threads"][0]["id"]
        await writer.post("messages/send", {"raw": raw(written), "threadId": thread})
        last = own
    for person in (program, bobs):
        (only,) = (await person.get("threads"))["threads"]
        shown = await person.get(f"threads/{only['id']}")
        assert [message["snippet"] for message in shown["messages"]][1:] == [f"turn {n}" for n in range(1, 6)]


async def test_three_weeks_pass_and_the_mailbox_is_still_in_order(client: httpx2.AsyncClient, program: Program):
    first = await deliver(client, letter("before"))
    clock.move(timedelta(weeks=3))
    second = await deliver(client, letter("after"))
    again = Program(
        client, (await client.post("/google/token", data=refresh_form(program.tokens["refresh_token"]))).json()
    )
    assert [one["id"] for one in (await again.get("messages"))["messages"]] == [second, first]
    assert [one["id"] for one in (await again.get("messages", q="newer_than:1d"))["messages"]] == [second]


async def test_a_clock_that_is_set_back_makes_no_id_twice(
    client: httpx2.AsyncClient, program: Program, mailbox: Mailbox
):
    ids = []
    for step in (3_600, -7_200, 1_800, -10):
        clock.move(timedelta(seconds=step))
        ids.append(mailbox.add(letter(f"{step}")).id)
    assert ids == sorted(set(ids))


async def test_an_internal_project_lets_colleagues_connect_and_nobody_else(
    client: httpx2.AsyncClient, sandbox: Sandbox
):
    sandbox.modes = Modes(project="internal", organisation="practice.example")
    sandbox.add_mailbox("dan@elsewhere.example")
    assert (await (await consent(client, BOB)).get("profile"))["emailAddress"] == BOB
    refused = await client.get("/google/authorize", params=authorize_query("dan@elsewhere.example"))
    assert refused.status_code == 403
    sandbox.modes = Modes()
    assert came_back(await client.get("/google/authorize", params=authorize_query("dan@elsewhere.example")))["code"]
