"""Alice is erased: nothing in the database names her or can be opened, and to Charlie nothing has happened."""

from __future__ import annotations

import asyncio

import pytest
from sqlmodel import SQLModel

from app import clock
from app.access.identity import person_of
from app.actions import erasing
from app.actions.audit import first_bad
from app.actions.erase import OPERATOR, PERSON, begin, erase, erasure_of, id_for
from app.actions.erasing import go_on, still_on_its_way
from app.actions.seats import open_desk
from app.db.embedded import Cluster
from app.errors import NotFound
from app.models.draft import SendState
from app.models.erasure import ErasureState
from app.models.grant import GrantStatus
from app.models.register import REGISTER
from app.sandbox.faults import Kind
from tests.actions.situations import fails, grant_now, its_hour_comes, lease_is_over, sends
from tests.erasing.conftest import INVITED, LABEL, TEMPLATE, Lives
from tests.erasing.remains import holding, of_mailbox, opens_anything, rows, sealed
from tests.people import ALICE, MOTHER, connected_mailbox, desk_of

HERS = {
    "address": ALICE[0],
    "name": ALICE[1],
    "subject": f"subject of {ALICE[0]}",
    "browser": "Alice's own browser",
    "invited": INVITED,
    "private label": LABEL,
    "template": TEMPLATE,
}


async def chain_is_whole(lives: Lives) -> bool:
    async with lives.resources.db.transaction(mailbox=lives.world.mailbox.id) as session:
        return await first_bad(session, lives.world.mailbox.id) is None


async def test_T35_after_erasing_no_row_names_her_and_nothing_sealed_of_hers_is_left(
    lives: Lives, cluster: Cluster, database_url: str
) -> None:
    mailbox_id = lives.world.mailbox.id
    before = list(rows(cluster, database_url))
    assert {"address", "name", "subject", "browser"} <= set(holding(before, HERS))
    account = {"account": lives.world.mailbox.provider_subject}
    assert holding(before, account)
    theirs = sealed(of_mailbox(before, mailbox_id))
    assert len(theirs) >= 7  # the key, two tokens, an address and a link, two versions of a template
    assert opens_anything(lives.resources, before, mailbox_id)

    row = await erase(lives.resources, lives.world.alice.id, asked_by=PERSON)

    assert row.state is ErasureState.DONE
    after = list(rows(cluster, database_url))
    assert holding(after, HERS | account) == {}
    assert not theirs & sealed(after)
    assert not opens_anything(lives.resources, after, mailbox_id)
    assert opens_anything(lives.resources, after, lives.charlies.id)
    left = {table for table, _row in of_mailbox(after, mailbox_id)}
    assert left == {"audit_entry", "audit_head", "agreement", "grants", "mailbox"}
    assert await chain_is_whole(lives)


async def test_T35_nothing_has_happened_to_anybody_else(lives: Lives, cluster: Cluster, database_url: str) -> None:
    before = list(rows(cluster, database_url))
    await erase(lives.resources, lives.world.alice.id, asked_by=PERSON)
    after = list(rows(cluster, database_url))
    assert of_mailbox(before, lives.charlies.id)
    assert of_mailbox(before, lives.charlies.id) == of_mailbox(after, lives.charlies.id)
    assert holding(after, {"mother": MOTHER}) == {"mother": ["sender_rule.sender"]}
    for person in (lives.world.bob, lives.charlie):
        theirs = [row for table, row in before if table == "person" and row["id"] == person.id]
        assert theirs == [row for table, row in after if table == "person" and row["id"] == person.id]


async def test_her_consent_is_revoked_and_the_receipts_account_says_what_went(lives: Lives) -> None:
    ledger = lives.world.sandbox.ledger
    seen = len(ledger.entries)
    row = await erase(lives.resources, lives.world.alice.id, asked_by=PERSON)
    assert [entry.path for entry in ledger.since(seen)] == ["/google/revoke"]
    said = row.account["mailboxes"][str(lives.world.mailbox.id)]
    assert said["consent_ended"] is True
    assert len(said["key"]) == 32
    assert said["nobody_knows"] == []
    gone = {name: count for name, count in row.account["destroyed"].items() if count}
    assert gone == {
        "approval": 1, "scheduled_send": 1, "draft": 1, "message": 5, "sender_rule": 1, "invitation": 2, "login": 1,
        "private_label": 1, "daily_count": 3, "template": 1, "template_version": 2,
        "admin_request": 1, "consent_request": 2, "notice": 2, "proposal": 1,
    }  # fmt: skip


async def test_what_waited_does_not_leave_and_her_assistant_has_nothing_there_any_more(lives: Lives) -> None:
    await erase(lives.resources, lives.world.alice.id, asked_by=PERSON)
    its_hour_comes()
    with pytest.raises(NotFound):
        await lives.ready.deliver()
    assert sends(lives.world.sandbox) == 0
    assert (await grant_now(lives.resources, lives.grant)).status is GrantStatus.REVOKED
    with pytest.raises(NotFound):
        await open_desk(lives.resources, lives.world.bob.id, lives.world.mailbox.id, surface="test")
    assert await desk_of(lives.resources, lives.world.bob, lives.charlies)


async def test_signing_in_again_makes_somebody_new_who_may_connect_the_same_mailbox(lives: Lives) -> None:
    alice, resources = lives.world.alice, lives.resources
    await erase(resources, alice.id, asked_by=PERSON)
    async with resources.db.transaction() as session:
        fresh = await person_of(
            session,
            issuer=alice.issuer,
            subject=alice.subject,
            email=alice.email,
            name=alice.name,
            language="en",
            now=clock.now(),
        )
    assert fresh.id != alice.id
    again = await connected_mailbox(resources, fresh)
    assert again.id != lives.world.mailbox.id
    row = await erase(resources, fresh.id, asked_by=PERSON)
    assert row.state is ErasureState.DONE
    assert row.id != id_for(alice.id)


async def test_two_presses_are_one_erasure_and_count_each_row_once(lives: Lives) -> None:
    presses = [erase(lives.resources, lives.world.alice.id, asked_by=by) for by in (PERSON, OPERATOR)]
    one, other = await asyncio.gather(*presses)
    assert one.id == other.id
    row = await go_on(lives.resources, one.id)
    assert row.state is ErasureState.DONE
    assert row.account["destroyed"]["message"] == 5
    assert row.account["destroyed"]["login"] == 1
    assert await erase(lives.resources, lives.world.alice.id, asked_by=PERSON) == row


async def test_nobody_who_is_not_there_is_erased(lives: Lives) -> None:
    with pytest.raises(NotFound):
        await begin(lives.resources, lives.grant.id, asked_by=OPERATOR)
    with pytest.raises(NotFound):
        await erasure_of(lives.resources, id_for(lives.grant.id))


async def test_a_reply_on_its_way_is_named_its_key_is_gone_at_once_and_the_rest_follows(
    lives: Lives, cluster: Cluster, database_url: str
) -> None:
    its_hour_comes()
    fails(lives.world.sandbox, Kind.AFTER_EFFECT)
    send = await lives.ready.deliver()
    assert send.state is SendState.INTENT
    row = await erase(lives.resources, lives.world.alice.id, asked_by=PERSON)
    assert row.state is ErasureState.BEGUN
    assert await still_on_its_way(lives.resources, row) == (send.id,)
    during = list(rows(cluster, database_url))
    assert not {"mailbox_key", "connection"} & {table for table, _row in of_mailbox(during, lives.world.mailbox.id)}
    assert not opens_anything(lives.resources, during, lives.world.mailbox.id)
    assert not [row for table, row in during if table == "person" and row["email"] == ALICE[0]]

    lease_is_over()
    row = await go_on(lives.resources, row.id)
    assert row.state is ErasureState.DONE
    assert row.account["mailboxes"][str(lives.world.mailbox.id)]["nobody_knows"] == [str(send.id)]
    assert holding(list(rows(cluster, database_url)), HERS) == {}
    assert sends(lives.world.sandbox) == 1


@pytest.mark.parametrize(("fault", "left"), [(Kind.BEFORE, 0), (Kind.AFTER_EFFECT, 1)])
async def test_what_a_silent_worker_has_begun_is_out_of_its_reach_before_the_key_goes(
    lives: Lives, fault: Kind, left: int
) -> None:
    its_hour_comes()
    fails(lives.world.sandbox, fault)
    assert (await lives.ready.deliver()).state is SendState.INTENT
    lease_is_over()
    row = await erase(lives.resources, lives.world.alice.id, asked_by=PERSON)
    assert row.state is ErasureState.DONE
    assert row.account["mailboxes"][str(lives.world.mailbox.id)]["nobody_knows"] == []
    assert sends(lives.world.sandbox) == left
    # What the worker would send by its id is not there; unless it has left, its copy is.
    drafts = lives.world.sandbox.mailbox(ALICE[0]).drafts
    assert lives.ready.seen.draft.id not in drafts
    assert len(drafts) == 1 - left


def test_T35_every_table_stands_in_the_register() -> None:
    assert sorted(entry.name for entry in REGISTER) == sorted(SQLModel.metadata.tables)
    for entry in REGISTER:
        assert entry.file or entry.why, entry.name
        assert not entry.of or entry.of in SQLModel.metadata.tables[entry.name].columns
        assert entry.hidden <= set(SQLModel.metadata.tables[entry.name].columns.keys()), entry.name


async def test_somebody_elses_turn_is_left_alone_until_the_lease_is_over(lives: Lives) -> None:
    erasure_id = await begin(lives.resources, lives.world.alice.id, asked_by=PERSON)
    assert await erasing._taken(lives.resources, erasure_id)
    assert (await go_on(lives.resources, erasure_id)).account == {"destroyed": {"login": 1}}
    clock.move(erasing.LEASE)
    assert (await go_on(lives.resources, erasure_id)).state is ErasureState.DONE
