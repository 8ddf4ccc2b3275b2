"""Looking for words."""

from __future__ import annotations

import pytest

from app.providers.base import Folder, Listing
from app.providers.protocol import Provider
from app.rules.search_words import search_words
from tests.contract.practice import Practice, letter
from tests.contract.test_listing import ids

OTHER = "Dan Ruiz <dan@d.example>"


async def test_V17_a_search_finds_what_has_all_the_words_in_sender_subject_or_text(
    practice: Practice, mailbox: Provider
) -> None:
    terrace = practice.deliver(letter("The terrace", "Could you start in March?"))
    hedge = practice.deliver(letter("The hedge", "It can wait until March.", From=OTHER))
    for words, found in (
        (("march",), [hedge, terrace]),
        (("march", "terrace"), [terrace]),
        (("dan", "hedge"), [hedge]),
        (("dan@d.example",), [hedge]),
        (("nowhere",), []),
    ):
        assert await ids(mailbox, Listing(words=words)) == found, words


async def test_a_search_keeps_to_the_folder_the_label_and_what_is_unread(practice: Practice, mailbox: Provider) -> None:
    labelled = practice.deliver(letter("March one"), labels=("INBOX", "Garden"), unread=True)
    spam, archived = (practice.deliver(letter("March two"), labels=labels) for labels in (("SPAM",), ()))
    read = practice.deliver(letter("March three"))
    practice.deliver(letter("April", "April."), labels=("INBOX", "Garden"), unread=True)
    for listing, found in (
        (Listing(), [read, labelled]),
        (Listing(folder=Folder.SPAM), [spam]),
        (Listing(folder=Folder.ARCHIVE), [archived]),
        (Listing(folder=None), [read, archived, labelled]),
        (Listing(label="garden"), [labelled]),
        (Listing(unread_only=True), [labelled]),
        (Listing(sender="nobody@c.example"), []),
    ):
        asked = Listing(
            folder=listing.folder,
            label=listing.label,
            unread_only=listing.unread_only,
            sender=listing.sender,
            words=("march",),
        )
        assert await ids(mailbox, asked) == found, listing


async def test_what_is_found_comes_in_parts_of_any_length(practice: Practice, mailbox: Provider) -> None:
    texts = ("April.", "March.") * 6
    delivered = [practice.deliver(letter(f"Letter {n}", text)) for n, text in enumerate(texts)]
    found: list[str] = []
    cursor, sizes = "", [3, 1, 2]
    for size in sizes:
        page = await mailbox.list_conversations(Listing(words=("march",), size=size), cursor)
        assert len(page.messages) == size
        found += [message.id for message in page.messages]
        cursor = page.cursor
    assert found == delivered[1::2][::-1]


@pytest.mark.parametrize(
    "typed",
    ["march OR lunch", "march AND NOT lunch", "from:march", "-march", "{march lunch}", "(march)", '"march', "march*"],
)
async def test_no_operator_is_left_in_what_somebody_typed(practice: Practice, mailbox: Provider, typed: str) -> None:
    """Whatever stands around a word, what is found has that word and every other one."""
    march = practice.deliver(letter("One", "In march, or not in march: from then on."))
    practice.deliver(letter("Two", "The lunch."))
    words = search_words(typed)
    found = await ids(mailbox, Listing(words=words))
    assert found == ([] if "lunch" in words or "and" in words else [march])
