"""Labels and folders, in the owner's own mailbox, where she changes them too."""

from __future__ import annotations

import pytest

from app.errors import MessageGone, NoAnswer, ProviderBusy, ProviderError, Unsupported
from app.providers.base import Folder
from app.providers.protocol import Provider
from app.sandbox.faults import Kind
from tests.contract.practice import Practice, letter

NONE: frozenset[str] = frozenset()


def names(*given: str) -> frozenset[str]:
    """Return label names."""
    return frozenset(given)


async def test_C3_a_label_stands_in_the_owners_own_mailbox(
    practice: Practice, mailbox: Provider, question: str
) -> None:
    message = await mailbox.relabel(question, add=names("Garden"), remove=NONE)
    assert message.labels == {"Garden"}
    assert practice.labels_on(question) == {"Garden"}
    assert practice.effects() == ["label"]


async def test_a_label_is_taken_off_again(practice: Practice, mailbox: Provider, question: str) -> None:
    await mailbox.relabel(question, add=names("Garden", "Terrace"), remove=NONE)
    message = await mailbox.relabel(question, add=names("March"), remove=names("Garden"))
    assert message.labels == practice.labels_on(question) == {"Terrace", "March"}


async def test_labels_are_named_in_any_case_and_made_once(practice: Practice, mailbox: Provider, question: str) -> None:
    for name in ("Garden", "garden", "GARDEN"):
        await mailbox.relabel(question, add=names(name), remove=NONE)
    assert practice.labels_in_mailbox() == {"Garden"}
    assert (await mailbox.relabel(question, add=NONE, remove=names("gArDeN"))).labels == NONE


async def test_taking_off_what_is_not_there_changes_nothing(
    practice: Practice, mailbox: Provider, question: str
) -> None:
    message = await mailbox.relabel(question, add=NONE, remove=names("No such label"))
    assert (message.id, message.labels) == (question, NONE)
    assert (practice.effects(), practice.labels_in_mailbox()) == ([], set())


async def test_what_is_put_on_is_not_taken_off_in_the_same_breath(
    practice: Practice, mailbox: Provider, question: str
) -> None:
    await mailbox.relabel(question, add=names("Garden"), remove=names("garden"))
    assert practice.labels_on(question) == {"Garden"}


async def test_labels_are_told_sorted(practice: Practice, mailbox: Provider) -> None:
    for name in ("zebra", "Äpfel", "Clients/VIP", "apple"):
        await practice.owner_makes_label(name)
    assert await mailbox.labels() == ("apple", "Clients/VIP", "zebra", "Äpfel")


async def test_a_label_that_the_owner_made_meanwhile_is_adopted(
    practice: Practice, mailbox: Provider, question: str
) -> None:
    await mailbox.labels()
    await practice.owner_makes_label("GARDEN")
    assert (await mailbox.relabel(question, add=names("Garden"), remove=NONE)).labels == {"GARDEN"}


async def test_a_label_that_the_owner_renamed_meanwhile_is_made_anew(
    practice: Practice, mailbox: Provider, question: str
) -> None:
    await mailbox.relabel(question, add=names("Garden"), remove=NONE)
    practice.owner_renames_label("Garden", "Park")
    message = await practice.another_hand().relabel(question, add=names("Garden"), remove=NONE)
    assert message.labels == {"Garden", "Park"}


async def test_a_label_that_the_owner_deleted_meanwhile_is_made_anew(
    practice: Practice, mailbox: Provider, question: str
) -> None:
    await mailbox.relabel(question, add=names("Garden"), remove=NONE)
    practice.owner_deletes_label("Garden")
    assert (await mailbox.relabel(question, add=names("Garden"), remove=NONE)).labels == {"Garden"}


@pytest.mark.parametrize(
    "name", ["INBOX", "inbox", "TRASH", "Sent", "DRAFT", "UNREAD", "SPAM", "", "  ", "x" * 300, "CATEGORY_SOCIAL"]
)
async def test_no_label_is_a_way_to_a_folder(practice: Practice, mailbox: Provider, question: str, name: str) -> None:
    with pytest.raises(ProviderError):
        await mailbox.relabel(question, add=names(name), remove=NONE)
    assert await mailbox.relabel(question, add=NONE, remove=names("INBOX", "UNREAD")) == await mailbox.message(question)
    assert (await mailbox.message(question)).folder is Folder.INBOX
    assert practice.effects() == []


async def test_a_message_that_is_gone_gets_no_label(practice: Practice, mailbox: Provider) -> None:
    with pytest.raises(MessageGone):
        await mailbox.relabel("ffffffffffffffff", add=names("Garden"), remove=NONE)


@pytest.mark.parametrize("fault", [Kind.RESET, Kind.TRUNCATE, Kind.AFTER_EFFECT, Kind.BEFORE, Kind.STATUS_503])
async def test_labelling_twice_comes_to_the_same_so_it_is_tried_again(
    practice: Practice, mailbox: Provider, question: str, fault: Kind
) -> None:
    practice.fail("label", fault)
    assert (await mailbox.relabel(question, add=names("Garden"), remove=NONE)).labels == {"Garden"}


async def test_a_provider_that_stays_away_is_told_as_that(practice: Practice, mailbox: Provider, question: str) -> None:
    practice.fail("label", Kind.STATUS_429, times=99, seconds=600)
    with pytest.raises(ProviderBusy) as busy:
        await mailbox.relabel(question, add=names("Garden"), remove=NONE)
    assert busy.value.retry_after is not None
    practice.fail("label", Kind.BEFORE, times=99)
    with pytest.raises(NoAnswer):
        await mailbox.relabel(question, add=names("Garden"), remove=NONE)


async def test_a_letter_goes_to_the_archive_the_trash_spam_and_back(
    practice: Practice, mailbox: Provider, question: str
) -> None:
    await mailbox.relabel(question, add=names("Garden"), remove=NONE)
    way = [Folder.ARCHIVE, Folder.INBOX, Folder.TRASH, Folder.INBOX, Folder.SPAM, Folder.ARCHIVE, Folder.TRASH]
    for folder in [*way, Folder.ARCHIVE]:
        moved = await mailbox.move(question, folder)
        assert (moved.id, moved.folder, moved.labels) == (question, folder, {"Garden"})
    assert moved.unread


async def test_a_move_to_where_it_lies_changes_nothing(practice: Practice, mailbox: Provider, question: str) -> None:
    for folder in (Folder.INBOX, Folder.ARCHIVE, Folder.SPAM, Folder.TRASH):
        await mailbox.move(question, folder)
        assert (await mailbox.move(question, folder)).folder is folder


@pytest.mark.parametrize("folder", [Folder.SENT, Folder.DRAFTS])
async def test_nothing_is_moved_among_sent_letters_or_drafts(
    practice: Practice, mailbox: Provider, question: str, folder: Folder
) -> None:
    with pytest.raises(Unsupported):
        await mailbox.move(question, folder)
    assert practice.effects() == []


async def test_what_is_gone_cannot_be_moved(mailbox: Provider) -> None:
    for folder in (Folder.TRASH, Folder.INBOX):
        with pytest.raises(MessageGone):
            await mailbox.move("ffffffffffffffff", folder)


async def test_other_letters_keep_their_labels(practice: Practice, mailbox: Provider, question: str) -> None:
    other = practice.deliver(letter("Another"), labels=("INBOX", "Garden"))
    await mailbox.relabel(question, add=names("Garden"), remove=NONE)
    await mailbox.relabel(question, add=NONE, remove=names("Garden"))
    assert practice.labels_on(other) == {"Garden"}


@pytest.mark.parametrize("folder", [Folder.ARCHIVE, Folder.TRASH, Folder.SPAM])
async def test_I14_a_letter_is_put_back_exactly_where_it_lay(
    practice: Practice, mailbox: Provider, question: str, folder: Folder
) -> None:
    await mailbox.relabel(question, add=names("Garden"), remove=NONE)
    before = await mailbox.message(question)
    away = await mailbox.move(question, folder)
    assert away.place != before.place
    assert await mailbox.put_back(question, before.place) == before
    assert await practice.another_hand().message(question) == before
    assert await mailbox.put_back(question, away.place) == away
    assert (await mailbox.message(question)).labels == {"Garden"}


async def test_putting_a_letter_where_it_lies_changes_nothing(
    practice: Practice, mailbox: Provider, question: str
) -> None:
    before = await mailbox.message(question)
    assert await mailbox.put_back(question, before.place) == before
    assert practice.effects() == []


async def test_labels_that_are_all_back_stand_in_the_order_they_had(
    practice: Practice, mailbox: Provider, question: str
) -> None:
    for name in ("Zoo", "Garden", "March"):
        await mailbox.relabel(question, add=names(name), remove=NONE)
    before = await mailbox.message(question)
    await mailbox.relabel(question, add=NONE, remove=names("Zoo", "Garden"))
    back = await mailbox.relabel(
        question, add=names("garden", "zoo"), remove=NONE, order=before.labels_in_order or tuple(before.labels)
    )
    assert (back.labels, back.labels_in_order) == (before.labels, before.labels_in_order)
    # A label that was put on meanwhile is no reason to take it off again.
    await mailbox.relabel(question, add=names("Later"), remove=names("Zoo"))
    then = await mailbox.relabel(question, add=names("Zoo"), remove=NONE, order=before.labels_in_order)
    assert then.labels == before.labels | {"Later"}
