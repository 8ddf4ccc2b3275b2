"""A grant as it stands: both see it, the owner pauses, narrows and ends it, and every change counts at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from app import clock
from app.actions import grants
from app.actions.give import add_grant
from app.actions.label import label
from app.actions.locked import mailbox_alone
from app.actions.own_grant import own_grant
from app.errors import BadRequest, Conflict, Denied, NotFound
from app.models.draft import SendState
from app.models.grant import Grant, GrantStatus, NeedsApproval
from app.models.person import Person
from tests.actions.situations import World, grant_now, last, log_of, message_id
from tests.jobs.rows import until
from tests.people import desk_of, make_grant


async def test_C4_both_see_one_live_grant(world: World) -> None:
    first = await world.grant("label")
    second = await world.grant("archive")
    owner, desk = await world.owner(), await world.assistant()
    assert [grant.id for grant in await grants.list_grants(owner)] == [second.id, first.id]
    assert [grant.id for grant in await grants.list_grants(desk)] == [second.id, first.id]
    live = await own_grant(desk)
    assert live
    assert live.id == second.id
    assert await own_grant(owner) is None
    assert (await grant_now(world.resources, first)).status is GrantStatus.REVOKED


async def test_an_assistant_sees_her_own_grant_alone(world: World, charlie: Person) -> None:
    bobs = await world.grant()
    charlies = await make_grant(world.resources, world.mailbox, charlie)
    desk = await desk_of(world.resources, charlie, world.mailbox)
    assert [grant.id for grant in await grants.list_grants(desk)] == [charlies.id]
    with pytest.raises(NotFound):
        await grants.grant_of(desk, bobs.id)
    with pytest.raises(NotFound):
        await grants.grant_of(await world.owner(), uuid4())


@pytest.mark.parametrize("verb", [grants.pause, grants.resume, grants.revoke])
async def test_nobody_changes_her_own_grant(world: World, verb) -> None:  # type: ignore[no-untyped-def]
    given = await world.grant()
    desk = await world.assistant()
    with pytest.raises(Denied) as refused:
        await verb(desk, given.id)
    assert refused.value.reason == "owner_only"
    with pytest.raises(Denied):
        await grants.narrow(desk, given.id, scopes=["label"], until=given.expires_at)
    assert (await grant_now(world.resources, given)).version == given.version
    assert (await last(await world.owner(), 1))[0][2:] == ("deny", "owner_only")


async def test_V4_the_owner_ends_a_grant_at_any_moment_and_for_good(world: World) -> None:
    given = await world.grant()
    owner = await world.owner()
    revoked = await grants.revoke(owner, given.id)
    assert revoked.done
    assert (revoked.grant.status, revoked.grant.version) == (GrantStatus.REVOKED, 2)
    assert revoked.grant.ended_at is not None
    assert await last(owner) == [("begin", "revoke", "allow", "revoked"), ("end", "revoke", "allow", "done")]
    again = await grants.revoke(owner, given.id)
    assert again.grant.version == 2
    for verb in (grants.pause, grants.resume):
        with pytest.raises(Conflict):
            await verb(owner, given.id)
    with pytest.raises(Conflict):
        await grants.narrow(owner, given.id, scopes=[], until=given.expires_at)
    with pytest.raises(NotFound):
        await world.assistant()


async def test_V2_a_grant_is_paused_and_goes_on(world: World) -> None:
    given = await world.grant("label")
    owner, desk = await world.owner(), await world.assistant()
    message = await message_id(desk)
    paused = await grants.pause(owner, given.id)
    assert (paused.grant.status, paused.grant.ended_at) == (GrantStatus.PAUSED, None)
    with pytest.raises(Denied):
        await label(desk, message, add=["Clients"])
    with pytest.raises(Denied):
        await message_id(desk)
    resumed = await grants.resume(owner, given.id)
    assert (resumed.status, resumed.version) == (GrantStatus.ACTIVE, 3)
    await label(desk, message, add=["Clients"])
    with pytest.raises(Conflict):
        await grants.resume(owner, given.id)


async def test_what_was_held_by_a_pause_stays_held_when_it_is_over(world: World) -> None:
    given = await world.grant()
    ready = await world.ready()
    await grants.pause(ready.owner, given.id)
    await grants.resume(ready.owner, given.id)
    assert ((await ready.now()).state, (await ready.now()).reason) == (SendState.HELD, "grant_paused")


async def test_V2_a_grant_is_narrowed_and_never_widened(world: World) -> None:
    given = await world.grant("label", "archive", until=clock.now() + timedelta(days=10))
    owner = await world.owner()
    sooner = clock.now() + timedelta(days=5)
    less = await grants.narrow(owner, given.id, scopes=["label"], until=sooner)
    assert (less.scopes, less.expires_at, less.version) == (["mail.list", "label"], sooner, 2)
    for wider in (
        {"scopes": ["label", "trash"], "until": sooner},
        {"scopes": ["draft"], "until": sooner},
        {"scopes": ["label"], "until": given.expires_at},
        {"scopes": ["label"], "until": sooner, "needs_approval": NeedsApproval.NEVER},
        {"scopes": ["label", "teleport"], "until": sooner},
        {"scopes": ["label"], "until": sooner.replace(tzinfo=None)},
    ):
        with pytest.raises(BadRequest):
            await grants.narrow(owner, given.id, **wider)
    assert (await grant_now(world.resources, given)).version == 2


async def test_asking_for_approval_from_now_on_is_narrowing(world: World) -> None:
    given = await world.grant("reply.free", needs_approval=NeedsApproval.NEVER)
    owner = await world.owner()
    kept = await grants.narrow(
        owner, given.id, scopes=given.scopes, until=given.expires_at, needs_approval=NeedsApproval.NEVER
    )
    assert kept.needs_approval is NeedsApproval.NEVER
    asked = await grants.narrow(owner, given.id, scopes=given.scopes, until=given.expires_at)
    assert asked.needs_approval is NeedsApproval.ALWAYS


async def test_revoking_twice_at_once_ends_it_once(world: World) -> None:
    given = await world.grant()
    owner = await world.owner()
    await asyncio.gather(*(grants.revoke(owner, given.id) for _ in range(4)))
    assert (await grant_now(world.resources, given)).version == 2


async def test_no_send_begins_after_a_revocation_is_done(world: World) -> None:
    """Many times over: a worker and the owner at the same moment."""
    for _ in range(6):
        given = await world.grant("reply.free", "schedule", needs_approval=NeedsApproval.NEVER)
        ready = await world.ready(yes=False)
        clock.move(timedelta(hours=1, minutes=1))
        _, revoked = await asyncio.gather(ready.deliver(), grants.revoke(ready.owner, given.id))
        left = len(world.sandbox.left)
        if revoked.done:
            await ready.deliver()
            assert len(world.sandbox.left) == left
        assert await grants.in_flight(ready.owner, given.id) == ()


async def test_an_act_that_waits_while_the_grant_is_given_anew_goes_by_the_new_one(world: World) -> None:
    old = await world.grant("label")
    owner, desk = await world.owner(), await world.assistant()
    seen = await message_id(desk)

    async def waits() -> bool:
        async with world.resources.db.transaction() as session:
            asked = await session.execute(text("select count(*) from pg_locks where not granted"))
            return bool(asked.scalar_one())

    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        await mailbox_alone(session, world.mailbox.id)
        acting = asyncio.create_task(label(desk, seen, add=["Clients"]))
        await until(waits)
        new = {name: getattr(old, name) for name in Grant.model_fields} | {"id": uuid4(), "created_at": clock.now()}
        await add_grant(session, Grant(**new))
    await acting
    assert [entry.grant_id for entry in (await log_of(owner))[-2:]] == [new["id"], new["id"]]
