"""What a team has scheduled is held when the team is lowered or ends; by the provider's ledger, nothing leaves."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from app import clock
from app.actions import accept, invite, send
from app.actions.grants import list_grants
from app.actions.members import remove_member
from app.actions.schedule import send_of
from app.actions.team import end_team, narrow_team
from app.errors import Conflict, Denied, NotFound
from app.models.conditions import Conditions
from app.models.draft import ScheduledSend, SendState
from app.models.grant import GrantStatus, InvitationState, NeedsApproval
from app.models.person import Person
from tests.actions.situations import World, approved, in_an_hour, its_hour_comes, message_id, sends, written
from tests.actions.test_team import Led, ceiling, led_by, plain
from tests.people import CLIENT, desk_of, make_grant, make_person


@pytest.fixture
async def led(world: World, charlie: Person) -> Led:
    """Charlie's team under the usual ceiling, where Alice confirms each member."""
    return Led(world, charlie, await led_by(world, charlie, ceiling()))


async def waiting(led: Led) -> ScheduledSend:
    """Have Bob as a member schedule a reply, and Alice say yes to it."""
    await led.member()
    desk = await led.world.assistant()
    seen = await written(desk)
    planned = await in_an_hour(desk, seen)
    await approved(await led.world.owner(), seen)
    return planned


async def its_hour(led: Led, planned: ScheduledSend) -> SendState:
    """Let the hour of a send come and a worker take it; return how it stands then."""
    its_hour_comes()
    await send.deliver(led.world.resources, planned.mailbox_id, planned.id)
    return (await send_of(await led.world.owner(), planned.id)).state


async def test_an_approved_send_of_a_member_leaves_once_while_nothing_is_taken_away(led: Led) -> None:
    """Without this, that nothing leaves below would show nothing."""
    assert await its_hour(led, await waiting(led)) == SendState.SENT
    assert sends(led.world.sandbox) == 1


@pytest.mark.parametrize("left", [("label",), ("mail.read", "label", "draft")])
async def test_nothing_leaves_once_the_ceiling_has_sending_no_more(led: Led, left: tuple[str, ...]) -> None:
    planned = await waiting(led)
    await narrow_team(await led.world.owner(), led.access.id, led.lower(*left))
    assert await its_hour(led, planned) == SendState.HELD
    assert sends(led.world.sandbox) == 0


async def test_nothing_leaves_once_the_ceilings_senders_leave_the_reply_out(led: Led) -> None:
    planned = await waiting(led)
    only = Conditions(senders=frozenset({"@elsewhere.example"}))
    await narrow_team(await led.world.owner(), led.access.id, led.lower(conditions=only))
    assert await its_hour(led, planned) == SendState.HELD
    assert sends(led.world.sandbox) == 0


async def test_nothing_leaves_after_a_last_day_that_was_drawn_nearer(led: Led) -> None:
    planned = await waiting(led)
    sooner = clock.now() + timedelta(minutes=30)
    await narrow_team(await led.world.owner(), led.access.id, led.lower(until=sooner))
    assert await its_hour(led, planned) == SendState.HELD
    assert sends(led.world.sandbox) == 0


async def test_nothing_leaves_once_the_team_has_ended(led: Led) -> None:
    planned = await waiting(led)
    assert await end_team(await led.world.owner(), led.access.id) == ()
    assert await its_hour(led, planned) == SendState.HELD
    assert sends(led.world.sandbox) == 0


async def test_nothing_leaves_once_the_lead_has_removed_its_writer(led: Led) -> None:
    planned = await waiting(led)
    (grant,) = await list_grants(await led.world.owner())
    assert grant.member_id
    await remove_member(*await led.lead(), grant.member_id)
    assert await its_hour(led, planned) == SendState.HELD
    assert sends(led.world.sandbox) == 0


async def test_a_worker_and_the_end_of_a_team_at_once_agree_with_the_ledger(led: Led) -> None:
    """Either the letter has left and is told so, or it is held; never both, and never after the end."""
    planned = await waiting(led)
    owner = await led.world.owner()
    its_hour_comes()
    deliver = send.deliver(led.world.resources, planned.mailbox_id, planned.id)
    await asyncio.gather(deliver, end_team(owner, led.access.id), return_exceptions=True)
    state = (await send_of(owner, planned.id)).state
    assert (state, sends(led.world.sandbox)) in [(SendState.SENT, 1), (SendState.HELD, 0)]


async def test_what_another_team_has_scheduled_leaves_all_the_same(led: Led) -> None:
    planned = await waiting(led)
    dora = await make_person(led.world.resources, "dora@practice.example", "Dora")
    other = await led_by(led.world, dora, ceiling())
    await end_team(await led.world.owner(), other.id)
    assert await its_hour(led, planned) == SendState.SENT
    assert sends(led.world.sandbox) == 1


async def test_a_member_begins_at_her_hour_by_the_practice_clock_and_not_a_minute_before(
    world: World, charlie: Person
) -> None:
    led = Led(world, charlie, await led_by(world, charlie, ceiling(), begin_after=3))
    _member, token = await led.name("label")
    await accept.accept(world.resources, world.bob.id, token)
    desk = await world.assistant()
    clock.move(timedelta(hours=2, minutes=58))
    with pytest.raises(Denied) as early:
        await message_id(desk)
    assert early.value.reason == "grant_not_begun"
    clock.move(timedelta(minutes=3))
    assert await message_id(await world.assistant())


async def test_a_team_that_ends_before_a_members_hour_lets_her_never_begin(world: World, charlie: Person) -> None:
    led = Led(world, charlie, await led_by(world, charlie, ceiling(), begin_after=3))
    _member, token = await led.name("label")
    await accept.accept(world.resources, world.bob.id, token)
    await end_team(await world.owner(), led.access.id)
    clock.move(timedelta(hours=4))
    with pytest.raises(NotFound):
        await world.assistant()


async def test_a_member_the_owner_refused_is_confirmed_by_no_later_press(led: Led) -> None:
    member_id, token = await led.name("label")
    await accept.accept(led.world.resources, led.world.bob.id, token)
    owner = await led.world.owner()
    await invite.withdraw(owner, member_id)
    with pytest.raises(Conflict):
        await accept.confirm(owner, member_id, texts=plain)
    assert await list_grants(owner) == []
    with pytest.raises(NotFound):
        await led.world.assistant()


async def test_an_open_link_that_nothing_is_left_of_opens_nothing_any_more(led: Led) -> None:
    _member, token = await led.name("draft")
    only = Conditions(senders=frozenset({CLIENT}))
    owner = await led.world.owner()
    await narrow_team(owner, led.access.id, led.lower(conditions=only))
    (still,) = await led.seen()
    assert (still.row.state, still.row.conditions) == (InvitationState.OPEN, only)
    apart = Led(led.world, led.charlie, await led_by(led.world, led.charlie, ceiling(conditions=only)))
    _other, over = await apart.name("draft", name="Erik")
    await end_team(owner, apart.access.id)
    with pytest.raises(NotFound):
        await accept.accept(led.world.resources, led.world.bob.id, over)
    taken = await accept.accept(led.world.resources, led.world.bob.id, token)
    assert taken.conditions == only


async def test_a_grant_of_the_owners_own_outlasts_the_end_of_a_team(world: World, charlie: Person) -> None:
    own = await make_grant(world.resources, world.mailbox, world.bob, scopes=("trash",))
    led = Led(world, charlie, await led_by(world, charlie, ceiling(), begin_after=1))
    _member, token = await led.name("label")
    await accept.accept(world.resources, world.bob.id, token)
    owner = await world.owner()
    await narrow_team(owner, led.access.id, led.lower("label"))
    await end_team(owner, led.access.id)
    clock.move(timedelta(hours=2))
    (now,) = await list_grants(owner)
    assert (now.id, now.version, now.status, now.scopes) == (own.id, own.version, GrantStatus.ACTIVE, own.scopes)
    assert (await desk_of(world.resources, world.bob, world.mailbox)).actor.person_id == world.bob.id


async def test_approval_and_conditions_of_the_ceiling_bind_every_member_named_later(led: Led) -> None:
    owner = await led.world.owner()
    bound = Conditions(senders=frozenset({CLIENT}), sends_a_day=2)
    await narrow_team(owner, led.access.id, led.lower(conditions=bound))
    grant = await led.member("schedule")
    assert (grant.needs_approval, grant.conditions) == (NeedsApproval.ALWAYS, bound)
    assert grant.expires_at == led.access.access_until
