"""The doorway: who may sit down, what is refused and recorded, and that an act holds no more than its own calls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from app import clock
from app.access.acts import ACTS, Act
from app.actions import desk as doorway
from app.actions import draft, grants, label, move, schedule
from app.actions.desk import Desk
from app.actions.discard import discard_draft
from app.actions.hand import Hand
from app.actions.private import mark_sender
from app.actions.seats import open_desk, open_desk_for_job
from app.errors import Denied, NotFound, ProviderBusy
from app.models.mailbox import Mailbox, MailboxState
from app.models.person import Person
from app.providers.base import Folder
from tests.actions.situations import World, effects, fails, last, log_of, message_id, written
from tests.people import CLIENT, connected_mailbox, desk_of

Verb = Callable[[Desk, UUID], Awaitable[Any]]
ON_MESSAGES: dict[str, Verb] = {
    "label": lambda desk, message: label.label(desk, message, add=["Clients"]),
    "archive": move.archive,
    "trash": move.trash,
    "draft": lambda desk, message: draft.write_draft(desk, message, "Yes."),
}


async def test_C4_nobody_sits_down_without_a_grant(world: World, charlie: Person) -> None:
    with pytest.raises(NotFound):
        await desk_of(world.resources, charlie, world.mailbox)
    with pytest.raises(NotFound):
        await world.assistant()
    grant = await world.grant("mail.list")
    assert (await world.assistant()).mailbox.id == world.mailbox.id
    await grants.revoke(await world.owner(), grant.id)
    with pytest.raises(NotFound):
        await world.assistant()


async def test_an_unknown_mailbox_is_like_a_foreign_one(world: World, charlie: Person) -> None:
    sentences = set()
    for mailbox_id in (uuid4(), world.mailbox.id):
        with pytest.raises(NotFound) as refused:
            await open_desk(world.resources, charlie.id, mailbox_id, surface="test")
        sentences.add(refused.value.sentence())
    assert len(sentences) == 1
    with pytest.raises(NotFound):
        await open_desk_for_job(world.resources, uuid4(), None, surface="worker")


@pytest.mark.parametrize("verb", ON_MESSAGES)
async def test_V1_an_act_whose_scope_was_not_given_is_denied_recorded_and_never_heard_of(
    world: World, verb: str
) -> None:
    await world.grant("mail.list")
    desk = await world.assistant()
    message = await message_id(desk)
    heard = len(world.sandbox.ledger.entries)
    with pytest.raises(Denied) as refused:
        await ON_MESSAGES[verb](desk, message)
    assert refused.value.reason == "scope_missing"
    assert refused.value.status == 403
    assert world.sandbox.ledger.entries[heard:] == []
    assert await last(await world.owner(), 1) == [("whole", verb, "deny", "scope_missing")]


async def test_C4_each_call_looks_the_grant_up_anew(world: World) -> None:
    """A desk that was opened before is no better than a new one."""
    given = await world.grant("label", "archive")
    owner, desk = await world.owner(), await world.assistant()
    message = await message_id(desk)
    await label.label(desk, message, add=["Clients"])
    await grants.pause(owner, given.id)
    with pytest.raises(Denied, match="paused"):
        await label.label(desk, message, add=["Later"])
    await grants.resume(owner, given.id)
    await label.label(desk, message, add=["Later"])
    await grants.narrow(owner, given.id, scopes=["archive"], until=given.expires_at)
    with pytest.raises(Denied, match="does not cover"):
        await label.label(desk, message, add=["Late"])
    await move.archive(desk, message)
    await grants.revoke(owner, given.id)
    with pytest.raises(Denied, match="has ended"):
        await move.unarchive(desk, message)
    assert [effect.kind for effect in effects(world.sandbox)] == ["label", "label", "move"]


async def test_V59_a_grant_ends_by_itself_at_its_end(world: World) -> None:
    await world.grant("label", until=clock.now() + timedelta(hours=2))
    desk = await world.assistant()
    message = await message_id(desk)
    clock.move(timedelta(hours=2))
    with pytest.raises(Denied) as refused:
        await label.label(desk, message, add=["Clients"])
    assert refused.value.reason == "grant_expired"
    assert effects(world.sandbox) == []


@pytest.mark.parametrize("verb", ON_MESSAGES)
async def test_V59_what_is_private_does_not_exist_whatever_the_grant_says(world: World, verb: str) -> None:
    await world.grant("reply.free", "label", "archive", "trash", "attach.read", "schedule")
    desk = await world.assistant()
    seen = await message_id(desk)
    await mark_sender(await world.owner(), CLIENT)
    answers = set()
    for message in (seen, uuid4()):
        with pytest.raises(NotFound) as refused:
            await ON_MESSAGES[verb](desk, message)
        answers.add((refused.value.sentence(), refused.value.code, refused.value.status))
    assert len(answers) == 1
    assert effects(world.sandbox) == []
    assert await last(await world.owner(), 1) == [("whole", verb, "deny", "private")]


async def test_an_act_leaves_two_entries_and_the_second_names_the_first(world: World) -> None:
    given = await world.grant()
    desk = await world.assistant()
    message = await message_id(desk)
    await label.label(desk, message, add=["Clients"])
    begin, end = (await log_of(await world.owner()))[-2:]
    assert (begin.phase, begin.decision, begin.action) == ("begin", "allow", "label")
    assert (end.phase, end.outcome, end.begins) == ("end", "done", begin.seq)
    for entry in (begin, end):
        assert (entry.actor_kind, entry.actor_id, entry.surface) == ("assistant", world.bob.id, "test")
        assert (entry.grant_id, entry.grant_version) == (given.id, given.version)
        assert (entry.subject_kind, entry.subject_id) == ("message", message)
        assert entry.provider_message
        assert "Terrace" not in str(entry.model_dump())


async def test_the_first_entry_is_written_before_the_provider_hears_anything(world: World) -> None:
    await world.grant()
    desk = await world.assistant()
    message = await message_id(desk)
    fails(world.sandbox, "status_429", "*/modify", times=9, seconds=60)
    with pytest.raises(ProviderBusy):
        await label.label(desk, message, add=["Clients"])
    assert await last(await world.owner()) == [
        ("begin", "label", "allow", ""),
        ("end", "label", "allow", "provider_busy"),
    ]
    assert [effect.kind for effect in effects(world.sandbox)] == []


async def test_the_owners_own_acts_need_no_grant_and_are_recorded_too(world: World) -> None:
    owner = await world.owner()
    await move.archive(owner, await message_id(owner))
    assert await last(owner) == [("begin", "archive", "allow", ""), ("end", "archive", "allow", "done")]


async def test_what_an_assistant_looks_at_is_recorded_once_and_what_the_owner_looks_at_is_not(world: World) -> None:
    await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    await message_id(desk)
    assert await last(owner, 1) == [("whole", "list", "allow", "done")]
    before = len(await log_of(owner))
    await message_id(owner)
    assert len(await log_of(owner)) == before


@pytest.mark.parametrize("act", [act for act in Act if ACTS[act].scope])
async def test_an_act_is_handed_its_own_calls_and_no_other(world: World, act: Act) -> None:
    """Even code of ours that forgets itself cannot send, write or delete under an act that may not."""
    owner = await world.owner()
    heard = len(world.sandbox.ledger.entries)
    async with owner.act(act) as hand:
        for call in {call for rule in ACTS.values() for call in rule.calls} - ACTS[act].calls:
            with pytest.raises(Denied):
                getattr(hand.mailbox, call)
        for call in ACTS[act].calls:
            assert callable(getattr(hand.mailbox, call))
    assert world.sandbox.ledger.entries[heard:] == []


async def test_an_assistant_of_one_mailbox_does_nothing_with_the_ids_of_another(world: World, charlie: Person) -> None:
    """Twin mailboxes: each id of one is unknown in the other, as if it were made up."""
    await world.grant("reply.free", "label", "archive", "trash", "schedule")
    desk = await world.assistant()
    message = await message_id(desk)
    seen = await written(desk)
    planned = await schedule.schedule_now(desk, seen.row.id)
    twin = await twin_desk(world, charlie)
    for attempt in (
        *(verb(twin, message) for verb in ON_MESSAGES.values()),
        draft.see_draft(twin, seen.row.id),
        draft.edit_draft(twin, seen.row.id, "Mine now."),
        discard_draft(twin, seen.row.id),
        schedule.schedule_now(twin, seen.row.id),
        schedule.cancel(twin, planned.id),
    ):
        with pytest.raises(NotFound):
            await attempt


async def twin_desk(world: World, charlie: Person) -> Desk:
    """Return Charlie's desk at a mailbox of his own."""
    world.sandbox.add_mailbox("charlie@practice.example")
    mailbox = await connected_mailbox(world.resources, charlie)
    return await desk_of(world.resources, charlie, mailbox)


async def test_in_a_mailbox_that_needs_reconnecting_nothing_is_tried(world: World) -> None:
    await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    message = await message_id(desk)
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        row = await session.get_one(Mailbox, world.mailbox.id)
        row.state = MailboxState.NEEDS_RECONNECT
    heard = len(world.sandbox.ledger.entries)
    for person in (owner, desk):
        with pytest.raises(Denied) as refused:
            await move.archive(person, message)
        assert refused.value.reason == "mailbox_not_active"
    assert world.sandbox.ledger.entries[heard:] == []


async def test_what_was_judged_by_rules_that_have_changed_meanwhile_is_not_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The owner marks the client as private between the look at the conversation and the decision."""
    await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    message = await message_id(desk)
    seeing = doorway.seeing.verdict

    async def and_then_marked(*given: Any) -> Any:
        judged = await seeing(*given)
        await mark_sender(owner, CLIENT)
        return judged

    monkeypatch.setattr(doorway.seeing, "verdict", and_then_marked)
    with pytest.raises(Denied) as refused:
        await label.label(desk, message, add=["Clients"])
    assert refused.value.reason == "facts_unknown"
    monkeypatch.undo()
    with pytest.raises(NotFound):
        await label.label(desk, message, add=["Clients"])
    assert effects(world.sandbox) == []


def test_a_hand_notes_what_the_audit_shall_say() -> None:
    hand = Hand(mailbox=None)  # type: ignore[arg-type]
    hand.note(labels_before=["a"])
    hand.note(labels_after=["b"])
    assert hand.noted == {"labels_before": ["a"], "labels_after": ["b"]}
    assert Folder.TRASH not in hand.noted
