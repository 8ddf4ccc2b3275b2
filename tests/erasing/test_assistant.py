"""Bob, who assists Alice and Charlie, is erased: what he was part of stays theirs, and does not name him any more."""

from __future__ import annotations

from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlmodel import col, select

from app import clock
from app.actions import accept, agree, invite
from app.actions.erase import PERSON, erase
from app.actions.erasing import go_on, still_on_its_way
from app.actions.grants import list_grants
from app.actions.people import people_of
from app.db.embedded import Cluster
from app.errors import Conflict, NotFound
from app.models.draft import SendState
from app.models.erasure import ErasureState
from app.models.grant import Agreement, GrantStatus, NeedsApproval
from app.sandbox.faults import Kind
from tests.actions.situations import fails, grant_now, its_hour_comes, last, lease_is_over, log_of, sends
from tests.erasing.conftest import WEEK, Lives
from tests.erasing.remains import holding, opens_anything, rows
from tests.people import ALICE, BOB, desk_of
from tests.web.browser import Browser, text_of

HIS = {"address": BOB[0], "name": BOB[1], "subject": f"subject of {BOB[0]}"}


async def test_T35_his_accesses_end_everywhere_and_no_row_names_him(
    lives: Lives, cluster: Cluster, database_url: str
) -> None:
    assert set(holding(list(rows(cluster, database_url)), HIS)) == set(HIS)
    row = await erase(lives.resources, lives.world.bob.id, asked_by=PERSON)
    assert row.state is ErasureState.DONE
    assert len(row.account["accesses"]) == 2
    after = list(rows(cluster, database_url))
    assert holding(after, HIS) == {}
    for grant in (lives.grant, lives.elsewhere):
        assert (await grant_now(lives.resources, grant)).status is GrantStatus.REVOKED
    for mailbox in (lives.world.mailbox, lives.charlies):
        assert opens_anything(lives.resources, after, mailbox.id)
        with pytest.raises(NotFound):
            await desk_of(lives.resources, lives.world.bob, mailbox)


async def test_what_he_scheduled_is_held_for_its_owner_and_does_not_leave(lives: Lives) -> None:
    await erase(lives.resources, lives.world.bob.id, asked_by=PERSON)
    send = await lives.ready.now()
    assert (send.state, send.reason) == (SendState.HELD, "grant_gone")
    its_hour_comes()
    await lives.ready.deliver()
    assert sends(lives.world.sandbox) == 0


async def test_the_log_says_that_deskhand_ended_it_and_why(lives: Lives) -> None:
    await erase(lives.resources, lives.world.bob.id, asked_by=PERSON)
    owner = await lives.world.owner()
    assert await last(owner) == [("begin", "leave", "allow", "erased"), ("end", "leave", "allow", "done")]
    entry = (await log_of(owner))[-1]
    assert (entry.actor_kind, entry.actor_id, entry.subject_id) == ("system", None, lives.grant.id)


async def test_what_was_agreed_stays_word_for_word_with_the_owner(lives: Lives) -> None:
    owner = await lives.world.owner()
    before = await agree.agreements(owner, lives.grant.id)
    assert {each.role for each in before} == {"owner", "assistant"}
    await erase(lives.resources, lives.world.bob.id, asked_by=PERSON)
    after = await agree.agreements(owner, lives.grant.id)
    assert [each.model_dump() for each in after] == [each.model_dump() for each in before]
    assert (await people_of(owner))[lives.world.bob.id].erased


@pytest.mark.parametrize(
    ("language", "words"), [("en", "an erased person"), ("es", "una persona borrada"), ("fr", "une personne effacée")]
)
async def test_the_owners_pages_show_an_erased_person_and_no_gap(
    lives: Lives, app: FastAPI, language: str, words: str
) -> None:
    await erase(lives.resources, lives.world.bob.id, asked_by=PERSON)
    as_alice = await Browser(app, lives.resources).sign_in(lives.world.alice)
    at = f"/owner/mailboxes/{lives.world.mailbox.id}"
    for rest in ("", f"/grants/{lives.grant.id}", "/scheduled", "/audit"):
        shown = await as_alice.get(f"{at}{rest}", lang=language)
        assert shown.status_code == 200, rest
        assert words in text_of(shown), rest
        assert not [word for word in HIS.values() if word in shown.text]
    listed = (await as_alice.api("GET", f"/mailboxes/{lives.world.mailbox.id}/grants")).json()["grants"]
    assert [(each["assistant"]["name"], each["assistant"]["email"]) for each in listed] == [("", "")]
    await as_alice.close()


async def test_an_invitation_he_took_by_mail_is_closed_and_its_letter_forgotten(
    lives: Lives, cluster: Cluster, database_url: str
) -> None:
    owner = await desk_of(lives.resources, lives.charlie, lives.charlies)
    terms = {"until": clock.now() + WEEK, "language": "en", "needs_approval": NeedsApproval.ALWAYS}
    offer, token = await invite.invite(owner, scopes=["label"], mail_to=BOB[0], **terms)  # type: ignore[arg-type]
    await accept.accept(lives.resources, lives.world.bob.id, token)
    await erase(lives.resources, lives.world.bob.id, asked_by=PERSON)
    letters = [row for table, row in rows(cluster, database_url) if table == "notice" and row["about_id"] == offer.id]
    assert letters == []
    with pytest.raises(Conflict):
        await accept.confirm(owner, offer.id, texts=lambda _: str)
    assert [each.status for each in await list_grants(owner)] == [GrantStatus.REVOKED]


async def test_a_reply_of_his_on_its_way_is_named_and_ends_as_any_other(lives: Lives) -> None:
    its_hour_comes()
    fails(lives.world.sandbox, Kind.AFTER_EFFECT)
    send = await lives.ready.deliver()
    row = await erase(lives.resources, lives.world.bob.id, asked_by=PERSON)
    assert row.state is ErasureState.BEGUN
    assert await still_on_its_way(lives.resources, row) == (send.id,)
    lease_is_over()
    assert (await lives.ready.deliver()).state is SendState.SENT
    assert (await go_on(lives.resources, row.id)).state is ErasureState.DONE
    assert sends(lives.world.sandbox) == 1


async def test_a_person_finds_what_she_agreed_to_and_nobody_elses(lives: Lives) -> None:
    async def agreed(person_id: UUID) -> set[tuple[UUID, str]]:
        async with lives.resources.db.transaction(person=person_id) as session:
            found = await session.execute(select(col(Agreement.person_id), col(Agreement.role)))
            return {(row[0], row[1]) for row in found}

    bob, alice = lives.world.bob.id, lives.world.alice.id
    assert await agreed(bob) == {(bob, "assistant")}
    assert await agreed(alice) == {(alice, "owner")}
    assert ALICE[0] != BOB[0]
