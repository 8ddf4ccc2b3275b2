"""Deskhand's own letters over a real SMTP server: once, or not at all, or nobody knows and a person is told."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from app import clock
from app.actions import grants, invite, mail_invitation, post, tell, waiting
from app.actions.forget import KEPT, forget_invited
from app.actions.notices import list_notices, mail_of
from app.actions.tokens import access_token
from app.db.sealed import MasterKeys
from app.errors import BadRequest, Conflict, MailboxDisconnected
from app.locale.catalogues import language
from app.models.grant import Invitation, NeedsApproval
from app.models.notice import Notice, NoticeKind, NoticeState
from app.notices.mark import HEADER, is_ours, mark_key
from app.notices.smtp import NobodyKnows
from app.providers.headers import NOTICE_HEADER
from tests.actions.situations import World, client_writes, its_hour_comes
from tests.notices.conftest import SENDER, notices_of, pause_is_over, post_all, with_mail
from tests.notices.server import HANG_UP, MailServer
from tests.people import ALICE, BOB, connected_mailbox

DAN = "dan@elsewhere.example"


async def invited(world: World, to: str = DAN) -> tuple[Invitation, str]:
    """Have Alice invite somebody by mail; return the invitation with its token."""
    return await invite.invite(
        await world.owner(),
        scopes=["label"],
        until=clock.now() + timedelta(days=20),
        language="fr",
        needs_approval=NeedsApproval.ALWAYS,
        mail_to=to,
    )


async def the_one(world: World) -> Notice:
    (notice,) = await notices_of(world.resources, world.alice)
    return notice


async def broken(world: World) -> None:
    """Have Google end Alice's consent, and somebody notice it."""
    world.sandbox.grants.end_all(ALICE[0])
    clock.move(timedelta(hours=2))
    with pytest.raises(MailboxDisconnected):
        await access_token(world.resources, world.mailbox.id, "")


async def test_an_invitation_is_mailed_once_and_its_link_is_then_forgotten(
    posting: World, server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.ERROR, "mail.log")  # the practice mail server's own
    offer, token = await invited(posting)
    before = await the_one(posting)
    assert before.state is NoticeState.PREPARED
    assert token.encode() not in before.link
    assert DAN.encode() not in before.address
    for _ in range(3):
        await post_all(posting.resources, posting.alice)
    (letter,) = server.letters
    assert (letter.sender, letter.to) == (SENDER, [DAN])
    message = letter.message
    assert message["From"] == f"Deskhand <{SENDER}>"
    assert message["Subject"] == f"Invitation à assister pour {ALICE[0]}"
    assert message["Message-ID"] == before.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert f"{posting.resources.settings.public_url}/invitations/{token}" in letter.text
    assert f"Alice Amsel ({ALICE[0]})" in letter.text
    assert all(len(line) <= 78 for line in letter.raw.decode("ascii").splitlines())
    after = await the_one(posting)
    assert (after.state, after.link) == (NoticeState.SENT, b"")
    told = await mail_of(posting.resources, posting.alice.id, offer.id)
    assert told
    assert (told.address, told.token) == (DAN, "")
    assert token[45:] not in caplog.text


async def test_a_recipient_who_is_refused_is_told_to_the_owner_who_still_has_the_link(
    posting: World, server: MailServer
) -> None:
    offer, token = await invited(posting)
    assert await list_notices(posting.resources, posting.alice.id, language("en")) == []
    server.at_recipient = ["550 5.1.1 no such user"]
    (notice,) = await post_all(posting.resources, posting.alice)
    assert (notice.state, notice.answer, server.letters) == (NoticeState.FAILED, "550 5.1.1", [])
    clock.move(timedelta(days=3))
    await post_all(posting.resources, posting.alice)
    assert len(server.said) == 1
    (seen,) = await list_notices(posting.resources, posting.alice.id, language("en"))
    assert (seen.read_at, seen.says) == (None, f"Your invitation for {DAN} to assist at {ALICE[0]}.")
    told = await mail_of(posting.resources, posting.alice.id, offer.id)
    assert told
    assert told.token == token


async def test_a_server_that_says_later_is_asked_later_and_gets_one_letter(posting: World, server: MailServer) -> None:
    await invited(posting)
    server.at_recipient, server.at_data = ["451 4.7.1 greylisted"], ["452 4.3.1 full"]
    for tries in (1, 2):
        (notice,) = await post_all(posting.resources, posting.alice)
        assert (notice.state, notice.tries, server.letters) == (NoticeState.PREPARED, tries, [])
        await post_all(posting.resources, posting.alice)  # its pause is not over
        pause_is_over(tries)
    (notice,) = await post_all(posting.resources, posting.alice)
    assert (notice.state, len(server.letters)) == (NoticeState.SENT, 1)


async def test_a_server_that_takes_the_letter_and_hangs_up_gets_no_second_one(
    posting: World, server: MailServer
) -> None:
    await invited(posting)
    server.at_data = [HANG_UP]
    (notice,) = await post_all(posting.resources, posting.alice)
    assert notice.state is NoticeState.UNKNOWN
    for _ in range(3):
        clock.move(timedelta(days=1))
        await post_all(posting.resources, posting.alice)
    assert len(server.letters) == 1
    (seen,) = await list_notices(posting.resources, posting.alice.id, language("en"))
    assert (seen.state, seen.read_at) == (NoticeState.UNKNOWN, None)


async def test_a_server_that_is_away_is_tried_for_two_days_and_then_given_up(
    posting: World, server: MailServer
) -> None:
    await invited(posting)
    server.at_recipient = ["421 4.3.2 closing"] * 20
    (notice,) = await notices_of(posting.resources, posting.alice)
    for tries in range(1, len(post.PAUSES) + 1):
        (notice,) = await post_all(posting.resources, posting.alice)
        assert (notice.state, notice.tries) == (NoticeState.PREPARED, tries)
        pause_is_over(tries)
    (notice,) = await post_all(posting.resources, posting.alice)
    assert (notice.state, server.letters) == (NoticeState.FAILED, [])


async def test_workers_at_once_hand_over_one_letter(posting: World, server: MailServer) -> None:
    await invited(posting)
    notice = await the_one(posting)
    await asyncio.gather(*(post.post(posting.resources, posting.alice.id, notice.id) for _ in range(5)))
    assert len(server.letters) == 1
    assert (await the_one(posting)).state is NoticeState.SENT


async def test_a_worker_that_fell_silent_after_its_intent_leaves_a_question_and_no_second_letter(
    posting: World, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await invited(posting)

    async def dies(*_given: object, **_more: object) -> None:
        raise SystemError("killed")

    monkeypatch.setattr(post, "_end", dies)
    with pytest.raises(SystemError):
        await post_all(posting.resources, posting.alice)
    monkeypatch.undo()
    assert (await the_one(posting)).state is NoticeState.INTENT
    await post_all(posting.resources, posting.alice)
    assert (await the_one(posting)).state is NoticeState.INTENT
    clock.move(post.LEASE)
    (notice,) = await post_all(posting.resources, posting.alice)
    assert (notice.state, len(server.letters)) == (NoticeState.UNKNOWN, 1)


async def test_a_slow_worker_that_hears_the_answer_after_its_lease_says_so_and_a_later_failure_changes_nothing(
    posting: World, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one worker waits for the answer, another has written `unknown`; a third had never begun."""
    await invited(posting)
    stale = await the_one(posting)

    async def silent(_door: object, _raw: bytes) -> str:
        clock.move(post.LEASE)
        await post.post(posting.resources, posting.alice.id, stale.id)
        assert (await the_one(posting)).state is NoticeState.UNKNOWN
        await post._not_taken(posting.resources, stale, post.NotTaken("not reached"))
        raise NobodyKnows

    monkeypatch.setattr("app.notices.smtp.Door.hand_over", silent)
    await post_all(posting.resources, posting.alice)
    assert (await the_one(posting)).state is NoticeState.UNKNOWN


async def test_an_invitation_that_was_withdrawn_meanwhile_does_not_leave(posting: World, server: MailServer) -> None:
    offer, _token = await invited(posting)
    await invite.withdraw(await posting.owner(), offer.id)
    (notice,) = await post_all(posting.resources, posting.alice)
    assert (notice.state, notice.link, server.said) == (NoticeState.CANCELLED, b"", [])


async def test_a_broken_connection_is_told_once_in_her_language_and_not_only_where_it_broke(
    posting: World, server: MailServer
) -> None:
    posting.sandbox.add_mailbox("alice.amsel@elsewhere.example")
    await connected_mailbox(posting.resources, posting.alice, "alice.amsel@elsewhere.example")
    async with posting.resources.db.transaction(person=posting.alice.id) as session:
        (await session.merge(posting.alice)).language = "es"
    await broken(posting)
    with pytest.raises(MailboxDisconnected):
        await access_token(posting.resources, posting.mailbox.id, "")
    await post_all(posting.resources, posting.alice)
    (letter,) = server.letters
    assert letter.to == ["alice.amsel@elsewhere.example"]
    assert letter.message["Subject"] == f"Deskhand ya no puede acceder a {ALICE[0]}"
    assert letter.message["Content-Language"] == "es"
    assert f"{posting.resources.settings.public_url}/owner/mailboxes/{posting.mailbox.id}" in letter.text
    (seen,) = await list_notices(posting.resources, posting.alice.id, language("fr"))
    assert (seen.kind, seen.path, seen.read_at) == (
        NoticeKind.RECONNECT,
        f"/owner/mailboxes/{posting.mailbox.id}",
        None,
    )
    await connected_mailbox(posting.resources, posting.alice)
    assert (await the_one(posting)).read_at
    await broken(posting)
    assert len(await notices_of(posting.resources, posting.alice)) == 2


async def test_what_is_told_of_a_mailbox_never_leaves_through_it(posting: World, server: MailServer) -> None:
    """Her own account is the one that letters are sent from: then her console alone says that it is broken."""
    own = with_mail(posting.resources, f"smtp://127.0.0.1:{server.port}", mail_from=ALICE[0])
    await broken(replace(posting, resources=own))
    (notice,) = await post_all(own, posting.alice)
    assert (notice.state, server.letters) == (NoticeState.SHOWN, [])
    assert len(await list_notices(own, posting.alice.id, language("en"))) == 1


async def test_a_connection_that_was_mended_before_the_letter_left_is_not_told_any_more(
    posting: World, server: MailServer
) -> None:
    await broken(posting)
    await connected_mailbox(posting.resources, posting.alice)
    (notice,) = await post_all(posting.resources, posting.alice)
    assert (notice.state, server.letters) == (NoticeState.CANCELLED, [])


async def test_a_reply_that_is_held_at_its_hour_is_told_to_the_owner(posting: World, server: MailServer) -> None:
    await posting.grant()
    ready = await posting.ready()
    client_writes(posting.sandbox)
    its_hour_comes()
    assert (await ready.deliver()).reason == "thread_moved"
    await ready.deliver()
    await post_all(posting.resources, posting.alice)
    (letter,) = server.letters
    assert letter.to == [ALICE[0]]
    assert "A new message has come into the conversation since this was written." in letter.text
    assert "Terrace" not in letter.text
    assert "Clara" not in letter.text


async def test_what_the_owner_ends_herself_is_no_news_to_her(posting: World) -> None:
    given = await posting.grant()
    await posting.ready()
    await grants.revoke(await posting.owner(), given.id)
    assert await notices_of(posting.resources, posting.alice) == []


async def test_an_administrators_yes_is_told_before_any_mailbox_stands(posting: World, server: MailServer) -> None:
    async with posting.resources.db.transaction(person=posting.bob.id) as session:
        await tell.admin_granted(session, posting.resources, posting.bob.id, provider="microsoft")
    await post_all(posting.resources, posting.bob)
    (letter,) = server.letters
    assert letter.to == [BOB[0]]
    assert f"{posting.resources.settings.public_url}/connect/microsoft" in letter.text


async def test_an_owner_who_waits_is_told_once_that_her_administrator_has_agreed(
    posting: World, server: MailServer
) -> None:
    await waiting.wait_for_admin(posting.resources, posting.bob.id, "microsoft")
    request = (await waiting.waiting(posting.resources, posting.bob.id))["microsoft"]
    rewrapped = replace(posting.resources, keys=MasterKeys((b"n" * 32, *posting.resources.keys.keys)))
    (state,) = parse_qs(urlsplit(waiting.link_for(rewrapped, request)).query)["state"]
    answer = {"state": state, "admin_consent": "True", "tenant": "elsewhere"}
    await waiting.take_answer(posting.resources, answer)
    with pytest.raises(Conflict):
        await waiting.take_answer(posting.resources, answer)
    await post_all(posting.resources, posting.bob)
    (letter,) = server.letters
    assert letter.message["Subject"] == "Your administrator has allowed Deskhand"


async def test_without_mail_everything_stands_in_the_console(world: World) -> None:
    await broken(world)
    (notice,) = await post_all(world.resources, world.alice)
    assert (notice.state, notice.message_id) == (NoticeState.SHOWN, "")
    with pytest.raises(BadRequest, match="sends no mail"):
        await invited(world)


async def test_mail_that_was_taken_out_of_the_settings_leaves_nothing_waiting(posting: World, world: World) -> None:
    offer, token = await invited(posting)
    (notice,) = await post_all(world.resources, world.alice)
    assert notice.state is NoticeState.SHOWN
    told = await mail_of(world.resources, world.alice.id, offer.id)
    assert told
    assert told.token == token


NO_ADDRESS = (
    *("dan", "dan@", "@x.example", "dan@localhost", "dén@x.example", "dan@[127.0.0.1]", "a" * 65 + "@x.example"),
    *("a@b.example\r\nBcc: c@d.example", "<a@b.example>,c@d.example", '"a b"@c.example', "a@x.example, b@x.example"),
)


async def test_what_is_no_single_address_is_refused_before_anything_is_offered(posting: World) -> None:
    for wrong in NO_ADDRESS:
        with pytest.raises(BadRequest, match="address"):
            await invited(posting, wrong)
    assert await invite.pending(await posting.owner()) == []


async def test_nobody_writes_to_strangers_by_the_hundred(posting: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_invitation, "MOST_A_DAY", 2)
    for _ in range(2):
        await invited(posting)
    with pytest.raises(BadRequest, match="one day"):
        await invited(posting)
    clock.move(timedelta(days=1))
    await invited(posting)


async def test_every_letter_bears_a_mark_that_holds_for_it_alone(posting: World, server: MailServer) -> None:
    await invited(posting, "Dan@B\u00dcCHER.example")
    await post_all(posting.resources, posting.alice)
    (letter,) = server.letters
    key, mark = mark_key(posting.resources.secret), str(letter.message[HEADER])
    assert HEADER == NOTICE_HEADER
    assert letter.to == ["Dan@xn--bcher-kva.example"]
    assert is_ours(key, mark, ["x@y.example", "dan@b\u00fccher.example"])
    assert not is_ours(key, mark, ["eve@b\u00fccher.example"])
    assert not is_ours(mark_key(b"another"), mark, letter.to)
    for wrong in ("", "v1", mark.replace("v1", "v2"), mark + "x", mark[:-1] + ("A" if mark[-1] != "A" else "B")):
        assert not is_ours(key, wrong, letter.to)


async def test_to_whom_an_invitation_was_mailed_is_forgotten_after_thirty_days(
    posting: World, server: MailServer
) -> None:
    await invited(posting)
    await post_all(posting.resources, posting.alice)
    await broken(posting)
    clock.move(KEPT - timedelta(hours=3))
    assert await forget_invited(posting.resources) == 0
    clock.move(timedelta(hours=3))
    assert await forget_invited(posting.resources) == 1
    (left,) = await notices_of(posting.resources, posting.alice)
    assert left.kind is NoticeKind.RECONNECT
