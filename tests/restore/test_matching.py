"""What the mailbox says of what came back: left, edited, moved on, gone; and what the owner's word does with it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlmodel import col, select

from app import clock
from app.actions import grants
from app.actions.came_back import restored
from app.actions.confirm_restored import confirm_restored
from app.actions.make_key import make_key
from app.actions.notices import list_notices
from app.actions.reconcile import reconcile, reconcile_all
from app.actions.resources import Resources
from app.errors import Conflict, Denied, NotFound
from app.locale.catalogues import nearest
from app.models.draft import Approval, Draft, SendState
from app.models.grant import GrantStatus
from app.models.mailbox import Mailbox, MailboxState
from app.models.notice import NoticeKind
from app.models.person import Person
from app.models.program_key import ProgramKey
from app.sandbox.faults import Fault, Kind
from tests.actions.situations import (
    HOUR,
    Ready,
    World,
    client_writes,
    delete_by_hand,
    edit_by_hand,
    effects,
    fails,
    grant_now,
    in_an_hour,
    its_hour_comes,
    lease_is_over,
    log_of,
    sends,
    written,
)
from tests.people import connected_mailbox, desk_of, make_grant

ComesBack = Callable[[Resources], Awaitable[int]]
TEN_MINUTES = timedelta(minutes=10, seconds=1)


async def state(ready: Ready) -> tuple[SendState, str]:
    """Return how a reply stands, by its row."""
    now = await ready.now()
    return now.state, now.reason


async def mailbox_state(world: World) -> MailboxState:
    """Return the state of Alice's mailbox as it is now."""
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        return (await session.get_one(Mailbox, world.mailbox.id)).state


async def kinds_told(world: World) -> list[NoticeKind]:
    """Return what Alice was told, newest first."""
    return [each.kind for each in await list_notices(world.resources, world.alice.id, nearest("en"))]


async def test_a_draft_that_stands_as_it_was_waits_for_the_owner_and_nothing_is_changed_in_the_mailbox(
    world: World, comes_back: ComesBack
) -> None:
    await world.grant()
    ready, before = await world.ready(), len(effects(world.sandbox))
    assert await comes_back(world.resources) == 1
    assert await state(ready) == (SendState.HELD, "restored")
    assert await reconcile(world.resources, world.mailbox.id)
    assert await state(ready) == (SendState.HELD, "as_restored")
    assert len(effects(world.sandbox)) == before
    assert await kinds_told(world) == [NoticeKind.RESTORED]


async def test_what_was_edited_or_answered_meanwhile_is_held_for_that(world: World, comes_back: ComesBack) -> None:
    await world.grant()
    ready = await world.ready()
    await comes_back(world.resources)
    edit_by_hand(world.sandbox, ready.seen, b"in March", b"in April")
    await reconcile_all(world.resources)
    assert await state(ready) == (SendState.HELD, "draft_edited")
    assert (await restored(ready.owner)).sends == []  # type: ignore[union-attr]
    assert await kinds_told(world) == [NoticeKind.HELD, NoticeKind.RESTORED]


async def test_a_conversation_that_went_on_holds_its_reply(world: World, comes_back: ComesBack) -> None:
    await world.grant()
    ready = await world.ready()
    await comes_back(world.resources)
    client_writes(world.sandbox)
    await reconcile_all(world.resources)
    assert await state(ready) == (SendState.HELD, "thread_moved")


async def test_a_draft_that_is_gone_is_looked_for_ten_minutes_before_a_person_is_asked(
    world: World, comes_back: ComesBack
) -> None:
    await world.grant()
    ready = await world.ready()
    await comes_back(world.resources)
    delete_by_hand(world.sandbox, ready.seen)
    assert not await reconcile(world.resources, world.mailbox.id)
    assert await state(ready) == (SendState.HELD, "restored")
    with pytest.raises(Conflict):
        await confirm_restored(ready.owner, grants=[], sends=[])
    clock.move(TEN_MINUTES)
    assert await reconcile(world.resources, world.mailbox.id)
    assert await state(ready) == (SendState.NEEDS_HUMAN, "draft_gone")
    assert (await restored(ready.owner)).matched  # type: ignore[union-attr]


async def test_what_a_worker_had_begun_at_the_backup_is_put_out_of_reach_and_never_sent_by_itself(
    world: World, comes_back: ComesBack
) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, Kind.BEFORE)
    assert (await ready.deliver()).state is SendState.INTENT
    await comes_back(world.resources)
    lease_is_over()
    assert not await reconcile(world.resources, world.mailbox.id)  # that is for the job of its row
    assert (await ready.deliver()).state is SendState.HELD
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        assert (
            await session.get_one(Draft, (world.mailbox.id, ready.send.draft_id))
        ).provider_id != ready.seen.draft.id
    lease_is_over()
    assert await reconcile(world.resources, world.mailbox.id)
    assert await state(ready) == (SendState.HELD, "as_restored")
    assert sends(world.sandbox) == 0


async def test_what_had_left_unanswered_at_the_backup_is_found_by_its_copy(world: World, comes_back: ComesBack) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    fails(world.sandbox, Kind.AFTER_EFFECT)
    await ready.deliver()
    await comes_back(world.resources)
    lease_is_over()
    assert (await ready.deliver()).state is SendState.SENT
    assert await reconcile(world.resources, world.mailbox.id)
    assert sends(world.sandbox) == 1


async def test_what_was_approved_and_left_after_the_backup_is_found_though_it_was_held_then(
    world: World, comes_back: ComesBack
) -> None:
    await world.grant()
    ready = await world.ready(yes=False)
    its_hour_comes()
    assert (await ready.deliver()).reason == "approval_missing"
    await comes_back(world.resources)
    await ready.owner.provider.send_draft(ready.seen.draft.id)  # as the service did before the restore
    await reconcile_all(world.resources)
    assert await state(ready) == (SendState.SENT, "")
    last = (await log_of(ready.owner))[-1]
    assert (last.action, last.outcome, bool(last.provider_sent)) == ("recover", "done", True)


async def test_a_provider_that_is_away_keeps_one_mailbox_waiting_and_no_other(
    world: World, charlie: Person, comes_back: ComesBack
) -> None:
    await world.grant()
    ready = await world.ready()
    world.sandbox.add_mailbox(charlie.email)
    theirs = await connected_mailbox(world.resources, charlie)
    assert await comes_back(world.resources) == 2
    world.sandbox.faults.replace([Fault(path="*drafts*", fault=Kind.STATUS_503, times=500)])
    assert await reconcile_all(world.resources) == 2
    assert (await restored(await desk_of(world.resources, charlie, theirs))).matched  # type: ignore[union-attr]
    assert not (await restored(ready.owner)).matched  # type: ignore[union-attr]
    world.sandbox.faults.replace([])
    assert await reconcile_all(world.resources) == 0  # its lease lasts
    lease_is_over()
    assert await reconcile_all(world.resources) == 1
    assert (await restored(ready.owner)).matched  # type: ignore[union-attr]


async def test_two_workers_at_once_write_one_entry(world: World, comes_back: ComesBack) -> None:
    await world.grant()
    await world.ready()
    await comes_back(world.resources)
    await asyncio.gather(*(reconcile_all(world.resources) for _ in range(4)))
    found = [entry for entry in await log_of(await world.owner()) if entry.reason == "as_restored"]
    assert len(found) == 1


async def test_a_consent_that_does_not_hold_any_more_is_told_once_and_matched_after_connecting_again(
    world: World, comes_back: ComesBack
) -> None:
    given = await world.grant()
    ready = await world.ready()
    await comes_back(world.resources)
    world.sandbox.grants.refreshes.clear()
    for _ in range(3):
        assert await reconcile_all(world.resources) == 1
        lease_is_over()
    assert (await kinds_told(world)).count(NoticeKind.RECONNECT) == 1
    assert await mailbox_state(world) is MailboxState.RECONCILING
    assert not (await restored(ready.owner)).connected  # type: ignore[union-attr]
    await connected_mailbox(world.resources, world.alice)
    assert await mailbox_state(world) is MailboxState.RECONCILING  # her word is still missing
    await reconcile_all(world.resources)
    await confirm_restored(ready.owner, grants=[given.id], sends=[ready.send.id])
    assert await mailbox_state(world) is MailboxState.ACTIVE
    its_hour_comes()
    assert (await ready.deliver()).state is SendState.SENT


async def test_the_owners_earlier_yes_holds_for_exactly_its_words_alone(world: World, comes_back: ComesBack) -> None:
    given = await world.grant()
    ready = await world.ready()
    unasked = await in_an_hour(ready.desk, await written(ready.desk, "No.", "Garden news"))
    await comes_back(world.resources)
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        rows = await session.execute(select(Approval).where(col(Approval.ended_at).is_(None)))
        assert rows.scalars().all() == []
    await reconcile_all(world.resources)
    await confirm_restored(ready.owner, grants=[given.id], sends=[ready.send.id, unasked.id])
    its_hour_comes()
    assert (await ready.deliver()).state is SendState.SENT
    assert (await world.deliver(unasked)).reason == "approval_missing"
    assert sends(world.sandbox) == 1


async def test_an_access_that_she_does_not_name_stays_paused_and_its_replies_with_it(
    world: World, comes_back: ComesBack
) -> None:
    given = await world.grant()
    ready = await world.ready()
    await comes_back(world.resources)
    await reconcile_all(world.resources)
    await confirm_restored(ready.owner, grants=[], sends=[ready.send.id])
    assert (await grant_now(world.resources, given)).status is GrantStatus.PAUSED
    its_hour_comes()
    assert (await ready.deliver()).reason == "grant_paused"
    await grants.revoke(ready.owner, given.id)
    assert sends(world.sandbox) == 0


async def test_only_the_owner_confirms_and_only_what_came_back_here(
    world: World, charlie: Person, comes_back: ComesBack
) -> None:
    given = await world.grant()
    ready = await world.ready()
    world.sandbox.add_mailbox(charlie.email)
    theirs = await connected_mailbox(world.resources, charlie)
    foreign = await make_grant(world.resources, theirs, world.bob)
    await comes_back(world.resources)
    await reconcile_all(world.resources)
    for ids in ({"grants": [foreign.id], "sends": []}, {"grants": [], "sends": [uuid4()]}):
        with pytest.raises(NotFound):
            await confirm_restored(ready.owner, **ids)  # type: ignore[arg-type]
    with pytest.raises(Denied):
        await confirm_restored(ready.desk, grants=[given.id], sends=[])
    with pytest.raises(Denied):
        await restored(ready.desk)
    assert await mailbox_state(world) is MailboxState.RECONCILING
    assert (await grant_now(world.resources, given)).status is GrantStatus.PAUSED


async def test_she_may_end_an_access_before_she_confirms_and_it_is_not_asked_about(
    world: World, comes_back: ComesBack
) -> None:
    given = await world.grant()
    owner = await world.owner()
    await comes_back(world.resources)
    await grants.revoke(owner, given.id)
    await reconcile_all(world.resources)
    assert (await restored(owner)).grants == []  # type: ignore[union-attr]
    with pytest.raises(NotFound):
        await confirm_restored(owner, grants=[given.id], sends=[])


async def test_a_key_of_a_program_has_ended_with_the_backup(world: World, comes_back: ComesBack) -> None:
    await world.grant()
    made = await make_key(await world.assistant(), name="Nightly", until=clock.now() + HOUR)
    await comes_back(world.resources)
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        key = await session.get_one(ProgramKey, (world.mailbox.id, made[0].id))
    assert not key.lives(clock.now())


async def test_a_mailbox_with_nothing_in_it_is_confirmed_with_one_word(world: World, comes_back: ComesBack) -> None:
    owner = await world.owner()
    assert await restored(owner) is None
    with pytest.raises(Conflict, match="nothing to confirm"):
        await confirm_restored(owner, grants=[], sends=[])
    await comes_back(world.resources)
    await reconcile_all(world.resources)
    await confirm_restored(owner, grants=[], sends=[])
    assert await mailbox_state(world) is MailboxState.ACTIVE
    assert all(each.read_at for each in await list_notices(world.resources, world.alice.id, nearest("en")))
    assert await restored(owner) is None


async def test_a_second_restore_before_her_word_asks_her_about_the_same_things_once_more(
    world: World, comes_back: ComesBack
) -> None:
    given = await world.grant()
    ready = await world.ready()
    await comes_back(world.resources)
    await reconcile_all(world.resources)
    first = await restored(ready.owner)
    clock.move(timedelta(minutes=1))
    await comes_back(world.resources)
    again = await restored(ready.owner)
    assert first is not None
    assert again is not None
    assert not again.matched
    assert again.restoration.backup_at == first.restoration.backup_at
    assert await state(ready) == (SendState.HELD, "restored")
    await reconcile_all(world.resources)
    await confirm_restored(ready.owner, grants=[given.id], sends=[ready.send.id])
    its_hour_comes()
    assert (await ready.deliver()).state is SendState.SENT
    told = [entry for entry in await log_of(ready.owner) if entry.action == "restored"]
    assert len(told) == 2
