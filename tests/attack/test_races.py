"""Thirty hands on one link, a revocation against a worker, two yeses at once: each thing happens once or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from uuid import uuid4

from sqlmodel import col, select

from app import clock
from app.actions import grants, schedule
from app.actions.accept import accept, confirm
from app.actions.approve import approve
from app.actions.draft import see_draft, write_draft
from app.actions.invite import invite
from app.actions.label import label
from app.actions.send import deliver
from app.errors import AppError, Conflict, NotFound
from app.models.draft import Approval, SendState
from app.models.grant import Grant, GrantStatus, Invitation, InvitationState, NeedsApproval
from tests.actions.situations import (
    HOUR,
    World,
    approved,
    effects,
    in_an_hour,
    its_hour_comes,
    log_of,
    message_id,
    sends,
    written,
)
from tests.people import ALICE, make_person

RACES = 30
SENDER = ("mail.read", "draft", "schedule", "reply.free")


async def at_once(acts: Iterable[Awaitable[object]]) -> tuple[list[object], list[AppError]]:
    """Do everything at once; return what came back and the refusals, of which none may be a crash."""
    done = await asyncio.gather(*acts, return_exceptions=True)
    refused = [each for each in done if isinstance(each, BaseException)]
    assert all(isinstance(each, AppError) for each in refused), refused
    return [each for each in done if not isinstance(each, BaseException)], refused  # type: ignore[return-value]


async def test_of_thirty_who_open_one_link_at_once_one_is_accepted(world: World) -> None:
    resources, owner = world.resources, await world.owner()
    offer = {"scopes": ["mail.read"], "until": clock.now() + HOUR, "language": "en"}
    row, token = await invite(owner, **offer, needs_approval=NeedsApproval.ALWAYS)
    crowd = [await make_person(resources, f"guest{number}@practice.example", "Guest") for number in range(30)]
    taken, refused = await at_once(accept(resources, person.id, token) for person in crowd)
    assert len(taken) == 1
    assert {type(each) for each in refused} == {NotFound}
    async with resources.db.transaction(mailbox=world.mailbox.id) as session:
        kept = await session.get_one(Invitation, (world.mailbox.id, row.id))
    assert (kept.state, kept.accepted_by) == (InvitationState.ACCEPTED, taken[0].accepted_by)
    given, late = await at_once(confirm(owner, row.id, texts=lambda _: str) for _ in range(5))
    assert (len(given), {type(each) for each in late}) == (1, {Conflict})
    async with resources.db.transaction(mailbox=world.mailbox.id) as session:
        live = await session.execute(select(Grant.assistant_id).where(col(Grant.status) == GrantStatus.ACTIVE))
        assert live.scalars().all() == [kept.accepted_by]


async def test_I1_after_a_revocation_is_done_no_send_begins_in_any_of_many_races(world: World) -> None:
    """The worker and the owner start together; whoever is first, what leaves has left before `done` is told."""
    await world.grant(*SENDER)
    message, won = await message_id(await world.assistant()), 0
    for turn in range(RACES):
        grant = await world.grant(*SENDER, needs_approval=NeedsApproval.NEVER)
        owner, desk = await world.owner(), await world.assistant()
        seen = await write_draft(desk, message, f"Dear Clara, for the {turn}. time")
        planned = await in_an_hour(desk, seen)
        its_hour_comes()
        told = []

        async def revoke(owner=owner, grant=grant, told=told, turn=turn) -> None:  # type: ignore[no-untyped-def]
            for _ in range(turn % 10):  # another moment in each race
                await asyncio.sleep(0)
            answer = await grants.revoke(owner, grant.id)
            told.append((answer.done, sends(world.sandbox), len(world.sandbox.ledger.entries)))

        before = sends(world.sandbox)
        worker = deliver(world.resources, planned.mailbox_id, planned.id)
        await at_once([revoke(), worker] if turn % 2 else [worker, revoke()])
        await deliver(world.resources, planned.mailbox_id, planned.id)
        [(done, left, heard)] = told
        calls = [each for each in world.sandbox.ledger.since(heard) if each.path.endswith("/drafts/send")]
        if done:
            assert (sends(world.sandbox), calls) == (left, [])
        now = await schedule.send_of(owner, planned.id)
        assert (sends(world.sandbox) - before) == (now.state is SendState.SENT)
        assert now.state in (SendState.SENT, SendState.HELD)
        won += now.state is SendState.HELD
    assert won > 0
    entries = await log_of(await world.owner())
    allowed = [each for each in entries if (each.action, each.phase, each.decision) == ("send", "begin", "allow")]
    assert len(allowed) == sends(world.sandbox) == RACES - won


async def test_of_several_yeses_at_once_one_stands_and_one_letter_leaves(world: World) -> None:
    await world.grant()
    ready = await world.ready(yes=False)
    shown = await see_draft(ready.owner, ready.seen.row.id)
    await at_once(approve(ready.owner, ready.seen.row.id, sha256=shown.sha256) for _ in range(6))
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        standing = await session.execute(select(Approval).where(col(Approval.ended_at).is_(None)))
        assert len(standing.scalars().all()) == 1
    its_hour_comes()
    await at_once(ready.deliver() for _ in range(8))
    assert (await ready.now()).state is SendState.SENT
    assert sends(world.sandbox) == 1


async def test_of_several_hours_at_once_one_stands_and_one_letter_leaves(world: World) -> None:
    await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    seen = await written(desk)
    await at_once(in_an_hour(desk, seen, hours=1 + number) for number in range(6))
    live = await schedule.scheduled(owner)
    assert [each.state for each in live] == [SendState.PREPARED]
    await approved(owner, seen)
    clock.move(8 * HOUR)
    rows = [*live, *await schedule.scheduled(owner, ended=True)]
    await at_once(deliver(world.resources, row.mailbox_id, row.id) for row in rows for _ in range(2))
    assert sends(world.sandbox) == 1


async def test_labels_put_on_and_taken_off_at_once_are_told_as_they_were(world: World) -> None:
    await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    message = await message_id(desk)
    adds = [label(desk, message, add=["Clients"]) for _ in range(6)]
    removes = [label(owner, message, remove=["Clients"]) for _ in range(6)]
    await at_once(each for pair in zip(adds, removes, strict=True) for each in pair)
    box = world.sandbox.mailbox(ALICE[0])
    assert len([one for one in await owner.provider.labels() if one == "Clients"]) == 1
    # What the provider did, in its order, leads to what lies in the mailbox now.
    made = effects(world.sandbox, "label")
    lies = any(box.labels.named("Clients").id in one.labels for one in box.messages.values())
    added = [bool(each.labels_added) for each in made if each.labels_added or each.labels_removed]
    assert (added[-1] if added else False) == lies
    entries = await log_of(owner)
    ended = [each for each in entries if (each.action, each.phase, each.outcome) == ("label", "end", "done")]
    assert len(made) <= len(ended)


async def test_one_draft_id_at_once_is_one_draft_in_the_mailbox_and_one_row(world: World) -> None:
    await world.grant()
    desk = await world.assistant()
    message, draft_id = await message_id(desk), uuid4()
    made, refused = await at_once(
        write_draft(desk, message, f"Version {number}", draft_id=draft_id) for number in range(12)
    )
    assert (len(made), {type(each) for each in refused}) == (1, {Conflict})
    assert len(world.sandbox.mailbox(ALICE[0]).drafts) == len(effects(world.sandbox, "draft")) == 1
