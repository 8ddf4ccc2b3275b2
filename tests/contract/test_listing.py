"""Listing and counting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.errors import MailboxDisconnected, ProviderError
from app.providers.base import Folder, Listing
from app.providers.protocol import Provider
from app.sandbox.faults import Kind
from tests.contract.practice import Practice, letter, reply_to
from tests.people import ALICE


async def ids(mailbox: Provider, listing: Listing, cursor: str = "") -> list[str]:
    """Return the ids of a whole listing, having compared it with the one that brings its conversations along."""
    found = []
    while True:
        page = await mailbox.list_messages(listing, cursor)
        whole = await mailbox.list_conversations(listing, cursor)
        assert replace(whole, threads=()) == page
        there = {message.id: (thread.id, message) for thread in whole.threads for message in thread.messages}
        assert all(there[message.id] == (message.thread_id, message) for message in page.messages)
        found += [message.id for message in page.messages]
        cursor = page.cursor
        if not cursor:
            return found


async def test_the_mailbox_knows_its_address(mailbox: Provider) -> None:
    assert await mailbox.address() == ALICE[0]


async def test_V50_the_inbox_is_listed_newest_first(practice: Practice, mailbox: Provider) -> None:
    delivered = [practice.deliver(letter(f"Letter {n}")) for n in range(3)]
    page = await mailbox.list_messages(Listing())
    assert [message.id for message in page.messages] == delivered[::-1]
    assert [message.subject for message in page.messages] == ["Letter 2", "Letter 1", "Letter 0"]
    assert page.cursor == ""


async def test_an_empty_mailbox_lists_nothing(mailbox: Provider) -> None:
    assert (await mailbox.list_messages(Listing())).messages == ()
    assert await mailbox.count_messages(Listing()) == 0


async def test_a_conversation_comes_whole_with_the_one_message_that_is_listed(
    practice: Practice, mailbox: Provider
) -> None:
    first = practice.deliver(letter())
    draft = await mailbox.create_reply(reply_to(first))
    page = await mailbox.list_conversations(Listing())
    assert [message.id for message in page.messages] == [first]
    assert [[message.id for message in thread.messages] for thread in page.threads] == [[first, draft.message.id]]
    assert (await mailbox.list_conversations(Listing(label="Nowhere"))).threads == ()


async def test_a_long_list_comes_in_pages(practice: Practice, mailbox: Provider) -> None:
    delivered = [practice.deliver(letter(f"Letter {n}")) for n in range(7)]
    assert await ids(mailbox, Listing(size=3)) == delivered[::-1]
    first = await mailbox.list_messages(Listing(size=3))
    assert len(first.messages) == 3


@pytest.mark.parametrize("sizes", [(4, 1), (3, 2, 1), (1, 5, 2), (5, 4, 3, 1), (2, 2, 1, 1)])
async def test_a_list_goes_on_where_it_ended_however_much_of_it_is_asked_for_next(
    practice: Practice, mailbox: Provider, sizes: tuple[int, ...]
) -> None:
    """A page of ours is filled up past what is private, so that few are asked for after many."""
    delivered = [practice.deliver(letter(f"Letter {n}")) for n in range(11)]
    found: list[str] = []
    cursor = ""
    for number in range(20):
        size = sizes[number % len(sizes)]
        page = await mailbox.list_conversations(Listing(size=size), cursor)
        assert len(page.messages) <= size
        found += [message.id for message in page.messages]
        cursor = page.cursor
        if not cursor:
            break
    assert found == delivered[::-1]


async def test_a_list_goes_on_right_behind_any_message(practice: Practice, mailbox: Provider) -> None:
    """A reader who is shown the first three of a part begins with the fourth, in that part or in a later one."""
    delivered = [practice.deliver(letter(f"Letter {n}")) for n in range(9)][::-1]
    first = await mailbox.list_conversations(Listing(size=4))
    for cursor, begins in (("", 0), (first.cursor, 4)):
        page = await mailbox.list_conversations(Listing(size=4), cursor)
        assert page.places == (1, 2, 3, 4)
        for place in page.places[:3]:
            behind = await mailbox.behind(Listing(size=4), cursor, place)
            assert await ids(mailbox, Listing(size=3), behind) == delivered[begins + place :]


async def test_a_cursor_that_is_none_is_refused(practice: Practice, mailbox: Provider) -> None:
    practice.deliver(letter())
    with pytest.raises(ProviderError):
        await mailbox.list_messages(Listing(), "no such page")


async def test_each_folder_lists_its_own(practice: Practice, mailbox: Provider) -> None:
    inbox, spam = practice.deliver(letter("one")), practice.deliver(letter("two"), labels=("SPAM",))
    trash, archive = practice.deliver(letter("three"), labels=("TRASH",)), practice.deliver(letter("four"), labels=())
    draft = await mailbox.create_reply(reply_to(inbox))
    found = {folder: await ids(mailbox, Listing(folder=folder)) for folder in Folder}
    assert found == {
        Folder.INBOX: [inbox],
        Folder.SPAM: [spam],
        Folder.TRASH: [trash],
        Folder.ARCHIVE: [archive],
        Folder.DRAFTS: [draft.message.id],
        Folder.SENT: [],
    }
    for folder, listed in found.items():
        assert await mailbox.count_messages(Listing(folder=folder)) == len(listed)


async def test_everything_is_all_but_spam_and_trash(practice: Practice, mailbox: Provider) -> None:
    kept = [practice.deliver(letter("one")), practice.deliver(letter("two"), labels=())]
    practice.deliver(letter("three"), labels=("SPAM",))
    practice.deliver(letter("four"), labels=("TRASH",))
    assert await ids(mailbox, Listing(folder=None)) == kept[::-1]


async def test_unread_and_label_narrow_a_list(practice: Practice, mailbox: Provider) -> None:
    both = practice.deliver(letter("both"), labels=("INBOX", "Garden"), unread=True)
    practice.deliver(letter("unread"), unread=True)
    read = practice.deliver(letter("labelled"), labels=("INBOX", "Garden"))
    assert await ids(mailbox, Listing(label="Garden")) == [read, both]
    assert await ids(mailbox, Listing(label="gARDEN", unread_only=True)) == [both]
    assert await mailbox.count_messages(Listing(unread_only=True)) == 2


async def test_H4_the_letters_of_one_sender_are_listed_alone(practice: Practice, mailbox: Provider) -> None:
    first = practice.deliver(letter("first", From="Clara <clara@other.example>"))
    practice.deliver(letter("of somebody else"))
    second = practice.deliver(letter("second", From="Clara <Clara@Other.example>"), labels=("Garden",))
    assert await ids(mailbox, Listing(folder=None, sender="clara@other.example")) == [second, first]
    assert await ids(mailbox, Listing(folder=None, sender="nobody@other.example")) == []


async def test_a_label_that_is_none_lists_nothing(practice: Practice, mailbox: Provider, question: str) -> None:
    assert await ids(mailbox, Listing(label="No such label")) == []
    assert await mailbox.count_messages(Listing(label="No such label")) == 0
    assert "No such label" not in practice.labels_in_mailbox()


async def test_counting_asks_for_no_message(practice: Practice, mailbox: Provider) -> None:
    for n in range(30):
        practice.deliver(letter(f"Letter {n}"))
    before = practice.calls()
    assert await mailbox.count_messages(Listing()) == 30
    assert practice.calls() - before == 1


async def test_a_list_is_patient_with_a_busy_provider(practice: Practice, mailbox: Provider, question: str) -> None:
    practice.fail("read", Kind.STATUS_503, times=2)
    assert await ids(mailbox, Listing()) == [question]


async def test_a_list_survives_a_broken_connection(practice: Practice, mailbox: Provider, question: str) -> None:
    for fault in (Kind.RESET, Kind.TRUNCATE, Kind.BEFORE):
        practice.fail("read", fault, times=2)
        assert await ids(mailbox, Listing()) == [question]


async def test_C2_nothing_is_listed_after_the_owner_took_her_consent_back(
    practice: Practice, mailbox: Provider, question: str
) -> None:
    await practice.end_consent()
    with pytest.raises(MailboxDisconnected):
        await mailbox.list_messages(Listing())


async def test_an_expired_token_is_replaced_without_a_word(
    practice: Practice, mailbox: Provider, question: str
) -> None:
    practice.token = "an-expired-one"
    assert await ids(mailbox, Listing()) == [question]
