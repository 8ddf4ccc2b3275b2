"""Invitations: a link that works once, an assistant who accepts as herself, an owner who confirms who it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select

from app import clock
from app.access.scopes import SCOPES, TEXT_VERSION, Scope
from app.actions import accept, agree, invite, pending
from app.actions.label import label
from app.actions.links import IDS_LENGTH, LINK_LIVES
from app.errors import BadRequest, Conflict, Denied, NotFound
from app.models.grant import GrantStatus, Invitation, InvitationState, NeedsApproval
from app.models.person import Person
from tests.actions.situations import World, effects, last, message_id
from tests.people import ALICE, desk_of

WORDS = ["mail.read", "label"]


def texts(language: str) -> Callable[[str], str]:
    return lambda sentence: f"[{language}] {sentence}"


def offer(**more: Any) -> dict[str, Any]:
    usual = {"scopes": WORDS, "until": clock.now() + timedelta(days=21), "language": "es"}
    return usual | {"needs_approval": NeedsApproval.ALWAYS} | more


async def invited(world: World, **more: Any) -> tuple[Invitation, str]:
    return await invite.invite(await world.owner(), **offer(**more))


async def test_V1_the_owner_offers_what_she_ticked_and_nothing_more(world: World) -> None:
    row, token = await invited(world)
    assert row.scopes == ["mail.list", "mail.read", "label"]
    shown, mailbox, owner = await accept.invitation_by(world.resources, token)
    assert (shown.id, mailbox.id, owner.id) == (row.id, world.mailbox.id, world.alice.id)
    assert await last(await world.owner()) == [
        ("begin", "invite", "allow", "offered"),
        ("end", "invite", "allow", "done"),
    ]
    assert token not in str(row.model_dump())


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": []},
        {"scopes": ["teleport"]},
        {"scopes": ["forward.owner"]},
        {"until": timedelta(seconds=-1)},
        {"until": timedelta(days=367)},
        {"until": "naive"},
    ],
)
async def test_an_offer_that_cannot_be_is_refused(world: World, wrong: dict[str, Any]) -> None:
    until = wrong.get("until")
    if isinstance(until, timedelta):
        wrong = {"until": clock.now() + until}
    elif until:
        wrong = {"until": (clock.now() + timedelta(days=3)).replace(tzinfo=None)}
    with pytest.raises(BadRequest):
        await invited(world, **wrong)
    assert await pending.pending(await world.owner()) == []


async def test_V3_V8_somebody_with_any_account_accepts_as_herself_and_gets_in_when_she_is_confirmed(
    world: World,
) -> None:
    row, token = await invited(world)
    taken = await accept.accept(world.resources, world.bob.id, token)
    assert (taken.state, taken.accepted_by) == (InvitationState.ACCEPTED, world.bob.id)
    with pytest.raises(NotFound):
        await world.assistant()
    owner = await world.owner()
    ((waiting, who),) = await pending.pending(owner)
    assert who
    assert (waiting.id, who.email) == (row.id, world.bob.email)
    grant = await accept.confirm(owner, row.id, texts=texts)
    assert (grant.assistant_id, grant.status, grant.scopes) == (world.bob.id, GrantStatus.ACTIVE, row.scopes)
    desk = await world.assistant()
    await label(desk, await message_id(desk), add=["Clients"])
    assert effects(world.sandbox, "label")
    assert await pending.pending(owner) == []


async def test_V1_what_was_agreed_is_kept_in_the_words_that_each_has_read(world: World) -> None:
    async with world.resources.db.transaction() as session:
        (await session.get_one(Person, world.bob.id)).language = "fr"
    row, token = await invited(world)
    taken = await accept.accept(world.resources, world.bob.id, token)
    clock.move(timedelta(hours=3))
    grant = await accept.confirm(await world.owner(), row.id, texts=texts)
    for desk in (await world.owner(), await world.assistant()):
        his, hers = await agree.agreements(desk, grant.id)
        assert (hers.role, hers.person_id, hers.language) == ("owner", world.alice.id, "es")
        assert (his.role, his.person_id, his.language) == ("assistant", world.bob.id, "fr")
        assert his.agreed_at == taken.accepted_at
        assert hers.agreed_at >= his.agreed_at + timedelta(hours=3)
        for kept in (hers, his):
            rights = [SCOPES[Scope(scope)].says for scope in grant.scopes]
            agreed = [*rights, "The owner approves every reply before it leaves"]
            assert kept.sentences == [f"[{kept.language}] {sentence}" for sentence in agreed]
            assert (kept.text_version, kept.scopes, kept.expires_at) == (TEXT_VERSION, grant.scopes, grant.expires_at)


async def test_a_link_works_once_however_many_press_it_at_once(world: World, charlie: Person) -> None:
    _, token = await invited(world)
    people = [world.bob.id, charlie.id] * 10
    done = await asyncio.gather(
        *(accept.accept(world.resources, person, token) for person in people), return_exceptions=True
    )
    taken = [each for each in done if isinstance(each, Invitation)]
    assert len(taken) == 1
    assert all(isinstance(each, NotFound) for each in done if each is not taken[0])
    with pytest.raises(NotFound):
        await accept.invitation_by(world.resources, token)


async def test_a_link_that_is_over_withdrawn_or_not_ours_is_not_there(world: World, charlie: Person) -> None:
    owner = await world.owner()
    withdrawn_row, withdrawn = await invited(world)
    await invite.withdraw(owner, withdrawn_row.id)
    _, good = await invited(world)
    for token in (
        withdrawn,
        "",
        "i",
        "rubbish",
        good[:-1],
        good + "x",
        "p" + good[1:],
        good[: 1 + IDS_LENGTH],
        good[: 1 + IDS_LENGTH] + "another secret",
        good[0] + "A" * IDS_LENGTH + good[1 + IDS_LENGTH :],
        "ñ" * 80,
        "\0" * 80,
    ):
        with pytest.raises(NotFound):
            await accept.accept(world.resources, charlie.id, token)
    await accept.invitation_by(world.resources, good)
    clock.move(LINK_LIVES)
    with pytest.raises(NotFound):
        await accept.accept(world.resources, world.bob.id, good)
    assert await pending.pending(owner) == []


async def test_nobody_invites_herself(world: World) -> None:
    _, token = await invited(world)
    with pytest.raises(BadRequest, match="your own mailbox"):
        await accept.accept(world.resources, world.alice.id, token)
    await accept.accept(world.resources, world.bob.id, token)


async def test_the_owner_alone_confirms_and_only_somebody_who_accepted(world: World, charlie: Person) -> None:
    await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    row, token = await invited(world)
    with pytest.raises(Conflict):
        await accept.confirm(owner, row.id, texts=texts)
    await accept.accept(world.resources, charlie.id, token)
    with pytest.raises(Denied) as refused:
        await accept.confirm(desk, row.id, texts=texts)
    assert refused.value.reason == "owner_only"
    with pytest.raises(NotFound):
        await accept.confirm(owner, uuid4(), texts=texts)
    await accept.confirm(owner, row.id, texts=texts)
    with pytest.raises(Conflict):
        await accept.confirm(owner, row.id, texts=texts)


async def test_whoever_the_owner_does_not_know_is_refused(world: World, charlie: Person) -> None:
    owner = await world.owner()
    row, token = await invited(world)
    await accept.accept(world.resources, charlie.id, token)
    await invite.withdraw(owner, row.id)
    with pytest.raises(Conflict):
        await accept.confirm(owner, row.id, texts=texts)
    with pytest.raises(Conflict):
        await invite.withdraw(owner, row.id)
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        (kept,) = (await session.execute(select(Invitation))).scalars()
    assert kept.state is InvitationState.REFUSED
    with pytest.raises(NotFound):
        await desk_of(world.resources, charlie, world.mailbox)


async def test_only_the_owner_offers_withdraws_and_sees_what_is_offered(world: World) -> None:
    await world.grant("reply.free", "label")
    desk = await world.assistant()
    row, _ = await invited(world)
    for attempt in (invite.invite(desk, **offer()), invite.withdraw(desk, row.id), pending.pending(desk)):
        with pytest.raises(Denied) as refused:
            await attempt
        assert refused.value.reason == "owner_only"


async def test_a_second_invitation_replaces_the_first_grant_and_holds_what_was_scheduled_under_it(
    world: World,
) -> None:
    await world.grant()
    ready = await world.ready()
    row, token = await invited(world)
    await accept.accept(world.resources, world.bob.id, token)
    await accept.confirm(ready.owner, row.id, texts=texts)
    assert (await ready.now()).reason == "grant_gone"


async def test_two_offers_confirmed_at_once_leave_one_live_grant(world: World) -> None:
    owner = await world.owner()
    rows = []
    for _ in range(4):
        row, token = await invited(world)
        await accept.accept(world.resources, world.bob.id, token)
        rows.append(row)
    given = await asyncio.gather(*(accept.confirm(owner, row.id, texts=texts) for row in rows))
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        live = [
            grant
            for grant in given
            if (await session.get_one(type(grant), (grant.mailbox_id, grant.id))).ended_at is None
        ]
    assert len(live) == 1


async def test_V59_the_address_of_the_person_invited_opens_nothing(world: World) -> None:
    """Whoever has Bob's address but another account is somebody else."""
    await world.grant()
    async with world.resources.db.transaction() as session:
        double = Person(
            issuer=f"{world.bob.issuer}", subject="somebody else", email=world.bob.email, name="Bob", language="en",
            zone="", created_at=clock.now(),
        )  # fmt: skip
        session.add(double)
    with pytest.raises(NotFound):
        await desk_of(world.resources, double, world.mailbox)
    assert ALICE[0] != world.bob.email
