"""The drill: yesterday's database comes back while the mailbox has gone on; nothing is sent again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import col, select

from app import clock
from app.access.identity import begin_login, signed_in
from app.actions import schedule, send
from app.actions.approve import approve
from app.actions.came_back import restored
from app.actions.confirm_restored import confirm_restored
from app.actions.draft import see_draft
from app.actions.erase import erase
from app.actions.grants import revoke
from app.actions.invite import invite
from app.actions.label import label
from app.actions.list_messages import list_messages
from app.actions.reconcile import reconcile_all
from app.actions.resources import Resources
from app.errors import Conflict, Denied, NotFound
from app.models.draft import ScheduledSend, SendState
from app.models.grant import GrantStatus, Invitation, InvitationState, NeedsApproval
from app.models.mailbox import Mailbox, MailboxState
from app.models.person import Person
from app.providers.base import Listing
from app.sandbox.sandbox import Sandbox
from tests.actions.situations import World, effects, grant_now, log_of, sends, written
from tests.people import ALICE, BOB, CHARLIE, connected_mailbox, mail, make_person
from tests.restore.conftest import Drill

SUBJECTS = ("One?", "Two?", "Three?")


async def alices(resources: Resources, sandbox: Sandbox, way: str = "google") -> World:
    """Return Alice and Bob in a world that begins now, with three letters to answer."""
    alice, bob = await make_person(resources, *ALICE), await make_person(resources, *BOB)
    letters = [mail("Clara <clara@customer.example>", subject, "Please answer.") for subject in SUBJECTS]
    if way == "google":
        for raw in letters:
            sandbox.mailbox(ALICE[0]).add(raw, labels=("INBOX",), internal_date=clock.now(), unread=True)
    else:
        box = sandbox.add_graph_mailbox(sandbox.add_graph_person(*ALICE))
        for raw in letters:
            box.add(raw, internal_date=clock.now(), unread=True)
    return World(resources, sandbox, alice, bob, await connected_mailbox(resources, alice, way=way))


async def again(resources: Resources, before: World) -> World:
    """Return the same world after a restore."""
    async with resources.db.transaction(mailbox=before.mailbox.id) as session:
        mailbox = await session.get_one(Mailbox, before.mailbox.id)
    return World(resources, before.sandbox, before.alice, before.bob, mailbox)


async def three(world: World) -> list[ScheduledSend]:
    """Have Bob write three replies that leave in one, two and three hours, each with Alice's yes."""
    owner, desk, planned = await world.owner(), await world.assistant(), []
    for hours, subject in enumerate(SUBJECTS, start=1):
        seen = await written(desk, f"Yes to {subject}", subject)
        at = (clock.now() + timedelta(hours=hours)).replace(tzinfo=None, microsecond=0)
        planned.append(await schedule.schedule(desk, seen.row.id, wall_time=at, zone="UTC"))
        shown = await see_draft(owner, seen.row.id)
        await approve(owner, seen.row.id, sha256=shown.sha256)
    return planned


async def state(world: World, planned: ScheduledSend) -> tuple[SendState, str]:
    """Return how a reply stands, by its row."""
    now = await schedule.send_of(await world.owner(), planned.id)
    return now.state, now.reason


async def work(world: World) -> None:
    """Do what a worker does with everything that is due."""
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        due = await session.execute(
            select(ScheduledSend.id)
            .where(col(ScheduledSend.mailbox_id) == world.mailbox.id, col(ScheduledSend.due_at) <= clock.now())
            .where(col(ScheduledSend.state).in_([SendState.PREPARED, SendState.INTENT]))
        )
        ids = list(due.scalars())
    for send_id in ids:
        await send.deliver(world.resources, world.mailbox.id, send_id)


@pytest.mark.parametrize("way", ["google", "microsoft"])
async def test_after_a_restore_nothing_is_sent_again_and_nobody_acts_before_the_owner_has_looked(
    drill: Drill, sandbox: Sandbox, way: str
) -> None:
    async with drill.opened() as resources:
        world = await alices(resources, sandbox, way)
        given = await world.grant()
        first, second, third = await three(world)
    manifest = drill.backup()
    assert (manifest.people, manifest.mailboxes) == (2, 1)

    async with drill.opened() as resources:
        world = await again(resources, world)
        clock.move(timedelta(minutes=61))
        await work(world)
        assert (await state(world, first))[0] is SendState.SENT
        await schedule.cancel(await world.owner(), second.id)
        await revoke(await world.owner(), given.id)
    assert sends(sandbox) == 1

    assert (await drill.restore()).mailboxes == 1
    async with drill.opened() as resources:
        world = await again(resources, world)
        assert world.mailbox.state is MailboxState.RECONCILING
        assert (await grant_now(resources, given)).status is GrantStatus.PAUSED
        bobs, owner, before = await world.assistant(), await world.owner(), len(effects(sandbox))
        for attempt in (list_messages(bobs, Listing(folder=None)), schedule.cancel(bobs, third.id)):
            with pytest.raises(Denied, match="restored from a backup"):
                await attempt
        message = (await list_messages(owner, Listing(folder=None))).messages[0]  # she looks, and that is all
        with pytest.raises(Denied, match="restored from a backup"):
            await label(owner, message.id, add={"Later"}, remove=set())
        clock.move(timedelta(minutes=60))  # the hour of the second one is past as well
        await work(world)
        assert [await state(world, each) for each in (first, second, third)] == [(SendState.HELD, "restored")] * 3
        with pytest.raises(Conflict, match="still being compared"):
            await confirm_restored(owner, grants=[], sends=[])

        assert await reconcile_all(resources) == 1
        assert await reconcile_all(resources) == 0
        assert [await state(world, each) for each in (first, second, third)] == [
            (SendState.SENT, ""),
            (SendState.HELD, "as_restored"),
            (SendState.HELD, "as_restored"),
        ]
        waits = await restored(owner)
        assert waits is not None
        assert [each.id for each in waits.grants] == [given.id]
        assert [(each.id, waits.late(each, clock.now())) for each in waits.sends] == [
            (second.id, True),
            (third.id, False),
        ]
        assert waits.restoration.backup_at == manifest.taken_at
        assert len(effects(sandbox)) == before

        with pytest.raises(NotFound):
            await confirm_restored(owner, grants=[], sends=[first.id])
        await confirm_restored(owner, grants=[given.id], sends=[third.id])
        with pytest.raises(Conflict):  # a second click
            await confirm_restored(owner, grants=[given.id], sends=[third.id])
        world = await again(resources, world)
        assert world.mailbox.state is MailboxState.ACTIVE
        assert (await grant_now(resources, given)).status is GrantStatus.ACTIVE
        clock.move(timedelta(minutes=60))
        await work(world)
        await work(world)
        assert (await state(world, third))[0] is SendState.SENT
        assert await state(world, second) == (SendState.HELD, "as_restored")
        assert sends(sandbox) == 2
        entries = await log_of(await world.owner())
        (gap,) = [entry for entry in entries if entry.action == "restored"]
        assert gap.since == manifest.taken_at
        assert [entry.phase for entry in entries if entry.action == "confirm_restored"] == ["begin", "end"]


async def test_what_was_open_at_the_backup_is_shut_and_who_was_erased_stays_erased(
    drill: Drill, sandbox: Sandbox
) -> None:
    async with drill.opened() as resources:
        world = await alices(resources, sandbox)
        charlie = await make_person(resources, *CHARLIE)
        sandbox.add_mailbox(CHARLIE[0])
        charlies = await connected_mailbox(resources, charlie)
        async with resources.db.transaction() as session:
            secret = await begin_login(session, world.alice, agent="", now=clock.now())
        offer, _token = await invite(
            await world.owner(),
            scopes=["label"],
            until=clock.now() + timedelta(days=2),
            language="en",
            needs_approval=NeedsApproval.ALWAYS,
        )
    drill.backup()
    async with drill.opened() as resources:
        await erase(resources, charlie.id, asked_by="person")

    assert (await drill.restore()).erased == 1
    async with drill.opened() as resources:
        async with resources.db.transaction(mailbox=charlies.id) as session:
            assert (await session.get_one(Person, charlie.id)).erased
            assert (await session.get_one(Mailbox, charlies.id)).erased
        async with resources.db.transaction(mailbox=world.mailbox.id) as session:
            assert await signed_in(session, secret, clock.now()) is None
            kept = await session.get_one(Invitation, (world.mailbox.id, offer.id))
            assert kept.state is InvitationState.WITHDRAWN
        await reconcile_all(resources)
        world = await again(resources, world)
        await confirm_restored(await world.owner(), grants=[], sends=[])
        assert (await again(resources, world)).mailbox.state is MailboxState.ACTIVE
