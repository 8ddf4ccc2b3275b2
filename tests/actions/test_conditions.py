"""What binds a grant: which mail, when, how much a day, to whom; and what it does not cover is not there."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.actions import caps, draft, grants, label, move
from app.actions.headings import heading_of
from app.actions.list_messages import list_messages
from app.actions.preview import preview
from app.actions.private import mark_sender
from app.actions.read import read
from app.actions.send import deliver
from app.actions.send_now import send_now
from app.actions.terms import checked_conditions
from app.errors import BadRequest, DatabaseTrouble, Denied, NotFound
from app.models.conditions import Conditions, Hours, MailKind, Recipients, Span
from app.models.draft import SendState
from app.models.grant import DailyCount, NeedsApproval
from app.providers.base import Listing
from app.sandbox.gmail.arriving import deliver as arrive
from tests.actions.situations import (
    TERRACE,
    World,
    approved,
    client_writes,
    edit_by_hand,
    effects,
    grant_now,
    in_an_hour,
    its_hour_comes,
    log_of,
    message_id,
    sends,
    subjects,
    written,
)
from tests.moments import it_is
from tests.people import ALICE, CLIENT, MOTHER, mail

EVERYTHING = ("mail.read", "label", "archive", "trash", "draft", "schedule", "reply.free")
ALWAYS = tuple(Span(day=day, begins=time(), ends=time()) for day in range(7))


async def seen_by(world: World) -> list[str]:
    return subjects((await list_messages(await world.assistant(), Listing(size=10))).messages)


async def id_of(world: World, subject: str) -> object:
    page = await list_messages(await world.owner(), Listing(size=50))
    return next(each.id for each in page.messages if each.message.subject == subject)


async def test_V1_only_the_senders_that_were_named_are_there(world: World) -> None:
    await world.grant(*EVERYTHING, conditions=Conditions(senders=frozenset({"@customer.example"})))
    assert await seen_by(world) == [TERRACE]
    news, desk = await id_of(world, "Garden news"), await world.assistant()
    for act in (read(desk, news), label.label(desk, news, add=["X"]), move.trash(desk, news), heading_of(desk, news)):
        with pytest.raises(NotFound):
            await act
    with pytest.raises(NotFound):
        await draft.write_draft(desk, news, "Hello")
    assert effects(world.sandbox) == []
    assert (await label.label(desk, await message_id(desk), add=["Clients"])).message.labels == {"Clients"}


async def test_in_a_covered_conversation_the_owner_s_own_answers_are_seen_and_a_third_person_s_are_not(
    world: World,
) -> None:
    await world.grant(*EVERYTHING, conditions=Conditions(senders=frozenset({CLIENT})))
    alices = world.sandbox.mailbox(ALICE[0])
    for sender in (ALICE[0], "third@elsewhere.example"):
        arrive(alices, mail(sender, f"Re: {TERRACE}", f"Says {sender}", answers="<march@customer.example>", to=CLIENT))
    desk = await world.assistant()
    reading = await read(desk, await message_id(desk))
    assert {each.message.authors[0].email for each in reading.thread} == {CLIENT, ALICE[0]}


async def test_labels_let_mail_in_and_keep_it_out(world: World) -> None:
    owner, terrace, news = await world.owner(), await id_of(world, TERRACE), await id_of(world, "Garden news")
    await label.label(owner, terrace, add=["Clients"])
    await label.label(owner, news, add=["Clients", "Later"])
    await world.grant(
        *EVERYTHING, conditions=Conditions(labels_in=frozenset({"Clients"}), labels_out=frozenset({"Later"}))
    )
    assert await seen_by(world) == [TERRACE]
    desk = await world.assistant()
    await label.label(desk, terrace, remove=["Clients"])
    assert await seen_by(world) == []
    with pytest.raises(NotFound):
        await label.label(desk, terrace, add=["Clients"])  # what she has put out of her own reach stays there


async def test_V14_a_tiny_grant_sees_appointments_alone(world: World) -> None:
    alices = world.sandbox.mailbox(ALICE[0])
    arrive(alices, mail("d@dentist.example", "Confirmación de su cita", "Su cita es el martes a las 10."))
    arrive(alices, mail("f@friend.example", "You're invited: our wedding", "Save the date, 3 May."))
    await world.grant("mail.read", conditions=Conditions(kinds=frozenset({MailKind.APPOINTMENT})))
    assert await seen_by(world) == ["Confirmación de su cita"]
    with pytest.raises(NotFound):
        await read(await world.assistant(), await id_of(world, TERRACE))


async def test_V10_outside_her_hours_nothing_is_shown_or_done_and_the_owner_reads_why(world: World) -> None:
    never = Hours(zone="America/Santiago", spans=())
    await world.grant(*EVERYTHING, conditions=Conditions(hours=never))
    desk, calls = await world.assistant(), len(world.sandbox.ledger.entries)
    terrace = await id_of(world, TERRACE)
    calls = len(world.sandbox.ledger.entries)
    for act in (list_messages(desk, Listing()), label.label(desk, terrace, add=["X"])):
        with pytest.raises(Denied) as refused:
            await act
        assert refused.value.reason == "outside_hours"
    assert len(world.sandbox.ledger.entries) == calls  # the provider was not asked at all
    denied = [entry for entry in await log_of(await world.owner()) if entry.decision == "deny"]
    assert {entry.reason for entry in denied} == {"outside_hours"}


async def test_V9_hours_are_judged_in_their_own_zone_at_the_moment_of_leaving(world: World) -> None:
    it_is("tue 11:20")
    this_hour = Span(day=1, begins=time(11), ends=time(12))
    hours = Hours(zone="America/Santiago", spans=(this_hour,))
    await world.grant(*EVERYTHING, conditions=Conditions(hours=hours))
    ready = await world.ready()
    its_hour_comes()
    sent = await deliver(world.resources, world.mailbox.id, ready.send.id)
    assert (sent.state, sent.reason) == (SendState.HELD, "outside_hours")
    assert sends(world.sandbox) == 0


async def test_what_is_scheduled_of_a_message_that_is_gone_is_held_and_not_tried_for_ever(world: World) -> None:
    await world.grant(*EVERYTHING, conditions=Conditions(senders=frozenset({CLIENT})))
    ready = await world.ready()
    client_writes(world.sandbox)  # so that the conversation is still there
    box = world.sandbox.mailbox(ALICE[0])
    box.remove(next(each for each in box.messages.values() if each.subject == TERRACE))
    its_hour_comes()
    assert (await deliver(world.resources, world.mailbox.id, ready.send.id)).state is SendState.HELD


async def test_replies_stay_at_the_owner_s_own_domain_where_she_says_so(world: World) -> None:
    await world.grant(*EVERYTHING, conditions=Conditions(recipients=Recipients.INTERNAL))
    client_writes(world.sandbox, "Lunch?", sender="colleague@practice.example")
    desk = await world.assistant()
    page = await list_messages(desk, Listing())
    by = {each.message.authors[0].email: each.id for each in page.messages}
    with pytest.raises(Denied) as refused:
        await draft.write_draft(desk, await id_of(world, TERRACE), "Dear Clara")
    assert refused.value.reason == "recipient_outside"
    assert effects(world.sandbox, "draft") == []
    assert by  # seeing is not writing


async def test_what_was_given_another_recipient_by_hand_does_not_leave_the_owner_s_domain(world: World) -> None:
    inside = Conditions(recipients=Recipients.INTERNAL)
    await world.grant(*EVERYTHING, needs_approval=NeedsApproval.NEVER, conditions=inside)
    arrive(world.sandbox.mailbox(ALICE[0]), mail("Dora <dora@practice.example>", "Lunch?", "Tomorrow?"))
    desk = await world.assistant()
    seen = await written(desk, "Yes, at one.", "Lunch?")
    edit_by_hand(world.sandbox, seen, b"\r\nSubject:", b"\r\nCc: press@outside.example\r\nSubject:")
    now = await draft.see_draft(desk, seen.row.id)
    assert "press@outside.example" in now.draft.message.recipients
    with pytest.raises(Denied) as refused:
        await send_now(desk, seen.row.id, sha256=now.sha256)
    assert refused.value.reason == "recipient_outside"
    assert sends(world.sandbox) == 0


async def test_200_at_once_against_20_a_day_are_exactly_20_at_the_provider(world: World) -> None:
    grant = await world.grant(*EVERYTHING, conditions=Conditions(changes_a_day=20))
    desk = await world.assistant()
    terrace = await message_id(desk)
    ended = await asyncio.gather(
        *(label.label(desk, terrace, add=[f"L{number}"]) for number in range(200)), return_exceptions=True
    )
    refused = [each for each in ended if isinstance(each, Denied)]
    assert len(effects(world.sandbox, "label")) == 20
    assert sum(not isinstance(each, BaseException) for each in ended) == 20
    assert {each.reason for each in refused} == {"cap_reached"}
    # On a slow machine some get no connection in time, and are told so: they have done nothing either.
    assert {type(each) for each in ended if isinstance(each, BaseException)} <= {Denied, DatabaseTrouble}
    entries = [
        each for each in await log_of(await world.owner()) if each.action == "label" and each.grant_id == grant.id
    ]
    assert sum(entry.phase == "begin" for entry in entries) == 20


async def test_the_next_day_has_its_own_number_by_the_clock_of_her_hours(world: World) -> None:
    hours = Hours(zone="Pacific/Auckland", spans=ALWAYS)
    await world.grant(*EVERYTHING, conditions=Conditions(changes_a_day=1, hours=hours))
    desk = await world.assistant()
    terrace = await message_id(desk)
    await label.label(desk, terrace, add=["One"])
    with pytest.raises(Denied):
        await label.label(desk, terrace, add=["Two"])
    clock.move(timedelta(hours=24))
    assert "Two" in (await label.label(desk, terrace, add=["Two"])).message.labels


async def test_two_who_wait_for_each_other_while_the_day_ends_are_counted_on_the_day_they_were_judged_by(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant = await world.grant(*EVERYTHING, conditions=Conditions(changes_a_day=1))
    desk = await world.assistant()
    both = [await message_id(desk), await message_id(desk, "Garden news")]
    now = clock.now()
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
    clock.move(midnight - now - timedelta(seconds=30))
    await message_id(desk)  # a token for this hour
    judge, asked, both_ask = caps.used_on, [], asyncio.Event()

    async def judged_over_midnight(*given: Any) -> int | None:
        if given[2] is not Act.LABEL:
            return await judge(*given)
        asked.append(given)
        first = len(asked) == 1
        if not first:
            both_ask.set()
        number = await judge(*given)  # the second waits here for the first
        if first:
            async with asyncio.timeout(30):
                await both_ask.wait()
            clock.move(timedelta(minutes=1))
        return number

    monkeypatch.setattr(caps, "used_on", judged_over_midnight)
    ended = await asyncio.gather(*(label.label(desk, each, add=["Seen"]) for each in both), return_exceptions=True)
    assert [type(each) for each in ended].count(Denied) == 1
    assert len(effects(world.sandbox, "label")) == 1
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        kept = select(DailyCount.number).where(
            col(DailyCount.grant_id) == grant.id, col(DailyCount.counted) == "changes"
        )
        assert list((await session.execute(kept)).scalars()) == [1]


async def test_V2_her_first_reply_is_approved_and_the_next_leaves_by_itself(world: World) -> None:
    grant = await world.grant(*EVERYTHING, needs_approval=NeedsApproval.FIRST, conditions=Conditions(approve_first=1))
    owner, desk = await world.owner(), await world.assistant()
    one = await written(desk, "First")
    planned = await in_an_hour(desk, one)
    its_hour_comes()
    held = await deliver(world.resources, world.mailbox.id, planned.id)
    assert (held.state, held.reason) == (SendState.HELD, "approval_missing")
    await approved(owner, one)
    assert (await deliver(world.resources, world.mailbox.id, planned.id)).state is SendState.SENT
    two = await written(desk, "Second", "Garden news")
    planned = await in_an_hour(desk, two)
    its_hour_comes()
    assert (await deliver(world.resources, world.mailbox.id, planned.id)).state is SendState.SENT
    assert sends(world.sandbox) == 2
    assert (await grant_now(world.resources, grant)).version == 1


async def test_V2_what_left_without_a_yes_is_none_of_the_replies_that_she_approves_first(world: World) -> None:
    grant = await world.grant(*EVERYTHING, needs_approval=NeedsApproval.NEVER)
    owner, desk = await world.owner(), await world.assistant()
    assert (await send_now(desk, (await written(desk, "Unasked")).row.id)).state is SendState.SENT
    first = {"needs_approval": NeedsApproval.FIRST, "conditions": Conditions(approve_first=1)}
    await grants.narrow(owner, grant.id, scopes=grant.scopes, until=grant.expires_at, **first)
    two = await written(desk, "Roses, please.", "Garden news")
    held = await send_now(desk, two.row.id)
    assert (held.state, held.reason) == (SendState.HELD, "approval_missing")
    await approved(owner, two)
    assert (await deliver(world.resources, world.mailbox.id, held.id)).state is SendState.SENT
    three = await written(desk, "And tulips.", "Garden news")
    assert (await send_now(desk, three.row.id)).state is SendState.SENT
    assert sends(world.sandbox) == 3


async def test_what_leaves_in_a_day_is_counted_once_and_then_waits_for_a_person(world: World) -> None:
    await world.grant(*EVERYTHING, needs_approval=NeedsApproval.NEVER, conditions=Conditions(sends_a_day=1))
    desk = await world.assistant()
    planned = [await in_an_hour(desk, await written(desk, "Yes", subject)) for subject in (TERRACE, "Garden news")]
    its_hour_comes()
    ended = [await deliver(world.resources, world.mailbox.id, each.id) for each in planned]
    assert [(each.state, each.reason) for each in ended] == [
        (SendState.SENT, ""),
        (SendState.HELD, "cap_reached"),
    ]
    assert sends(world.sandbox) == 1


async def test_V2_a_grant_is_bound_tighter_at_any_time_and_never_looser(world: World) -> None:
    grant = await world.grant(*EVERYTHING, conditions=Conditions(senders=frozenset({"@customer.example", MOTHER})))
    owner = await world.owner()
    same = {"scopes": grant.scopes, "until": grant.expires_at}
    tighter = Conditions(senders=frozenset({"<@CUSTOMER.example>"}), changes_a_day=5)
    narrowed = await grants.narrow(owner, grant.id, **same, conditions=tighter)
    assert (narrowed.version, narrowed.conditions.senders) == (2, {"@customer.example"})
    looser = (Conditions(), tighter.model_copy(update={"changes_a_day": 6}), Conditions(senders=frozenset({MOTHER})))
    for each in looser:
        with pytest.raises(BadRequest):
            await grants.narrow(owner, grant.id, **same, conditions=each)
    assert (await grant_now(world.resources, grant)).conditions == narrowed.conditions
    assert await seen_by(world) == [TERRACE]


async def test_what_is_scheduled_of_mail_that_is_no_longer_covered_is_held(world: World) -> None:
    owner = await world.owner()
    await label.label(owner, await id_of(world, TERRACE), add=["Clients"])
    await world.grant(*EVERYTHING, conditions=Conditions(labels_in=frozenset({"Clients"})))
    ready = await world.ready()
    await label.label(owner, await id_of(world, TERRACE), remove=["Clients"])
    its_hour_comes()
    held = await deliver(world.resources, world.mailbox.id, ready.send.id)
    assert held.state is SendState.HELD
    assert sends(world.sandbox) == 0


async def test_the_preview_tries_conditions_on_the_owner_s_real_mail(world: World) -> None:
    owner = await world.owner()
    await mark_sender(owner, MOTHER)
    alices = world.sandbox.mailbox(ALICE[0])
    arrive(alices, mail("d@dentist.example", "Your appointment on Monday", "See you at ten."))
    plain = await preview(owner)
    assert (plain.seen, plain.outside, plain.private) == (3, 0, {"sender": 1, "security": 1})
    assert plain.kinds == {MailKind.APPOINTMENT: 1}
    tried = await preview(owner, conditions=Conditions(senders=frozenset({"@customer.example"})))
    assert (tried.seen, tried.outside, tried.private) == (1, 2, plain.private)
    assert subjects_of(tried.examples[""]) == [TERRACE]
    await world.grant()
    with pytest.raises(Denied):
        await preview(await world.assistant())


def subjects_of(messages: tuple[object, ...]) -> list[str]:
    return [each.subject for each in messages]  # type: ignore[attr-defined]


async def test_conditions_that_name_no_sender_or_no_zone_are_refused(world: World) -> None:
    for wrong in (
        Conditions(senders=frozenset({"nobody"})),
        Conditions(labels_in=frozenset({" x"})),
        Conditions(hours=Hours(zone="Mars/Base", spans=())),
    ):
        with pytest.raises(BadRequest):
            checked_conditions(wrong)
