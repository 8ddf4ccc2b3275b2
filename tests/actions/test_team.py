"""Alice lets a team in; Charlie leads it and names Bob; nothing of it goes above the ceiling or outlasts Alice's no."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from app import clock
from app.access.ceiling import Terms
from app.actions import accept, invite
from app.actions.grants import list_grants, revoke
from app.actions.invite_team import invite_team
from app.actions.members import Member, member_of, members, remove_member
from app.actions.name_members import name_members
from app.actions.named import Naming
from app.actions.notices import list_notices
from app.actions.overview import assisted
from app.actions.schedule import send_of
from app.actions.seats import Leading, open_desk, open_lead_desk
from app.actions.team import confirm_team, end_team, narrow_team
from app.actions.team_link import accept_team, team_by
from app.actions.teams import team_of, teams_at
from app.errors import BadRequest, Conflict, Denied, NotFound
from app.locale.catalogues import language
from app.models.conditions import UNBOUND, Conditions
from app.models.draft import SendState
from app.models.grant import Grant, GrantStatus, InvitationState, NeedsApproval
from app.models.notice import NoticeKind
from app.models.person import Person
from app.models.team import AccessState, TeamAccess
from tests.actions.situations import World, in_an_hour, log_of, message_id, written
from tests.people import CLIENT, desk_of, make_grant, make_person

SCOPES = ("mail.read", "label", "draft", "schedule")
WEEK = timedelta(days=7)


def ceiling(*scopes: str, **more: Any) -> Terms:
    """What Alice lets the team have at the most."""
    given = {"needs_approval": NeedsApproval.ALWAYS, "conditions": UNBOUND, "until": clock.now() + 4 * WEEK} | more
    return Terms(scopes=scopes or SCOPES, **given)


@dataclass(frozen=True)
class Led:
    """A team that Charlie leads at Alice's mailbox."""

    world: World
    charlie: Person
    access: TeamAccess

    async def lead(self) -> Leading:
        """Seat Charlie as its lead."""
        return await open_lead_desk(self.world.resources, self.charlie.id, self.access.id, surface="test")

    async def name(self, *scopes: str, name: str = "Bob", **more: Any) -> tuple[UUID, str]:
        """Have Charlie name somebody; return the member's id with the link's token."""
        desk, access = await self.lead()
        ((row, token),) = await name_members(desk, access, [Naming(name=name, scopes=scopes, **more)], language="en")
        return row.id, token

    async def member(self, *scopes: str) -> Grant:
        """Have Bob named, accept and be confirmed."""
        member_id, token = await self.name(*scopes)
        await accept.accept(self.world.resources, self.world.bob.id, token)
        return await accept.confirm(await self.world.owner(), member_id, texts=plain)

    def lower(self, *scopes: str, **more: Any) -> Terms:
        """Return a lower ceiling that ends on the same day."""
        return ceiling(*scopes, **({"until": self.access.access_until} | more))

    async def seen(self) -> list[Member]:
        """Return what Charlie sees of the members."""
        return await members(*await self.lead())


def plain(_language: str) -> Callable[[str], str]:
    return str


async def led_by(world: World, lead: Person, terms: Terms, *, begin_after: int | None = None) -> TeamAccess:
    owner = await world.owner()
    _offer, token = await invite_team(owner, terms, begin_after=begin_after, language="en")
    access = await accept_team(world.resources, lead.id, token, name="Green Desk")
    return await confirm_team(owner, access.id)


@pytest.fixture
async def led(world: World, charlie: Person) -> Led:
    """The team under the usual ceiling, where Alice confirms each member."""
    return Led(world, charlie, await led_by(world, charlie, ceiling()))


async def test_a_member_has_a_grant_of_her_own_once_the_owner_has_said_yes(led: Led) -> None:
    member_id, token = await led.name("label")
    assert [each.row.state for each in await led.seen()] == [InvitationState.OPEN]
    await accept.accept(led.world.resources, led.world.bob.id, token)
    with pytest.raises(NotFound):
        await led.world.assistant()
    grant = await accept.confirm(await led.world.owner(), member_id, texts=plain)
    assert (grant.assistant_id, grant.lead_id) == (led.world.bob.id, led.charlie.id)
    assert (grant.access_id, grant.member_id) == (led.access.id, member_id)
    assert grant.scopes == ["mail.list", "label"]
    assert await message_id(await led.world.assistant())


async def test_a_lead_has_no_access_of_her_own(led: Led) -> None:
    await led.member()
    with pytest.raises(NotFound):
        await open_desk(led.world.resources, led.charlie.id, led.world.mailbox.id, surface="test")
    assert await assisted(led.world.resources, led.charlie.id) == []


async def test_nobody_is_named_before_the_owner_has_confirmed_the_lead(world: World, charlie: Person) -> None:
    owner = await world.owner()
    _offer, token = await invite_team(owner, ceiling(), begin_after=None, language="en")
    access = await accept_team(world.resources, charlie.id, token, name="Green Desk")
    with pytest.raises(Denied) as refused:
        await Led(world, charlie, access).name("label")
    assert refused.value.reason == "team_over"
    seen = await team_of(owner, access.id)
    assert seen.lead is not None
    assert seen.team is not None
    assert (seen.lead.id, seen.team.name, seen.access.state) == (charlie.id, "Green Desk", AccessState.ACCEPTED)
    await end_team(owner, access.id)
    assert (await team_of(owner, access.id)).access.state == AccessState.REFUSED
    with pytest.raises(Conflict):
        await confirm_team(owner, access.id)


@pytest.mark.parametrize(
    "beyond",
    [
        {"scopes": ("trash",)},
        {"scopes": ("label", "reply.free")},
        {"until": timedelta(days=29)},
    ],
)
async def test_what_is_above_the_ceiling_is_refused_and_noted(led: Led, beyond: dict[str, Any]) -> None:
    if "until" in beyond:
        beyond = {"until": clock.now() + beyond["until"]}
    wanted = Naming(name="Bob", **({"scopes": ("label",)} | beyond))
    desk, access = await led.lead()
    with pytest.raises(Denied) as refused:
        await name_members(desk, access, [Naming(name="Erik", scopes=("label",)), wanted], language="en")
    assert refused.value.reason == "beyond_ceiling"
    assert await led.seen() == []
    entry = (await log_of(await led.world.owner()))[-1]
    assert (entry.actor_kind, entry.actor_id, entry.action) == ("lead", led.charlie.id, "name_member")
    assert (entry.decision, entry.reason) == ("deny", "beyond_ceiling")


async def test_a_member_is_bound_as_the_ceiling_says(world: World, charlie: Person) -> None:
    only = Conditions(senders=frozenset({CLIENT}), sends_a_day=3)
    led = Led(world, charlie, await led_by(world, charlie, ceiling(conditions=only)))
    assert (await led.member()).conditions == only


async def test_naming_and_removing_stand_in_the_log_with_the_lead_as_actor(led: Led) -> None:
    grant = await led.member()
    assert grant.member_id
    await remove_member(*await led.lead(), grant.member_id)
    acts = [(entry.actor_kind, entry.action, entry.reason) for entry in await log_of(await led.world.owner())]
    assert ("lead", "name_member", "named") in acts
    assert acts[-1] == ("lead", "remove_member", "removed")
    assert ("owner", "team", "confirmed") in acts


async def test_a_removed_member_is_out_at_once_and_what_she_scheduled_is_held(led: Led) -> None:
    grant = await led.member()
    desk = await led.world.assistant()
    send = await in_an_hour(desk, await written(desk))
    assert grant.member_id
    assert await remove_member(*await led.lead(), grant.member_id) == ()
    with pytest.raises(Denied):
        await message_id(desk)
    assert (await send_of(await led.world.owner(), send.id)).state == SendState.HELD
    assert await remove_member(*await led.lead(), grant.member_id) == ()


async def test_a_removed_members_link_opens_nothing_any_more(led: Led) -> None:
    member_id, token = await led.name("label")
    await remove_member(*await led.lead(), member_id)
    with pytest.raises(NotFound):
        await accept.accept(led.world.resources, led.world.bob.id, token)
    later, again = await led.name("label")
    await accept.accept(led.world.resources, led.world.bob.id, again)
    await remove_member(*await led.lead(), later)
    with pytest.raises(Conflict):
        await accept.confirm(await led.world.owner(), later, texts=plain)


async def test_the_owner_is_told_of_everybody_who_was_named_and_accepted(led: Led) -> None:
    _member, token = await led.name("label")
    alice = led.world.alice.id
    assert await list_notices(led.world.resources, alice, language("en")) == []
    await accept.accept(led.world.resources, led.world.bob.id, token)
    (told,) = await list_notices(led.world.resources, alice, language("en"))
    assert (told.kind, told.path) == (NoticeKind.MEMBER, f"/owner/mailboxes/{led.world.mailbox.id}")
    assert led.world.bob.email not in told.says


async def test_the_owner_may_refuse_whom_the_lead_has_named(led: Led) -> None:
    member_id, token = await led.name("label")
    await accept.accept(led.world.resources, led.world.bob.id, token)
    assert await invite.withdraw(await led.world.owner(), member_id)
    assert [each.row.state for each in await led.seen()] == [InvitationState.REFUSED]
    assert await list_grants(await led.world.owner()) == []


async def test_ending_the_team_ends_every_member_and_every_link(led: Led) -> None:
    grant = await led.member()
    _open, token = await led.name("label", name="Dora")
    owner = await led.world.owner()
    assert await end_team(owner, led.access.id) == ()
    assert [each.status for each in await list_grants(owner)] == [GrantStatus.REVOKED]
    with pytest.raises(NotFound):
        await accept.accept(led.world.resources, led.world.bob.id, token)
    with pytest.raises(Denied):
        await led.name("label")
    assert await end_team(owner, led.access.id) == ()
    assert (await list_grants(owner))[0].version == grant.version + 1


async def test_a_lower_ceiling_narrows_members_and_open_links_at_once(led: Led) -> None:
    grant = await led.member("label", "schedule")
    _open, token = await led.name("label", "draft", name="Dora")
    owner = await led.world.owner()
    sooner = clock.now() + WEEK
    await narrow_team(owner, led.access.id, ceiling("label", until=sooner))
    (now,) = await list_grants(owner)
    assert (now.scopes, now.expires_at, now.version) == (["mail.list", "label"], sooner, grant.version + 1)
    dora = await make_person(led.world.resources, "dora@practice.example", "Dora")
    named = await accept.accept(led.world.resources, dora.id, token)
    assert (named.scopes, named.grant_until) == (["mail.list", "label"], sooner)
    assert (await accept.confirm(owner, named.id, texts=plain)).scopes == ["mail.list", "label"]


async def test_what_is_left_below_a_lower_ceiling_is_never_more_than_either(led: Led) -> None:
    await led.member("label")
    owner = await led.world.owner()
    await narrow_team(owner, led.access.id, led.lower("mail.read"))
    (now,) = await list_grants(owner)
    assert now.scopes == ["mail.list"]
    bound = Conditions(senders=frozenset({"@one.example"}))
    await narrow_team(owner, led.access.id, led.lower("mail.read", conditions=bound))
    (now,) = await list_grants(owner)
    assert now.conditions == bound
    await narrow_team(
        owner,
        led.access.id,
        led.lower("mail.read", conditions=Conditions(senders=frozenset({"@one.example"}), labels_in=frozenset({"A"}))),
    )
    assert (await list_grants(owner))[0].status == GrantStatus.ACTIVE


async def test_a_ceiling_is_never_raised(led: Led) -> None:
    owner = await led.world.owner()
    for wider in (ceiling("trash"), ceiling(until=clock.now() + 5 * WEEK), ceiling(needs_approval=NeedsApproval.NEVER)):
        with pytest.raises(BadRequest):
            await narrow_team(owner, led.access.id, wider)


async def test_a_member_may_begin_by_herself_after_the_hours_the_owner_chose(world: World, charlie: Person) -> None:
    led = Led(world, charlie, await led_by(world, charlie, ceiling(), begin_after=24))
    _member, token = await led.name("label")
    await accept.accept(world.resources, world.bob.id, token)
    (seen,) = await led.seen()
    assert seen.row.state == InvitationState.CONFIRMED
    desk = await world.assistant()
    with pytest.raises(Denied) as refused:
        await message_id(desk)
    assert refused.value.reason == "grant_not_begun"
    clock.move(timedelta(hours=25))
    assert await message_id(desk)
    assert "begins" in [entry.reason for entry in await log_of(await world.owner())]


async def test_the_owners_no_within_these_hours_is_the_end_of_it(world: World, charlie: Person) -> None:
    led = Led(world, charlie, await led_by(world, charlie, ceiling(), begin_after=24))
    _member, token = await led.name("label")
    await accept.accept(world.resources, world.bob.id, token)
    owner = await world.owner()
    (grant,) = await list_grants(owner)
    await revoke(owner, grant.id)
    clock.move(timedelta(hours=25))
    with pytest.raises(NotFound):
        await world.assistant()


async def test_a_lead_takes_away_no_access_that_the_owner_gave(world: World, charlie: Person) -> None:
    """Bob has more from Alice herself: being named for less does not replace it before she has looked."""
    own = await make_grant(world.resources, world.mailbox, world.bob, scopes=("trash",))
    led = Led(world, charlie, await led_by(world, charlie, ceiling(), begin_after=1))
    _member, token = await led.name("label")
    await accept.accept(world.resources, world.bob.id, token)
    assert [each.id for each in await list_grants(await world.owner()) if each.status == GrantStatus.ACTIVE] == [own.id]
    assert [each.row.state for each in await led.seen()] == [InvitationState.ACCEPTED]


async def test_a_lead_sees_how_much_and_when_and_nothing_of_what(led: Led) -> None:
    await led.member()
    desk = await led.world.assistant()
    await in_an_hour(desk, await written(desk))
    (seen,) = await led.seen()
    assert seen.person is not None
    assert seen.person.id == led.world.bob.id
    assert seen.last_used == clock.now().date()
    assert seen.counts == {"changes": 1, "drafts": 1}
    assert led.access.address == led.world.mailbox.address


async def test_another_lead_finds_neither_the_team_nor_its_members(led: Led) -> None:
    member_id, _token = await led.name("label")
    dora = await make_person(led.world.resources, "dora@practice.example", "Dora")
    with pytest.raises(NotFound):
        await open_lead_desk(led.world.resources, dora.id, led.access.id, surface="test")
    theirs = Led(led.world, dora, await led_by(led.world, dora, ceiling()))
    desk, access = await theirs.lead()
    for wrong in (member_id, uuid4()):
        with pytest.raises(NotFound):
            await member_of(desk, access, wrong)
        with pytest.raises(NotFound):
            await remove_member(desk, access, wrong)
    # With her own desk and another's access, the ceiling is not hers and the decision says so.
    with pytest.raises(Denied) as refused:
        await name_members(desk, led.access, [Naming(name="Erik")], language="en")
    assert refused.value.reason == "no_grant"
    assert [each.row.state for each in await led.seen()] == [InvitationState.OPEN]


async def test_a_teams_link_works_once_and_for_one_lead(world: World, charlie: Person) -> None:
    owner = await world.owner()
    _offer, token = await invite_team(owner, ceiling(), begin_after=None, language="en")
    with pytest.raises(BadRequest):
        await accept_team(world.resources, world.alice.id, token, name="Mine")
    racing = [accept_team(world.resources, lead, token, name="Ours") for lead in (charlie.id, world.bob.id)]
    answers = await asyncio.gather(*racing, return_exceptions=True)
    assert sorted(type(each).__name__ for each in answers) == ["NotFound", "TeamAccess"]
    (seen,) = await teams_at(owner)
    assert seen.lead is not None
    again = await accept_team(world.resources, seen.lead.id, token, name="Ours")
    assert again.state == AccessState.ACCEPTED
    with pytest.raises(NotFound):
        await team_by(world.resources, token)


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\0b", "a\u202eb"])
async def test_a_name_has_to_be_readable(led: Led, name: str) -> None:
    with pytest.raises(BadRequest):
        await led.name("label", name=name)


async def test_ending_the_team_while_members_are_named_leaves_nobody_in(led: Led) -> None:
    """Whichever comes first: no grant and no open link is left above the ended team."""
    owner = await led.world.owner()
    racing = [led.name("label", name=f"Number {number}") for number in range(6)]
    await asyncio.gather(*racing, end_team(owner, led.access.id), return_exceptions=True)
    assert {each.row.state for each in await led.seen()} <= {InvitationState.WITHDRAWN}


async def test_a_ceiling_lowered_while_a_member_is_confirmed_is_above_nobody(led: Led) -> None:
    owner = await led.world.owner()
    member_id, token = await led.name("label", "schedule")
    await accept.accept(led.world.resources, led.world.bob.id, token)
    racing = (accept.confirm(owner, member_id, texts=plain), narrow_team(owner, led.access.id, led.lower("label")))
    await asyncio.gather(*racing, return_exceptions=True)
    for grant in await list_grants(owner):
        assert set(grant.scopes) <= {"mail.list", "label"}


async def test_two_teams_at_one_mailbox_end_apart(led: Led) -> None:
    grant = await led.member()
    dora = await make_person(led.world.resources, "dora@practice.example", "Dora")
    other = await led_by(led.world, dora, ceiling())
    await end_team(await led.world.owner(), other.id)
    assert (await desk_of(led.world.resources, led.world.bob, led.world.mailbox)).actor.person_id == grant.assistant_id
    assert [each.status for each in await list_grants(await led.world.owner())] == [GrantStatus.ACTIVE]
