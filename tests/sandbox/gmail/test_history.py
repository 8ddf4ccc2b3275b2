"""History: every change once, in order, from a cursor that can be too old."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import clock
from app.sandbox.gmail import historybook
from app.sandbox.gmail.historybook import HistoryBook
from app.sandbox.gmail.mailbox import Message
from app.sandbox.modes import Modes
from app.sandbox.sandbox import Sandbox
from tests.sandbox.practice import Program, letter, raw, reply


async def start_of(program: Program) -> str:
    return str((await program.get("profile"))["historyId"])


async def changes_since(program: Program, start: str, **more: object) -> list[Any]:
    return list((await program.get("history", startHistoryId=start, **more)).get("history", []))


async def test_nothing_new_is_an_answer_without_history(program: Program):
    start = await start_of(program)
    assert await program.get("history", startHistoryId=start) == {"historyId": start}


async def test_a_change_of_labels(program: Program, from_clara: Message):
    start = await start_of(program)
    await program.post(
        f"messages/{from_clara.id}/modify", {"addLabelIds": ["STARRED"], "removeLabelIds": ["UNREAD", "INBOX"]}
    )
    added, removed = await changes_since(program, start)
    named = {"id": from_clara.id, "threadId": from_clara.thread_id}
    assert added["messages"] == [named]
    assert added["labelsAdded"] == [{"message": named | {"labelIds": ["STARRED"]}, "labelIds": ["STARRED"]}]
    assert removed["labelsRemoved"][0]["labelIds"] == ["INBOX", "UNREAD"]
    assert int(start) < int(added["id"]) < int(removed["id"])


async def test_no_change_leaves_no_trace(program: Program, from_clara: Message):
    start = await start_of(program)
    await program.post(f"messages/{from_clara.id}/modify", {"addLabelIds": ["INBOX"]})
    assert await changes_since(program, start) == []


async def test_a_draft_and_its_sending(program: Program, from_clara: Message):
    start = await start_of(program)
    draft = await program.draft(reply(), threadId=from_clara.thread_id)
    sent = await program.post("drafts/send", {"id": draft["id"]})
    kinds = [
        (kind, entry["message"]["id"])
        for change in await changes_since(program, start)
        for kind in ("messagesAdded", "messagesDeleted")
        for entry in change.get(kind, [])
    ]
    assert kinds == [
        ("messagesAdded", draft["message"]["id"]),
        ("messagesAdded", sent["id"]),
        ("messagesDeleted", draft["message"]["id"]),
    ]


async def test_kinds_and_labels_choose(program: Program, from_clara: Message):
    start = await start_of(program)
    await program.post(f"messages/{from_clara.id}/modify", {"addLabelIds": ["STARRED"]})
    await program.post("messages", {"raw": raw(letter()), "labelIds": ["SENT"]})
    assert len(await changes_since(program, start)) == 2
    assert len(await changes_since(program, start, historyTypes="messageAdded")) == 1
    assert len(await changes_since(program, start, historyTypes=["messageAdded", "labelAdded"])) == 2
    assert len(await changes_since(program, start, labelId="SENT")) == 1
    assert len(await changes_since(program, start, labelId="INBOX")) == 1
    assert await changes_since(program, start, labelId="SPAM") == []


async def test_pages_follow_each_other_under_the_same_cursor(program: Program, from_clara: Message):
    start = await start_of(program)
    for n in range(7):
        verb = "addLabelIds" if n % 2 == 0 else "removeLabelIds"
        await program.post(f"messages/{from_clara.id}/modify", {verb: ["STARRED"]})
    seen: list[str] = []
    token = ""
    while True:
        more = {"pageToken": token} if token else {}
        page = await program.get("history", startHistoryId=start, maxResults=3, **more)
        seen += [change["id"] for change in page["history"]]
        token = page.get("nextPageToken", "")
        if not token:
            break
    assert len(seen) == len(set(seen)) == 7
    assert seen == sorted(seen, key=int)
    assert page["historyId"] == await start_of(program)


async def test_a_cursor_older_than_a_week_is_404(program: Program, from_clara: Message):
    start = await start_of(program)
    await program.post(f"messages/{from_clara.id}/modify", {"addLabelIds": ["STARRED"]})
    clock.move(timedelta(days=7, seconds=1))
    program.tokens = (
        await program.client.post(
            "/google/token",
            data={
                "grant_type": "refresh_token",
                "refresh_token": program.tokens["refresh_token"],
                "client_id": "practice",
                "client_secret": "practice",
            },
        )
    ).json()
    answer = await program.ask("GET", "history", params={"startHistoryId": start})
    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (404, "notFound")
    assert (await program.ask("GET", "history", params={"startHistoryId": await start_of(program)})).status_code == 200


async def test_a_week_may_be_hours(program: Program, sandbox: Sandbox, from_clara: Message):
    sandbox.modes = Modes(history_days=1 / 24 / 4)
    start = await start_of(program)
    await program.post(f"messages/{from_clara.id}/modify", {"addLabelIds": ["STARRED"]})
    clock.move(timedelta(minutes=16))
    assert (await program.ask("GET", "history", params={"startHistoryId": start})).status_code == 404


async def test_a_message_knows_its_last_change(program: Program, from_clara: Message):
    before = int((await program.get(f"messages/{from_clara.id}"))["historyId"])
    await program.post(f"messages/{from_clara.id}/modify", {"addLabelIds": ["STARRED"]})
    after = int((await program.get(f"messages/{from_clara.id}"))["historyId"])
    assert before < after == int(await start_of(program))


def note(book: HistoryBook) -> int:
    return book.note("labelAdded", "m", "t", labels=("A",), all_labels=("A",))


@given(st.integers(min_value=1, max_value=200))
def test_ids_rise_with_gaps(count: int):
    book = HistoryBook()
    ids = [note(book) for _ in range(count)]
    assert ids == sorted(set(ids))
    assert count < 14 or ids != list(range(ids[0], ids[0] + count))


def test_too_many_changes_are_forgotten_from_the_oldest(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(historybook, "MOST_RECORDS", 3)
    book = HistoryBook()
    ids = [note(book) for _ in range(5)]
    week = timedelta(days=7)
    assert book.since(ids[0], keep=week) is None
    kept = book.since(ids[1], keep=week)
    assert kept is not None
    assert [record.id for record in kept] == ids[2:]


def test_before_the_beginning_is_too_long_ago():
    assert HistoryBook().since(1, keep=timedelta(days=7)) is None
