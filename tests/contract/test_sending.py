"""Sending: once. Gone is not proof of sent; only a sent copy that is found is."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest

from app.errors import MailboxDisconnected, MessageGone, NoAnswer, ProviderBusy, ProviderError
from app.providers.base import Draft, Folder
from app.providers.protocol import Provider
from app.sandbox.faults import Kind
from tests.contract.practice import CLARA, Practice, reply_to
from tests.people import ALICE


@pytest.fixture
async def draft(mailbox: Provider, question: str) -> Draft:
    """Alice's approved reply."""
    return await mailbox.create_reply(reply_to(question, "Yes, gladly."))


async def test_V50_a_letter_leaves_from_the_owners_address_as_it_was_written(
    practice: Practice, mailbox: Provider, draft: Draft
) -> None:
    sent = await mailbox.send_draft(draft.id)
    assert sent.thread_id in ("", draft.message.thread_id)
    assert practice.letters_left() == [(CLARA.email,)]
    assert practice.drafts_in_mailbox() == []
    (raw,) = practice.raw_of_sent()
    letter = message_from_bytes(raw, policy=policy.default)
    assert letter["From"].addresses[0].addr_spec == ALICE[0]
    assert letter["To"].addresses[0].addr_spec == CLARA.email
    assert letter["Bcc"] is None
    plain = letter.get_body(("plain",))  # type: ignore[attr-defined]
    body = plain.get_content().replace("\r\n", "\n")
    assert body.startswith("Yes, gladly.\n")


async def test_the_sent_copy_is_found_by_its_private_id(practice: Practice, mailbox: Provider, draft: Draft) -> None:
    thread = draft.message.thread_id
    assert await mailbox.find_sent("a1b2c3", thread) is None
    await mailbox.send_draft(draft.id)
    copy = await mailbox.find_sent("a1b2c3", thread)
    assert copy is not None
    assert (copy.folder, copy.thread_id, copy.private_id) == (Folder.SENT, thread, "a1b2c3")
    assert await mailbox.find_sent("another", thread) is None
    assert await mailbox.find_draft("a1b2c3", thread) is None


async def test_the_sent_copy_is_found_though_the_provider_gave_it_another_message_id(
    practice: Practice, mailbox: Provider, draft: Draft
) -> None:
    practice.lose_message_ids()
    await mailbox.send_draft(draft.id)
    copy = await mailbox.find_sent("a1b2c3", draft.message.thread_id)
    assert copy is not None
    assert copy.message_id != draft.message.message_id


async def test_a_draft_that_was_sent_cannot_be_sent_again(practice: Practice, mailbox: Provider, draft: Draft) -> None:
    await mailbox.send_draft(draft.id)
    with pytest.raises(MessageGone):
        await mailbox.send_draft(draft.id)
    assert len(practice.letters_left()) == 1


async def test_gone_is_no_proof_of_sent(practice: Practice, mailbox: Provider, draft: Draft) -> None:
    await practice.owner_deletes_draft(draft.id)
    with pytest.raises(MessageGone):
        await mailbox.send_draft(draft.id)
    assert await mailbox.find_sent("a1b2c3", draft.message.thread_id) is None
    assert practice.letters_left() == []


@pytest.mark.parametrize("draft_id", ["", "r-nosuchdraft", "../messages/send", "..", "x" * 3000])
async def test_what_is_no_draft_is_not_sent(practice: Practice, mailbox: Provider, draft_id: str) -> None:
    with pytest.raises(MessageGone):
        await mailbox.send_draft(draft_id)
    assert practice.letters_left() == []


async def test_a_conversation_that_is_gone_holds_no_sent_copy(mailbox: Provider) -> None:
    for thread_id in ("ffffffffffffffff", "", "../x"):
        assert await mailbox.find_sent("a1b2c3", thread_id) is None


LOST = [Kind.AFTER_EFFECT, Kind.RESET, Kind.TRUNCATE]


@pytest.mark.parametrize("fault", LOST)
async def test_a_letter_that_left_though_its_answer_was_lost_is_found_and_not_sent_again(
    practice: Practice, mailbox: Provider, draft: Draft, fault: Kind
) -> None:
    practice.fail("send", fault, times=9)
    with pytest.raises(NoAnswer):
        await mailbox.send_draft(draft.id)
    assert practice.effects().count("send") == 1
    with pytest.raises(MessageGone):  # the look: the draft is gone, and the sent copy is there
        await mailbox.draft(draft.id)
    assert await mailbox.find_sent("a1b2c3", draft.message.thread_id) is not None
    assert len(practice.letters_left()) == 1


async def test_a_letter_that_did_not_leave_is_still_there_to_be_sent(
    practice: Practice, mailbox: Provider, draft: Draft
) -> None:
    practice.fail("send", Kind.BEFORE)
    with pytest.raises(NoAnswer):
        await mailbox.send_draft(draft.id)
    assert practice.letters_left() == []
    assert await mailbox.find_sent("a1b2c3", draft.message.thread_id) is None
    assert await mailbox.draft(draft.id) == draft
    await mailbox.send_draft(draft.id)
    assert len(practice.letters_left()) == 1


@pytest.mark.parametrize(("fault", "error"), [(Kind.STATUS_429, ProviderBusy), (Kind.STATUS_503, NoAnswer)])
async def test_a_busy_provider_is_asked_once_for_a_letter(
    practice: Practice, mailbox: Provider, draft: Draft, fault: Kind, error: type[ProviderError]
) -> None:
    practice.fail("send", fault, times=1, seconds=7)
    with pytest.raises(ProviderError) as failure:
        await mailbox.send_draft(draft.id)
    assert type(failure.value) is error
    if isinstance(failure.value, ProviderBusy):
        assert failure.value.retry_after == 7
    assert practice.letters_asked() == 1
    assert practice.letters_left() == []


async def test_C2_nothing_is_sent_after_the_owner_took_her_consent_back(
    practice: Practice, mailbox: Provider, draft: Draft
) -> None:
    await practice.end_consent()
    with pytest.raises(MailboxDisconnected):
        await mailbox.send_draft(draft.id)
    assert practice.letters_left() == []


async def test_an_expired_token_costs_a_letter_nothing(practice: Practice, mailbox: Provider, draft: Draft) -> None:
    practice.token = "an-expired-one"
    await mailbox.send_draft(draft.id)
    assert len(practice.letters_left()) == 1


async def test_what_the_owner_wrote_into_a_draft_is_what_leaves(
    practice: Practice, mailbox: Provider, draft: Draft
) -> None:
    await practice.owner_edits_draft(draft.id, "I shall call you.")
    await mailbox.send_draft(draft.id)
    (raw,) = practice.raw_of_sent()
    assert b"I shall call you." in raw
    assert await mailbox.find_sent("a1b2c3", draft.message.thread_id) is not None
