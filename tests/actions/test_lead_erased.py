"""Charlie has his data erased: his team is out at once, what it had scheduled is held, and Alice is told."""

from __future__ import annotations

import pytest

from app.actions import accept, send
from app.actions.consequences import consequences
from app.actions.erase import PERSON, erase
from app.actions.grants import list_grants
from app.actions.invite_team import invite_team
from app.actions.notices import list_notices
from app.actions.schedule import send_of
from app.actions.team_link import accept_team
from app.actions.teams import team_of
from app.errors import Denied, NotFound
from app.locale.catalogues import language
from app.models.draft import SendState
from app.models.erasure import ErasureState
from app.models.grant import GrantStatus, InvitationState
from app.models.notice import NoticeKind
from app.models.person import Person
from app.models.team import AccessState
from tests.actions.situations import World, approved, in_an_hour, its_hour_comes, log_of, message_id, sends, written
from tests.actions.test_team import Led, ceiling, led_by
from tests.people import desk_of, make_grant, make_person


@pytest.fixture
async def led(world: World, charlie: Person) -> Led:
    """Charlie's team with Bob as its member."""
    led = Led(world, charlie, await led_by(world, charlie, ceiling()))
    await led.member()
    return led


async def test_with_an_erased_lead_the_team_ends_and_nothing_it_has_scheduled_leaves(led: Led) -> None:
    world, owner = led.world, await led.world.owner()
    desk = await world.assistant()
    seen = await written(desk)
    planned = await in_an_hour(desk, seen)
    await approved(owner, seen)
    assert (await consequences(world.resources, led.charlie.id)).leads_at == (world.mailbox.address,)
    erasure = await erase(world.resources, led.charlie.id, asked_by=PERSON)
    assert erasure.state == ErasureState.DONE
    assert (await team_of(owner, led.access.id)).access.state == AccessState.ENDED
    assert {each.status for each in await list_grants(owner)} == {GrantStatus.REVOKED}
    with pytest.raises(Denied):
        await message_id(desk)
    its_hour_comes()
    await send.deliver(world.resources, planned.mailbox_id, planned.id)
    assert (await send_of(owner, planned.id)).state == SendState.HELD
    assert sends(world.sandbox) == 0


async def test_the_owner_is_told_once_and_the_log_says_why(led: Led) -> None:
    world, owner = led.world, await led.world.owner()
    for _ in range(2):
        await erase(world.resources, led.charlie.id, asked_by=PERSON)
    told = await list_notices(world.resources, world.alice.id, language("en"))
    (notice,) = [each for each in told if each.kind == NoticeKind.TEAM_ENDED]
    assert notice.path == f"/owner/mailboxes/{world.mailbox.id}/teams/{led.access.id}"
    assert "Charlie" not in notice.says
    entries = [each for each in await log_of(owner) if each.reason == "lead_erased"]
    assert {(each.actor_kind, each.action, each.subject_id) for each in entries} == {("system", "leave", led.access.id)}
    assert len(entries) == 2  # its beginning and its end


async def test_no_link_of_an_erased_lead_opens_anything(led: Led) -> None:
    world = led.world
    erik = await make_person(world.resources, "erik@practice.example", "Erik")
    _open, token = await led.name("label", name="Erik")
    await erase(world.resources, led.charlie.id, asked_by=PERSON)
    with pytest.raises(NotFound):
        await accept.accept(world.resources, erik.id, token)
    assert {each.row.state for each in await led.seen()} == {InvitationState.CONFIRMED, InvitationState.WITHDRAWN}


async def test_what_the_owner_has_given_herself_and_another_team_stay(led: Led) -> None:
    world, owner = led.world, await led.world.owner()
    dora = await make_person(world.resources, "dora@practice.example", "Dora")
    erik = await make_person(world.resources, "erik@practice.example", "Erik")
    other = await led_by(world, dora, ceiling())
    await make_grant(world.resources, world.mailbox, erik)
    await erase(world.resources, led.charlie.id, asked_by=PERSON)
    assert (await team_of(owner, other.id)).access.state == AccessState.CONFIRMED
    assert await message_id(await desk_of(world.resources, erik, world.mailbox))


async def test_a_lead_who_was_not_confirmed_yet_is_refused(world: World, charlie: Person) -> None:
    owner = await world.owner()
    _offer, token = await invite_team(owner, ceiling(), begin_after=None, language="en")
    access = await accept_team(world.resources, charlie.id, token, name="Green Desk")
    await erase(world.resources, charlie.id, asked_by=PERSON)
    assert (await team_of(owner, access.id)).access.state == AccessState.REFUSED
