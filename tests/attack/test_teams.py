"""What a team's lead tries beyond her ceiling, at the mailbox itself, and at another's team: all refused, none done."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI

from app import clock
from app.access.ceiling import Terms
from app.actions.grants import list_grants
from app.actions.invite_team import invite_team
from app.actions.members import members
from app.actions.name_members import name_members
from app.actions.named import Naming
from app.actions.resources import Resources
from app.actions.seats import open_lead_desk
from app.actions.team import confirm_team, end_team
from app.actions.team_link import accept_team
from app.errors import Denied
from app.models.conditions import UNBOUND, Conditions
from app.models.grant import InvitationState, NeedsApproval
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.models.team import TeamAccess
from tests.actions.situations import World, sends
from tests.attack.requests import calls
from tests.people import CLIENT, connected_mailbox, make_grant
from tests.web.api.calls import good, listed, refused
from tests.web.browser import Browser

BOUND = Conditions(senders=frozenset({CLIENT}))
LESS = {"scopes": ("mail.read", "label"), "conditions": BOUND, "needs_approval": NeedsApproval.ALWAYS}


async def team_of(world: World, lead: Person) -> TeamAccess:
    """Have Alice let a lead's team in for nine days, for one client's mail."""
    owner = await world.owner()
    terms = Terms(**LESS, until=clock.now() + timedelta(days=9))  # type: ignore[arg-type]
    _offer, token = await invite_team(owner, terms, begin_after=None, language="en")
    access = await accept_team(world.resources, lead.id, token, name=f"Desk of {lead.name}")
    return await confirm_team(owner, access.id)


@pytest.fixture
async def access(world: World, charlie: Person) -> TeamAccess:
    """What Charlie's team has at Alice's mailbox."""
    return await team_of(world, charlie)


async def test_exactly_the_ceiling_may_be_named(as_charlie: Browser, access: TeamAccess) -> None:
    """Without this, the refusals below would show nothing."""
    member = {"name": "Sam", "scopes": list(access.scopes), "until": str(access.access_until)}
    made = await good(as_charlie, "POST", f"/teams/{access.id}/members", {"members": [member]})
    assert made["members"][0]["conditions"] == (await good(as_charlie, "GET", f"/teams/{access.id}"))["conditions"]


@pytest.mark.parametrize("scope", ["draft", "schedule", "reply.free", "archive", "trash"])
async def test_a_lead_who_names_one_right_more_is_refused_by_its_code(
    as_charlie: Browser, access: TeamAccess, scope: str
) -> None:
    body = {"members": [{"name": "Sam", "scopes": ["label", scope]}]}
    assert (await refused(as_charlie, "POST", f"/teams/{access.id}/members", body)) == (403, "beyond_ceiling")
    assert await listed(as_charlie, f"/teams/{access.id}/members") == []


async def test_a_lead_who_names_one_second_more_is_refused(as_charlie: Browser, access: TeamAccess) -> None:
    later = str(access.access_until + timedelta(seconds=1))
    body = {"members": [{"name": "Sam", "until": later}]}
    assert (await refused(as_charlie, "POST", f"/teams/{access.id}/members", body)) == (403, "beyond_ceiling")


@pytest.mark.parametrize(
    "more", [{"needs_approval": "never"}, {"conditions": {}}, {"conditions": {"senders": []}}, {"begin_after": 1}]
)
async def test_a_lead_who_sends_terms_of_her_own_is_not_listened_to(
    as_charlie: Browser, access: TeamAccess, more: dict[str, Any]
) -> None:
    body = {"members": [{"name": "Sam", **more}]}
    assert (await refused(as_charlie, "POST", f"/teams/{access.id}/members", body))[0] == 422
    assert await listed(as_charlie, f"/teams/{access.id}/members") == []


@pytest.mark.parametrize("wider", [{"conditions": UNBOUND}, {"needs_approval": NeedsApproval.NEVER}])
async def test_a_forged_ceiling_is_judged_by_what_the_owner_wrote_down(
    world: World, charlie: Person, access: TeamAccess, wider: dict[str, Any]
) -> None:
    desk, mine = await open_lead_desk(world.resources, charlie.id, access.id, surface="test")
    forged = TeamAccess(**(mine.model_dump() | {"conditions": mine.conditions} | wider))
    with pytest.raises(Denied) as beyond:
        await name_members(desk, forged, [Naming(name="Sam")], language="en")
    assert beyond.value.reason == "beyond_ceiling"
    assert await members(desk, mine) == []


async def test_every_address_of_the_mailbox_is_not_there_for_a_lead(
    *, as_charlie: Browser, as_alice: Browser, app: FastAPI, mailbox: Mailbox, access: TeamAccess
) -> None:
    messages = (await good(as_alice, "GET", f"/mailboxes/{mailbox.id}/messages"))["messages"]
    known = {"mailbox_id": str(mailbox.id), "access_id": str(access.id), "message_id": messages[0]["id"]}
    ids = defaultdict(lambda: str(uuid4()), known)
    at = "/api/v1/mailboxes/{mailbox_id:uuid}"
    tried = [call for call in calls(app) if call.path.startswith(at)]
    for call in tried:
        for hole in call.holes:
            ids[hole]  # made once, so that path and body name the same
        answer = await call.by(as_charlie, ids)
        assert answer.status_code == 404, f"{call.method} {call.path}: {answer.status_code} {answer.text}"
        assert messages[0]["subject"] not in answer.text
    ends = {call.path.removeprefix(at).split("/")[1] for call in tried if "/" in call.path.removeprefix(at)}
    assert {"messages", "drafts", "audit", "senders", "templates", "grants", "teams", "review"} <= ends


async def test_a_lead_with_a_grant_has_that_and_nothing_by_her_team(
    *, as_charlie: Browser, resources: Resources, mailbox: Mailbox, charlie: Person, access: TeamAccess
) -> None:
    at = f"/mailboxes/{mailbox.id}"
    assert (await refused(as_charlie, "GET", f"{at}/messages"))[0] == 404
    await make_grant(resources, mailbox, charlie, scopes=("mail.list",))
    assert (await good(as_charlie, "GET", f"{at}/messages"))["messages"]
    assert (await refused(as_charlie, "GET", f"{at}/teams/{access.id}"))[0] == 403
    assert (await refused(as_charlie, "DELETE", f"{at}/teams/{access.id}"))[0] == 403
    assert (await good(as_charlie, "GET", f"/teams/{access.id}"))["state"] == "confirmed"


async def test_another_leads_ids_are_ids_of_nothing(
    *, as_charlie: Browser, as_bob: Browser, world: World, access: TeamAccess
) -> None:
    other = await team_of(world, world.bob)
    body = {"members": [{"name": "Sam"}]}
    (theirs,) = (await good(as_bob, "POST", f"/teams/{other.id}/members", body))["members"]
    for wrong in (other.id, world.mailbox.id, uuid4()):
        for method, rest in (("GET", ""), ("GET", "/members"), ("POST", "/members")):
            sent = body if method == "POST" else None
            assert (await refused(as_charlie, method, f"/teams/{wrong}{rest}", sent)) == (404, "not_found")
        assert (await refused(as_charlie, "DELETE", f"/teams/{wrong}/members/{theirs['id']}")) == (404, "not_found")
    assert (await refused(as_charlie, "DELETE", f"/teams/{access.id}/members/{theirs['id']}")) == (404, "not_found")
    (seen,) = await listed(as_bob, f"/teams/{other.id}/members")
    assert seen["state"] == "open"


async def test_an_owners_other_mailbox_does_not_know_a_team_of_this_one(
    as_charlie: Browser, world: World, charlie: Person, access: TeamAccess
) -> None:
    """Charlie owns a mailbox too: through it nobody reaches the team at Alice's."""
    charlies = await connected_mailbox(world.resources, charlie)
    at = f"/mailboxes/{charlies.id}/teams/{access.id}"
    assert (await good(as_charlie, "GET", f"/mailboxes/{charlies.id}"))["id"] == str(charlies.id)
    for method in ("GET", "PATCH", "DELETE"):
        body = {"scopes": ["mail.list"]} if method == "PATCH" else None
        assert (await refused(as_charlie, method, at, body)) == (404, "not_found")
    assert (await refused(as_charlie, "PUT", f"{at}/confirmation")) == (404, "not_found")


async def test_a_double_click_with_one_key_names_one_person(as_charlie: Browser, access: TeamAccess) -> None:
    call = ("POST", f"/teams/{access.id}/members", {"members": [{"name": "Sam"}, {"name": "Kim"}]})
    answers = await asyncio.gather(*(as_charlie.api(*call, **{"idempotency-key": "one"}) for _ in range(4)))
    assert {one.status_code for one in answers} == {201}
    assert len({str([each["link"] for each in one.json()["members"]]) for one in answers}) == 1
    assert len(await listed(as_charlie, f"/teams/{access.id}/members")) == 2


async def test_two_leads_at_once_name_each_for_her_own_team(world: World, charlie: Person, access: TeamAccess) -> None:
    other = await team_of(world, world.bob)
    seats = [(charlie, access), (world.bob, other)]
    desks = [await open_lead_desk(world.resources, lead.id, team.id, surface="test") for lead, team in seats]
    racing = [name_members(*desk, [Naming(name=f"N{n}")], language="en") for n in range(4) for desk in desks]
    await asyncio.gather(*racing)
    for (lead, team), desk in zip(seats, desks, strict=True):
        rows = [each.row for each in await members(*desk)]
        assert {(row.access_id, row.lead_id) for row in rows} == {(team.id, lead.id)}
        assert sorted(row.name for row in rows) == ["N0", "N1", "N2", "N3"]


async def test_a_team_ended_while_its_lead_names_has_no_link_left(
    world: World, charlie: Person, access: TeamAccess
) -> None:
    desk = await open_lead_desk(world.resources, charlie.id, access.id, surface="test")
    owner = await world.owner()
    racing = [name_members(*desk, [Naming(name=f"N{n}")], language="en") for n in range(5)]
    await asyncio.gather(*racing[:3], end_team(owner, access.id), *racing[3:], return_exceptions=True)
    assert {each.row.state for each in await members(*desk)} <= {InvitationState.WITHDRAWN}
    assert await list_grants(owner) == []
    assert sends(world.sandbox) == 0
