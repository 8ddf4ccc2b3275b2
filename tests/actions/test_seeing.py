"""What an assistant sees: private mail is not there, in lists, counts, conversations, quotes, drafts or errors."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from app import clock
from app.actions import draft, label, move, open_drafts
from app.actions.list_messages import labels, list_messages
from app.actions.open_attachment import open_attachment
from app.actions.preview import preview
from app.actions.private import mark_sender, marked_senders, unmark_sender
from app.actions.read import read
from app.errors import AppError, BadRequest, Denied, NotFound
from app.providers.base import Folder, Listing
from tests.actions.situations import (
    TERRACE,
    World,
    client_writes,
    edit_by_hand,
    known_messages,
    last,
    log_of,
    message_id,
    subjects,
    written,
)
from tests.people import ALICE, CLIENT, MOTHER, mail

WITH_FILE = (
    f"From: {CLIENT}\r\nTo: {ALICE[0]}\r\nSubject: The plan\r\nMessage-ID: <plan@customer.example>\r\n"
    "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: text/plain\r\n\r\nSee the plan.\r\n"
    "--b\r\nContent-Type: application/pdf\r\n"
    'Content-Disposition: attachment; filename="plan.pdf"\r\n\r\nPDF\r\n--b--\r\n'
).encode()


async def seen_by(world: World, **listing: Any) -> list[str]:
    page = await list_messages(await world.assistant(), Listing(**listing))
    return subjects(page.messages)


async def test_V50_the_assistant_lists_and_reads_what_is_not_private(world: World) -> None:
    await world.grant("mail.read")
    desk = await world.assistant()
    await mark_sender(await world.owner(), MOTHER)
    assert await seen_by(world) == ["Garden news", TERRACE]
    reading = await read(desk, await message_id(desk))
    assert "Could you start in March?" in reading.content.text
    assert subjects(reading.thread) == [TERRACE]


async def test_a_code_is_private_without_anybody_saying_so(world: World) -> None:
    await world.grant("mail.read")
    assert "Your verification code" not in await seen_by(world)
    owner = await world.owner()
    assert "Your verification code" in subjects((await list_messages(owner, Listing())).messages)
    await mark_sender(owner, "no-reply@shop.example", private=False)
    assert "Your verification code" in await seen_by(world)


async def test_marking_and_unmarking_a_sender_counts_at_once_for_mail_that_is_there(world: World) -> None:
    await world.grant("mail.read")
    owner = await world.owner()
    assert "Sunday lunch" in await seen_by(world)
    rule = await mark_sender(owner, f"<{MOTHER.upper()}>")
    assert rule.sender == MOTHER
    assert "Sunday lunch" not in await seen_by(world)
    again = await mark_sender(owner, MOTHER)
    assert again.id == rule.id
    assert [each.sender for each in await marked_senders(owner)] == [MOTHER]
    await unmark_sender(owner, again.id)
    assert "Sunday lunch" in await seen_by(world)
    with pytest.raises(NotFound):
        await unmark_sender(owner, again.id)


async def test_a_whole_domain_is_private_but_for_the_address_that_is_not(world: World) -> None:
    await world.grant("mail.read")
    owner = await world.owner()
    await mark_sender(owner, "@CUSTOMER.example")
    assert TERRACE not in await seen_by(world)
    await mark_sender(owner, CLIENT, private=False)
    assert TERRACE in await seen_by(world)


@pytest.mark.parametrize(
    "wrong", ["", "mother", "mother@", "@", "a b@c.example", "nul\0@c.example", "x" * 400 + "@c.example", "@localhost"]
)
async def test_a_sender_that_is_none_is_refused(world: World, wrong: str) -> None:
    owner = await world.owner()
    with pytest.raises(BadRequest, match="address"):
        await mark_sender(owner, wrong)
    assert await marked_senders(owner) == []


async def test_the_list_of_private_senders_is_the_owners_alone(world: World) -> None:
    await world.grant("reply.free", "label")
    desk = await world.assistant()
    rule = await mark_sender(await world.owner(), MOTHER)
    for attempt in (
        marked_senders(desk),
        mark_sender(desk, CLIENT, private=False),
        unmark_sender(desk, rule.id),
        preview(desk),
    ):
        with pytest.raises(Denied) as refused:
            await attempt
        assert refused.value.reason == "owner_only"
    assert "Sunday lunch" not in await seen_by(world)


@pytest.mark.parametrize("how", ["cc", "bcc", "from the owner"])
async def test_a_conversation_with_one_private_message_is_private_as_a_whole(world: World, how: str) -> None:
    await world.grant("mail.read", "label", "draft")
    owner, desk = await world.owner(), await world.assistant()
    await mark_sender(owner, MOTHER)
    seen = await message_id(desk)
    box = world.sandbox.mailbox(ALICE[0])
    sender, to = (ALICE[0], CLIENT) if how != "cc" else (CLIENT, ALICE[0])
    raw = mail(sender, f"Re: {TERRACE}", "CANARY between us", to=to, answers="<march@customer.example>")
    header = b"Cc: " if how == "cc" else b"Bcc: "
    if how == "from the owner":
        raw = raw.replace(CLIENT.encode(), MOTHER.encode(), 1)
    else:
        raw = raw.replace(b"Subject: ", header + MOTHER.encode() + b"\r\nSubject: ", 1)
    first = next(each for each in box.messages.values() if each.subject == TERRACE)
    added = box.put(raw, labels={"SENT"}, date=first.date + 1, thread_id=first.thread_id)
    for attempt in (
        read(desk, seen),
        label.label(desk, seen, add=["Clients"]),
        draft.write_draft(desk, seen, "Yes."),
        move.archive(desk, seen),
    ):
        with pytest.raises((NotFound, Denied)):
            await attempt
    assert await seen_by(world, folder=None) == ["Garden news"]
    box.remove(box.messages[added.id])  # what was private stays so, whatever is deleted
    assert await seen_by(world, folder=None) == ["Garden news"]
    with pytest.raises(NotFound):
        await read(desk, seen)


async def test_a_private_answer_that_comes_later_takes_the_whole_conversation_out_of_sight(world: World) -> None:
    await world.grant("mail.read", "draft")
    desk, owner = await world.assistant(), await world.owner()
    seen = await written(desk)
    client_writes(world.sandbox, "Your verification code is 482 913.", sender="no-reply@shop.example")
    box = world.sandbox.mailbox(ALICE[0])
    newest = max(box.messages.values(), key=lambda each: each.date)
    newest.subject = "Your verification code"
    await mark_sender(owner, "no-reply@shop.example")
    with pytest.raises(NotFound):
        await draft.see_draft(desk, seen.row.id)
    with pytest.raises(NotFound):
        await draft.edit_draft(desk, seen.row.id, "Other words")
    assert await draft.see_draft(owner, seen.row.id)


async def test_a_page_is_filled_past_what_is_private_and_pages_join_without_a_gap(world: World) -> None:
    await world.grant("mail.list")
    box = world.sandbox.mailbox(ALICE[0])
    for number in range(12):
        sender = MOTHER if number % 3 else CLIENT
        box.add(mail(sender, f"Letter {number}", "Hello."))
    await mark_sender(await world.owner(), MOTHER)
    desk = await world.assistant()
    found, cursor, sizes = [], "", []
    while True:
        page = await list_messages(desk, Listing(size=3), cursor)
        found += subjects(page.messages)
        sizes.append(len(page.messages))
        cursor = page.cursor
        if not cursor:
            break
    assert [name for name in found if name.startswith("Letter")] == ["Letter 9", "Letter 6", "Letter 3", "Letter 0"]
    assert len(found) == len(set(found)) == 6
    assert sizes[0] == 3


async def test_without_the_right_to_read_no_words_are_shown(world: World) -> None:
    await world.grant("mail.list")
    desk = await world.assistant()
    page = await list_messages(desk, Listing())
    assert {each.message.snippet for each in page.messages} == {""}
    message = page.messages[0].id
    for attempt in (read(desk, message), open_attachment(desk, message, 0)):
        with pytest.raises(Denied) as refused:
            await attempt
        assert refused.value.reason == "scope_missing"


async def test_spam_is_looked_through_by_its_own_right(world: World) -> None:
    given = await world.grant("mail.read", "trash")
    world.sandbox.mailbox(ALICE[0]).add(mail("x@y.example", "Win now", "Click."), labels=("SPAM",))
    with pytest.raises(Denied) as refused:
        await seen_by(world, folder=Folder.SPAM)
    assert refused.value.reason == "scope_missing"
    assert await last(await world.owner(), 1) == [("whole", "list_spam", "deny", "scope_missing")]
    await world.grant(*given.scopes, "spam.review")
    assert await seen_by(world, folder=Folder.SPAM) == ["Win now"]
    assert "Win now" not in await seen_by(world, folder=None)


async def test_attachments_are_opened_by_their_place(world: World) -> None:
    await world.grant("attach.read")
    world.sandbox.mailbox(ALICE[0]).add(WITH_FILE)
    desk = await world.assistant()
    message = await message_id(desk, "The plan")
    attachment, content = await open_attachment(desk, message, 0)
    assert (attachment.name, content.strip()) == ("plan.pdf", b"PDF")
    for wrong in (1, -1, 99):
        with pytest.raises(NotFound):
            await open_attachment(desk, message, wrong)


async def test_labels_are_listed_by_name(world: World) -> None:
    await world.grant("label")
    desk = await world.assistant()
    await label.label(desk, await message_id(desk), add=["Zinnias", "Asters"])
    assert await labels(await world.owner()) == ("Asters", "Zinnias")
    with pytest.raises(Denied):
        await labels(desk)  # a name may belong to mail that she never sees


async def test_V1_the_owner_sees_counted_and_named_what_an_assistant_would_not_see(world: World) -> None:
    owner = await world.owner()
    await mark_sender(owner, MOTHER)
    found = await preview(owner)
    assert (found.seen, found.private, found.whole) == (2, {"sender": 1, "security": 1}, True)
    named = {because: [each.subject for each in examples] for because, examples in found.examples.items()}
    assert named["sender"] == ["Sunday lunch"]
    assert named["security"] == ["Your verification code"]
    assert set(named[""]) == {TERRACE, "Garden news"}


async def test_what_is_remembered_of_messages_has_none_of_their_words(world: World) -> None:
    await world.grant("mail.read")
    desk = await world.assistant()
    await read(desk, await message_id(desk))
    rows = await known_messages(world.resources, world.mailbox)
    assert len(rows) == 4
    kept = " ".join(str(row.model_dump()) for row in rows)
    for word in ("Terrace", "March", "Clara", "customer", "Sunday", "482 913"):
        assert word not in kept
    for entry in await log_of(await world.owner()):
        assert not {"Terrace", "March", CLIENT} & set(str(entry.model_dump()).split("'"))


async def test_lists_at_the_same_time_know_each_message_by_one_id(world: World) -> None:
    await world.grant("mail.list")
    desk = await world.assistant()
    pages = await asyncio.gather(*(list_messages(desk, Listing()) for _ in range(6)))
    assert len({tuple(each.id for each in page.messages) for page in pages}) == 1
    assert len(await known_messages(world.resources, world.mailbox)) == 4


async def test_no_private_word_reaches_an_assistant_by_any_way(world: World) -> None:
    """Canaries in subject, body, attachment name and address of private mail; everything she may ask is asked."""
    await world.grant("reply.free", "label", "archive", "trash", "attach.read", "spam.review", "schedule")
    owner, desk = await world.owner(), await world.assistant()
    box = world.sandbox.mailbox(ALICE[0])
    box.add(WITH_FILE.replace(CLIENT.encode(), b"canary@family.example").replace(b"plan", b"CANARY"))
    box.add(mail("Canary <x@family.example>", "CANARY", "CANARY", answers="<march@customer.example>"))
    hidden = [each.id for each in (await list_messages(owner, Listing(folder=None))).messages]
    await mark_sender(owner, "@family.example")
    heard: list[object] = []

    async def ask(question: Any) -> None:
        try:
            heard.append(await question)
        except AppError as refusal:
            heard.append((refusal.sentence(), refusal.code, refusal.values))

    for folder in (None, *Folder):
        await ask(list_messages(desk, Listing(folder=folder)))
    for message in hidden:
        await ask(read(desk, message))
        await ask(open_attachment(desk, message, 0))
        await ask(label.label(desk, message, add=["Mine"]))
        await ask(draft.write_draft(desk, message, "Hello"))
    await ask(open_drafts.open_drafts(desk))
    assert "Garden news" in str(heard)
    assert "CANARY" not in str(heard).upper()


async def test_what_a_person_writes_beside_a_draft_is_seen_as_it_is(world: World) -> None:
    await world.grant()
    desk = await world.assistant()
    seen = await written(desk)
    edit_by_hand(world.sandbox, seen, b"Dear Clara", b"Dearest Clara")
    assert "Dearest Clara" in (await draft.see_draft(desk, seen.row.id)).draft.text


async def test_what_is_archived_while_a_list_is_gone_through_makes_nothing_be_skipped(world: World) -> None:
    """Bob works off a page and goes on: the next one begins right behind the last letter he was shown."""
    await world.grant("mail.read", "archive")
    clock.move(timedelta(minutes=5))
    for number in range(12):
        raw = mail(CLIENT, f"Letter {number}", "x")
        world.sandbox.mailbox(ALICE[0]).add(raw, labels=("INBOX",), internal_date=clock.now(), unread=True)
        clock.move(timedelta(seconds=1))
    desk = await world.assistant()
    first = await list_messages(desk, Listing(size=4))
    for each in first.messages[:3]:
        await move.archive(desk, each.id)
    second = await list_messages(desk, Listing(size=4), first.cursor)
    assert subjects(first.messages + second.messages) == [f"Letter {number}" for number in range(11, 3, -1)]
