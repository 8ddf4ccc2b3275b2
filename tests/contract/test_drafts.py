"""Drafts: in the owner's mailbox at once, in their thread, from her address, and never over what she wrote herself."""

from __future__ import annotations

import pytest

from app.errors import Conflict, InvalidMessage, MessageGone, NoAnswer, ProviderBusy, ProviderError
from app.providers.base import Folder
from app.providers.protocol import Provider
from app.sandbox.faults import Kind
from tests.contract.practice import CLARA, OFFICE, PENDING, Practice, letter, reply_to
from tests.people import ALICE


async def test_C3_a_draft_stands_in_the_owners_mailbox_in_its_conversation(
    practice: Practice, mailbox: Provider, question: str
) -> None:
    draft = await mailbox.create_reply(reply_to(question))
    assert practice.drafts_in_mailbox() == [draft.id]
    answered = await mailbox.message(question)
    message = draft.message
    assert (message.thread_id, message.folder) == (answered.thread_id, Folder.DRAFTS)
    assert (message.subject.casefold(), message.private_id) == ("re: terrace in march?", "a1b2c3")  # Outlook: RE:
    assert [author.email for author in message.authors] == [ALICE[0]]
    assert message.to == (CLARA,)
    assert (message.cc, message.bcc) == ((), ())
    assert message.references == (("<march@c.example>",) if practice.shows_headers_of_drafts else ())
    assert practice.effects() == ["draft"]
    assert practice.letters_left() == []


async def test_a_drafts_own_words_are_told_from_what_it_quotes(mailbox: Provider, question: str) -> None:
    draft = await mailbox.create_reply(reply_to(question, "Sí, ¡con gusto!\n\nAlice"))
    assert draft.text == "Sí, ¡con gusto!\n\nAlice"
    assert draft.quoted.endswith("Could you start in March?")
    assert CLARA.email in draft.quoted


async def test_a_draft_quotes_nothing_unless_it_is_wanted(mailbox: Provider, question: str) -> None:
    draft = await mailbox.create_reply(reply_to(question, quote=False))
    assert (draft.text, draft.quoted) == ("Yes, gladly.", "")


async def test_a_draft_reads_the_same_later(practice: Practice, mailbox: Provider, question: str) -> None:
    draft = await mailbox.create_reply(reply_to(question))
    assert await practice.another_hand().draft(draft.id) == draft


async def test_a_reply_to_a_reply_stays_in_the_conversation(practice: Practice, mailbox: Provider) -> None:
    practice.deliver(letter())
    second = practice.deliver(
        letter("Re: Terrace in March?", "Or April?", Message_ID="<april@c.example>", References="<march@c.example>")
    )
    draft = await mailbox.create_reply(reply_to(second))
    assert draft.message.thread_id == (await mailbox.message(second)).thread_id
    assert draft.message.subject.casefold() == "re: terrace in march?"
    if practice.shows_headers_of_drafts:
        assert draft.message.references == ("<march@c.example>", "<april@c.example>")


@pytest.mark.parametrize("subject", ["", "Re: x", "RE: re: x", "Añadir =?", "x" * 300, "AW: Terrasse", "  spaces  "])
async def test_a_reply_stays_in_the_conversation_whatever_its_subject(
    practice: Practice, mailbox: Provider, subject: str
) -> None:
    delivered = practice.deliver(letter(subject))
    draft = await mailbox.create_reply(reply_to(delivered))
    assert draft.message.thread_id == (await mailbox.message(delivered)).thread_id


async def test_a_draft_is_replaced_and_keeps_its_id(practice: Practice, mailbox: Provider, question: str) -> None:
    draft = await mailbox.create_reply(reply_to(question))
    changed = await mailbox.update_draft(draft.id, reply_to(question, "No, sorry."), revision=draft.revision)
    assert (changed.id, changed.text) == (draft.id, "No, sorry.")
    assert changed.revision != draft.revision
    assert changed.message.thread_id == draft.message.thread_id
    assert practice.effects() == ["draft", "draft_update"]
    assert len(practice.drafts_in_mailbox()) == 1


async def test_what_the_owner_wrote_is_never_written_over(practice: Practice, mailbox: Provider, question: str) -> None:
    draft = await mailbox.create_reply(reply_to(question))
    await practice.owner_edits_draft(draft.id, "I shall call you, Clara.")
    with pytest.raises(Conflict):
        await mailbox.update_draft(draft.id, reply_to(question, "No."), revision=draft.revision)
    now = await mailbox.draft(draft.id)
    assert (now.text.strip(), now.quoted) == ("I shall call you, Clara.", "")
    assert now.revision != draft.revision
    changed = await mailbox.update_draft(draft.id, reply_to(question, "As you say."), revision=now.revision)
    assert changed.text == "As you say."


async def test_two_hands_at_one_draft_do_not_both_win(practice: Practice, mailbox: Provider, question: str) -> None:
    draft = await mailbox.create_reply(reply_to(question))
    await mailbox.update_draft(draft.id, reply_to(question, "First"), revision=draft.revision)
    with pytest.raises(Conflict):
        await practice.another_hand().update_draft(draft.id, reply_to(question, "Second"), revision=draft.revision)
    assert (await mailbox.draft(draft.id)).text == "First"


async def test_a_draft_that_was_thrown_away_is_gone(practice: Practice, mailbox: Provider, question: str) -> None:
    draft = await mailbox.create_reply(reply_to(question))
    await practice.owner_deletes_draft(draft.id)
    with pytest.raises(MessageGone):
        await mailbox.draft(draft.id)
    with pytest.raises(MessageGone):
        await mailbox.update_draft(draft.id, reply_to(question), revision=draft.revision)
    await mailbox.delete_draft(draft.id)
    assert practice.drafts_in_mailbox() == []


async def test_throwing_a_draft_away_throws_away_that_one_alone(
    practice: Practice, mailbox: Provider, question: str
) -> None:
    one = await mailbox.create_reply(reply_to(question, private_id="one"))
    two = await mailbox.create_reply(reply_to(question, private_id="two"))
    await mailbox.delete_draft(one.id)
    assert practice.drafts_in_mailbox() == [two.id]
    assert (await mailbox.message(question)).folder is Folder.INBOX


async def test_a_draft_is_copied_so_that_a_late_sending_of_the_first_finds_nothing(
    practice: Practice, mailbox: Provider, question: str
) -> None:
    first = await mailbox.create_reply(reply_to(question, "Sí, con gusto."))
    await practice.owner_edits_draft(first.id, "In my own words.")
    edited = await mailbox.draft(first.id)
    copy = await mailbox.copy_draft(first.id)
    await mailbox.delete_draft(first.id)
    assert copy.id != first.id
    assert (copy.text, copy.quoted, copy.message.thread_id) == (edited.text, edited.quoted, edited.message.thread_id)
    assert (copy.message.to, copy.message.subject) == (edited.message.to, edited.message.subject)
    assert practice.drafts_in_mailbox() == [copy.id]
    with pytest.raises(MessageGone):
        await mailbox.send_draft(first.id)
    assert practice.letters_left() == []


async def test_what_is_gone_cannot_be_copied(practice: Practice, mailbox: Provider, question: str) -> None:
    for draft_id in (question, "r-nosuchdraft", ""):
        with pytest.raises(MessageGone):
            await mailbox.copy_draft(draft_id)
    assert practice.drafts_in_mailbox() == []


@pytest.mark.parametrize("fault", [Kind.AFTER_EFFECT, Kind.RESET])
async def test_a_copy_whose_answer_was_lost_is_not_made_twice(
    practice: Practice, mailbox: Provider, question: str, fault: Kind
) -> None:
    first = await mailbox.create_reply(reply_to(question))
    practice.fail("draft", fault, times=9)
    with pytest.raises(NoAnswer):
        await mailbox.copy_draft(first.id)
    assert len(practice.drafts_in_mailbox()) == 2


async def test_a_message_is_no_draft(practice: Practice, mailbox: Provider, question: str) -> None:
    with pytest.raises(MessageGone):
        await mailbox.draft(question)
    await mailbox.delete_draft(question)
    assert (await mailbox.message(question)).id == question
    for draft_id in ("", "../messages/" + question, "x/y", ".."):
        with pytest.raises(MessageGone):
            await mailbox.draft(draft_id)


async def test_a_draft_is_found_by_its_private_id(practice: Practice, mailbox: Provider, question: str) -> None:
    one = await mailbox.create_reply(reply_to(question, private_id="one"))
    two = await mailbox.create_reply(reply_to(question, private_id="two"))
    thread = one.message.thread_id
    assert await mailbox.find_draft("one", thread) == one
    assert await mailbox.find_draft("two", thread) == two
    assert await mailbox.find_draft("three", thread) is None
    assert await mailbox.find_draft("one", "another thread") is None


async def test_the_owners_addresses_are_told(practice: Practice, mailbox: Provider) -> None:
    addresses = {each.email: (each.verified, each.default) for each in await mailbox.send_as()}
    expected = {ALICE[0]: (True, True), OFFICE: (True, False), PENDING: (False, False)}
    if not practice.confirms_addresses:  # at Microsoft an administrator gives an address, and nobody confirms it
        del expected[PENDING]
    assert addresses == expected


async def test_V50_a_reply_can_come_from_another_address_of_the_owners(mailbox: Provider, question: str) -> None:
    draft = await mailbox.create_reply(reply_to(question, from_email=OFFICE.upper()))
    assert [author.email for author in draft.message.authors] == [OFFICE]


@pytest.mark.parametrize("address", [PENDING, "stranger@x.example", CLARA.email, "nonsense", "a\r\nBcc: b@c.example"])
async def test_nothing_is_written_from_an_address_that_is_not_hers(
    practice: Practice, mailbox: Provider, question: str, address: str
) -> None:
    with pytest.raises(InvalidMessage):
        await mailbox.create_reply(reply_to(question, from_email=address))
    assert practice.drafts_in_mailbox() == []
    assert practice.effects() == []


async def test_a_reply_to_what_is_gone_is_not_written(practice: Practice, mailbox: Provider) -> None:
    for quote in (True, False):
        with pytest.raises(MessageGone):
            await mailbox.create_reply(reply_to("ffffffffffffffff", quote=quote))
    assert practice.effects() == []


@pytest.mark.parametrize("fault", [Kind.AFTER_EFFECT, Kind.RESET, Kind.TRUNCATE])
async def test_a_draft_whose_answer_was_lost_is_found_and_not_written_twice(
    practice: Practice, mailbox: Provider, question: str, fault: Kind
) -> None:
    practice.fail("draft", fault, times=9)
    with pytest.raises(NoAnswer):
        await mailbox.create_reply(reply_to(question))
    assert practice.effects() == ["draft"]
    thread = (await mailbox.message(question)).thread_id
    adopted = await mailbox.find_draft("a1b2c3", thread)
    assert adopted is not None
    assert practice.drafts_in_mailbox() == [adopted.id]


@pytest.mark.parametrize(("fault", "error"), [(Kind.STATUS_429, ProviderBusy), (Kind.STATUS_503, NoAnswer)])
async def test_a_busy_provider_is_not_asked_twice_for_a_draft(
    practice: Practice, mailbox: Provider, question: str, fault: Kind, error: type[ProviderError]
) -> None:
    practice.fail("draft", fault, times=1)
    with pytest.raises(error):
        await mailbox.create_reply(reply_to(question))
    assert practice.drafts_in_mailbox() == []


async def test_a_hostile_letter_is_answered_without_its_tricks(practice: Practice, mailbox: Provider) -> None:
    raw = (
        b"From: =?utf-8?q?x=0D=0ABcc=3A_all=40x=2Eexample?= <clara@customer.example>\r\n"
        b"Subject: =?utf-8?q?Hi=0D=0ABcc=3A_all=40x=2Eexample?=\r\nMessage-ID: <a@x>\r\n\r\nHi\r\n"
    )
    delivered = practice.deliver(raw)
    author = (await mailbox.message(delivered)).authors[0]
    reply = reply_to(delivered)
    draft = await mailbox.create_reply(type(reply)(answers=delivered, to=(author,), text="Hi", private_id="p1"))
    assert draft.message.bcc == ()
    assert [address.email for address in draft.message.to] == [CLARA.email]
    assert "\n" not in draft.message.subject


async def test_a_long_letter_is_quoted_in_part_and_the_draft_stands(practice: Practice, mailbox: Provider) -> None:
    delivered = practice.deliver(letter(body="A line of words.\n" * 40_000))
    draft = await mailbox.create_reply(reply_to(delivered))
    assert draft.text == "Yes, gladly."
    assert len(draft.quoted) < 150_000


async def test_an_unreadable_letter_is_answered_without_a_quotation(practice: Practice, mailbox: Provider) -> None:
    made = letter()
    made.set_content("<div>" * 150_000, subtype="html", cte="base64")
    draft = await mailbox.create_reply(reply_to(practice.deliver(made)))
    assert (draft.text, draft.quoted) == ("Yes, gladly.", "")
