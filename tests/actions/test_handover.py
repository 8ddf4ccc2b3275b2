"""Bob is away: what he and his lead wrote down is read by Dora, who stands in for him, and by Alice; by nobody else."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app import clock
from app.actions import accept
from app.actions.erase import PERSON, erase
from app.actions.export_files import files_of
from app.actions.grants import list_grants, narrow, revoke
from app.actions.handover import MOST, lead_notes, write_handover, write_lead_notes
from app.actions.handovers import handed_over, handovers_about, own_handover, part_of_handovers
from app.actions.holdings import holdings
from app.actions.invite import withdraw
from app.actions.list_messages import list_messages
from app.actions.substitute import Standing, name_substitute
from app.actions.team import end_team, narrow_team
from app.errors import BadRequest, Conflict, Denied, NotFound
from app.locale.catalogues import language
from app.models.conditions import Conditions
from app.models.grant import Grant, NeedsApproval
from app.models.person import Person
from app.providers.base import Listing
from tests.actions.situations import World, log_of
from tests.actions.test_team import Led, ceiling, led_by, plain
from tests.people import CLIENT, desk_of, make_grant, make_person

WEEK = timedelta(days=7)
BOBS, LEADS = "Clara waits for an offer until Friday.", "Bob's files are in the blue folder."


@dataclass(frozen=True)
class Away:
    """Bob, a member of Charlie's team at Alice's mailbox, with both their notes; Dora may stand in for him."""

    led: Led
    grant: Grant
    dora: Person

    async def named(self, *, name: str = "Dora", **more: Any) -> tuple[UUID, str]:
        """Have Charlie name Dora for Bob; return her member's id with her link's token."""
        standing = Standing(name=name, **({"until": clock.now() + 2 * WEEK} | more))
        assert self.grant.member_id
        row, token = await name_substitute(await self.led.lead(), self.grant.member_id, standing, language="en")
        return row.id, token

    async def begun(self, **more: Any) -> Grant:
        """Have her accept and Alice say yes."""
        member_id, token = await self.named(**more)
        await accept.accept(self.led.world.resources, self.dora.id, token)
        return await accept.confirm(await self.led.world.owner(), member_id, texts=plain)

    async def read_by(self, person: Person) -> set[str]:
        """Return which notes somebody can read at Alice's mailbox."""
        desk = await desk_of(self.led.world.resources, person, self.led.world.mailbox)
        return {each.text for each in (await part_of_handovers(desk, size=50)).rows}


@pytest.fixture
async def away(world: World, charlie: Person) -> Away:
    """Both notes are written, nobody is named yet."""
    led = Led(world, charlie, await led_by(world, charlie, ceiling()))
    grant = await led.member("label", "draft")
    await write_handover(await world.assistant(), BOBS)
    assert grant.member_id
    await write_lead_notes(await led.lead(), grant.member_id, LEADS)
    return Away(led, grant, await make_person(world.resources, "dora@practice.example", "Dora Dorn"))


async def test_whoever_stands_in_has_the_absent_ones_rights_and_both_notes_before_anything_else(away: Away) -> None:
    grant = await away.begun()
    assert (grant.scopes, grant.conditions) == (away.grant.scopes, away.grant.conditions)
    assert (grant.needs_approval, grant.lead_id) == (away.grant.needs_approval, away.led.charlie.id)
    desk = await desk_of(away.led.world.resources, away.dora, away.led.world.mailbox)
    assert {(each.text, each.author.name) for each in await handed_over(desk)} == {
        (BOBS, "Bob Brun"),
        (LEADS, "Charlie Chat"),
    }
    assert (await list_messages(desk, Listing(folder=None))).messages


async def test_the_notes_are_the_authors_the_substitutes_and_the_owners_and_nobody_elses(away: Away) -> None:
    world = away.led.world
    await away.begun()
    erik = await make_person(world.resources, "erik@practice.example", "Erik")
    await make_grant(world.resources, world.mailbox, erik)
    assert await away.read_by(world.alice) == {BOBS, LEADS}
    assert await away.read_by(away.dora) == {BOBS, LEADS}
    assert await away.read_by(world.bob) == {BOBS}
    assert await away.read_by(erik) == set()
    assert away.grant.member_id
    assert await lead_notes(await away.led.lead(), away.grant.member_id) == LEADS
    assert {each.text for each in await handovers_about(await world.owner(), world.bob.id)} == {BOBS, LEADS}
    with pytest.raises(NotFound):  # a lead has no seat at the mailbox
        await away.read_by(away.led.charlie)


async def test_a_substitute_reads_nothing_before_her_day_and_nothing_after_it(away: Away) -> None:
    begins, until = clock.now() + WEEK, clock.now() + 2 * WEEK
    grant = await away.begun(begins=begins, until=until)
    assert (grant.begins_at, grant.expires_at) == (begins, until)
    for moved, reason in ((timedelta(), "grant_not_begun"), (WEEK, ""), (WEEK, "grant_expired")):
        clock.move(moved)
        desk = await desk_of(away.led.world.resources, away.dora, away.led.world.mailbox)
        if not reason:
            assert len(await handed_over(desk)) == 2
            continue
        with pytest.raises(Denied) as refused:
            await handed_over(desk)
        assert refused.value.reason == reason


async def test_after_the_substitutes_grant_is_ended_the_notes_are_shut_at_once(away: Away) -> None:
    grant = await away.begun()
    desk = await desk_of(away.led.world.resources, away.dora, away.led.world.mailbox)
    await revoke(await away.led.world.owner(), grant.id)
    with pytest.raises(Denied):
        await handed_over(desk)


async def test_what_was_narrowed_for_the_absent_one_is_narrow_for_whoever_stands_in(away: Away) -> None:
    owner = await away.led.world.owner()
    only = Conditions(senders=frozenset({CLIENT}))
    until = away.grant.expires_at
    await narrow(owner, away.grant.id, scopes=["label"], until=until, conditions=only)
    grant = await away.begun()
    assert (grant.scopes, grant.conditions) == (["mail.list", "label"], only)


@pytest.mark.parametrize(
    ("days", "refusal"),
    [
        ({"until": 5 * WEEK}, Denied),
        ({"until": WEEK, "begins": 2 * WEEK}, BadRequest),
        ({"until": -WEEK}, BadRequest),
    ],
)
async def test_days_that_are_none_or_beyond_the_ceiling_name_nobody(
    away: Away, days: dict[str, timedelta], refusal: type[Exception]
) -> None:
    moments: dict[str, Any] = {name: clock.now() + each for name, each in days.items()}
    with pytest.raises(refusal):
        await away.named(**moments)
    assert [each.row.name for each in await away.led.seen()] == ["Bob"]


async def test_nobody_stands_in_for_somebody_who_has_no_access_herself(away: Away) -> None:
    owner = await away.led.world.owner()
    offered, _token = await away.led.name("label", name="Erik")
    standing = Standing(name="Dora", until=clock.now() + WEEK)
    with pytest.raises(Conflict):
        await name_substitute(await away.led.lead(), offered, standing, language="en")
    await revoke(owner, away.grant.id)
    with pytest.raises(Conflict):
        await away.named()
    assert away.grant.member_id
    with pytest.raises(Conflict):
        await write_lead_notes(await away.led.lead(), away.grant.member_id, "More")


async def test_somebody_who_has_access_here_cannot_lose_it_by_standing_in(away: Away) -> None:
    world = away.led.world
    own = await make_grant(world.resources, world.mailbox, away.dora, scopes=("mail.read",))
    _member, token = await away.named()
    for person in (away.dora, world.bob):
        with pytest.raises(Conflict, match="already"):
            await accept.accept(world.resources, person.id, token)
    assert [each.id for each in await list_grants(await world.owner()) if each.assistant_id == away.dora.id] == [own.id]


async def test_the_owner_sees_the_name_and_refuses_before_anything_is_seen(away: Away) -> None:
    world = away.led.world
    member_id, token = await away.named()
    named = await accept.accept(world.resources, away.dora.id, token)
    assert (named.name, named.stands_in_id) == ("Dora", away.grant.member_id)
    assert await withdraw(await world.owner(), member_id)
    with pytest.raises(NotFound):
        await desk_of(world.resources, away.dora, world.mailbox)


async def test_a_team_that_lets_members_begin_by_themselves_keeps_the_first_day(world: World, charlie: Person) -> None:
    led = Led(world, charlie, await led_by(world, charlie, ceiling(), begin_after=1))
    _bob, token = await led.name("label")
    await accept.accept(world.resources, world.bob.id, token)
    (bobs,) = await list_grants(await world.owner())
    away = Away(led, bobs, await make_person(world.resources, "dora@practice.example", "Dora"))
    clock.move(timedelta(hours=2))
    begins = clock.now() + WEEK
    _dora, token = await away.named(begins=begins)
    await accept.accept(world.resources, away.dora.id, token)
    assert {each.begins_at for each in await list_grants(await world.owner())} == {bobs.begins_at, begins}


async def test_the_log_says_who_wrote_and_read_notes_and_no_word_of_them(away: Away) -> None:
    await away.begun()
    await away.read_by(away.dora)
    entries = await log_of(await away.led.world.owner())
    said = [(each.actor_kind, each.action) for each in entries if each.action in ("handover", "lead_notes")]
    assert said == [("assistant", "handover")] * 2 + [("lead", "lead_notes")] * 2
    assert ("see_handover", away.dora.id) in [(each.action, each.actor_id) for each in entries]
    assert ("name_member", "substitute") in [(each.action, each.reason) for each in entries]
    told = " ".join(str(each.model_dump()) for each in entries)
    assert not [word for word in (BOBS, LEADS, "Clara", "folder") if word in told]


async def test_notes_are_sealed_where_they_are_kept_and_shut_with_their_mailbox(away: Away) -> None:
    db, mailbox = away.led.world.resources.db, away.led.world.mailbox
    async with db.transaction(mailbox=mailbox.id) as session:
        rows = (await session.execute(text("select words from handover"))).scalars().all()
    assert len(rows) == 2
    assert all(word.encode() not in bytes(row) for row in rows for word in (BOBS, LEADS))
    for person_id in (None, away.led.world.bob.id, away.led.charlie.id):
        async with db.transaction(person=person_id) as session:
            assert (await session.execute(text("select count(*) from handover"))).scalar_one() == 0


async def test_notes_are_written_anew_emptied_and_never_endless(away: Away) -> None:
    desk = await away.led.world.assistant()
    with pytest.raises(BadRequest):
        await write_handover(desk, "x" * (MOST + 1))
    assert await own_handover(desk) == BOBS
    await write_handover(desk, "  Nothing\r\nnew. \0 ")
    assert await own_handover(desk) == "Nothing\nnew."
    await write_handover(desk, " \n ")
    assert await own_handover(desk) == ""
    with pytest.raises(NotFound):
        await write_handover(await away.led.world.owner(), "Mine")


async def test_without_the_right_to_list_or_with_a_paused_grant_no_notes_are_written(away: Away) -> None:
    await end_team(await away.led.world.owner(), away.led.access.id)
    assert away.grant.member_id
    with pytest.raises((Denied, Conflict)):
        await write_lead_notes(await away.led.lead(), away.grant.member_id, "Later")
    erik = await make_person(away.led.world.resources, "erik@practice.example", "Erik")
    await make_grant(away.led.world.resources, away.led.world.mailbox, erik, scopes=("rules.suggest",))
    with pytest.raises(Denied):
        await write_handover(await desk_of(away.led.world.resources, erik, away.led.world.mailbox), "Mine")


async def test_a_lower_ceiling_lowers_whoever_stands_in(away: Away) -> None:
    await away.begun()
    await narrow_team(await away.led.world.owner(), away.led.access.id, away.led.lower("label"))
    assert {tuple(each.scopes) for each in await list_grants(await away.led.world.owner())} == {("mail.list", "label")}
    assert {each.needs_approval for each in await list_grants(await away.led.world.owner())} == {NeedsApproval.ALWAYS}


async def copied(away: Away, person: Person) -> dict[str, str]:
    """Return the files of a copy of somebody's data that hold notes, by the end of their names."""
    resources = away.led.world.resources
    found: AsyncIterator[Any] = files_of(resources, person, await holdings(resources, person.id), language("en"))
    files = {}
    async for name, chunks in found:
        if name.endswith("handovers.json"):
            files[name.split("/")[0]] = b"".join([chunk async for chunk in chunks]).decode()
    return files


async def test_a_copy_of_ones_data_has_the_notes_one_wrote_and_the_owners_has_all(away: Away) -> None:
    await away.begun()
    world = away.led.world
    words = {
        who.name: {part: [row["words"] for row in json.loads(rows)] for part, rows in (await copied(away, who)).items()}
        for who in (world.bob, away.led.charlie, away.dora)
    }
    assert words == {
        "Bob Brun": {"assisting": [BOBS]},
        "Charlie Chat": {"leading": [LEADS]},
        "Dora Dorn": {"assisting": []},
    }
    assert {row["words"] for row in json.loads((await copied(away, world.alice))["mailboxes"])} == {BOBS, LEADS}


@pytest.mark.parametrize("who", ["bob", "charlie", "alice"])
async def test_notes_are_erased_with_their_author_with_whom_they_are_about_and_with_the_mailbox(
    away: Away, who: str
) -> None:
    world = away.led.world
    person = away.led.charlie if who == "charlie" else world.alice if who == "alice" else world.bob
    await erase(world.resources, person.id, asked_by=PERSON)
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        left = (await session.execute(text("select count(*) from handover"))).scalar_one()
    assert left == (1 if who == "charlie" else 0)
