"""Alice has removed or refused Bob: no lead of a team brings him back without her, by whatever link."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import clock
from app.actions import accept, invite, remove
from app.actions.grants import list_grants, revoke
from app.actions.members import remove_member
from app.actions.team import end_team
from app.errors import Denied, NotFound
from app.models.grant import InvitationState
from app.models.person import Person
from tests.actions.situations import World, message_id
from tests.actions.test_team import Led, ceiling, led_by, plain
from tests.people import make_grant

SOON = timedelta(hours=2)


@pytest.fixture
async def led(world: World, charlie: Person) -> Led:
    """A team whose members begin by themselves after an hour."""
    return Led(world, charlie, await led_by(world, charlie, ceiling(), begin_after=1))


async def begun(led: Led) -> None:
    """Have Bob named and begin by himself."""
    _member, token = await led.name("mail.read")
    await accept.accept(led.world.resources, led.world.bob.id, token)
    clock.move(SOON)
    assert await message_id(await led.world.assistant())


async def turned_away(led: Led, how: str) -> None:
    """Have Alice end what Bob has here, or refuse him."""
    world, owner = led.world, await led.world.owner()
    if how == "a grant of her own was revoked":
        await revoke(owner, (await make_grant(world.resources, world.mailbox, world.bob)).id)
    elif how == "refused":
        other = Led(world, led.charlie, await led_by(world, led.charlie, ceiling()))
        member_id, token = await other.name("mail.read")
        await accept.accept(world.resources, world.bob.id, token)
        assert await invite.withdraw(owner, member_id)
    elif how == "another team ended":
        other = Led(world, led.charlie, await led_by(world, led.charlie, ceiling()))
        await other.member("mail.read")
        await end_team(owner, other.access.id)
    else:
        await begun(led)
        if how == "removed":
            await remove.remove(world.resources, world.alice.id, world.bob.id, surface="test")
        else:
            (grant,) = await list_grants(owner)
            assert grant.member_id
            await revoke(owner, grant.id)
            await remove_member(*await led.lead(), grant.member_id)  # whose doing it was must not be blurred


@pytest.mark.parametrize(
    "how", ["revoked", "removed", "a grant of her own was revoked", "refused", "another team ended"]
)
async def test_a_lead_does_not_bring_back_whom_the_owner_has_turned_away(led: Led, how: str) -> None:
    await turned_away(led, how)
    again, token = await led.name("mail.read")
    await accept.accept(led.world.resources, led.world.bob.id, token)
    clock.move(SOON)
    assert {each.row.id: each.row.state for each in await led.seen()}[again] == InvitationState.ACCEPTED
    with pytest.raises((Denied, NotFound)):
        await message_id(await led.world.assistant())


async def test_a_link_that_was_made_before_does_not_either(led: Led) -> None:
    _kept, token = await led.name("mail.read")
    await turned_away(led, "removed")
    await accept.accept(led.world.resources, led.world.bob.id, token)
    clock.move(SOON)
    with pytest.raises((Denied, NotFound)):
        await message_id(await led.world.assistant())


async def test_the_owner_herself_may_let_her_in_again(led: Led) -> None:
    await turned_away(led, "removed")
    again, token = await led.name("mail.read")
    await accept.accept(led.world.resources, led.world.bob.id, token)
    await accept.confirm(await led.world.owner(), again, texts=plain)
    assert await message_id(await led.world.assistant())
