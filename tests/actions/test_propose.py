"""The other way round: an assistant proposes, the owner changes any tick and gives it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app import clock
from app.actions import agree, propose
from app.actions.grants import list_grants
from app.actions.links import LINK_LIVES
from app.actions.take_proposal import take_proposal
from app.errors import BadRequest, Denied, NotFound
from app.models.grant import Grant, NeedsApproval
from app.models.person import Person
from tests.actions.situations import World, last
from tests.people import desk_of, make_grant


def texts(language: str) -> Callable[[str], str]:
    return lambda sentence: f"[{language}] {sentence}"


async def proposed(world: World, **more: Any) -> str:
    usual = {"scopes": ["label", "draft", "trash"], "until": clock.now() + timedelta(days=30), "message": "Shall I?"}
    _, token = await propose.propose(world.resources, world.bob.id, **(usual | more))
    return token


def terms(**more: Any) -> dict[str, Any]:
    usual = {"scopes": ["label"], "until": clock.now() + timedelta(days=7), "language": "es", "texts": texts}
    return usual | {"needs_approval": NeedsApproval.ALWAYS} | more


async def test_V1_the_owner_changes_any_tick_of_a_proposal_before_she_gives_it(world: World) -> None:
    token = await proposed(world)
    proposal, author = await propose.proposal_by(world.resources, token)
    assert (author.id, proposal.message) == (world.bob.id, "Shall I?")
    assert proposal.scopes == ["mail.list", "mail.read", "label", "trash", "draft"]
    owner = await world.owner()
    wanted = terms()
    grant = await take_proposal(owner, token, **wanted)
    assert (grant.scopes, grant.expires_at) == (["mail.list", "label"], wanted["until"])
    assert (grant.assistant_id, grant.owner_id) == (world.bob.id, world.alice.id)
    assert await last(owner) == [("begin", "grant", "allow", "given"), ("end", "grant", "allow", "done")]
    kept = await agree.agreements(owner, grant.id)
    assert {each.role for each in kept} == {"owner", "assistant"}
    assert all(each.scopes == grant.scopes for each in kept)


async def test_a_proposal_is_taken_once_however_many_press_it_at_once(world: World) -> None:
    token, owner = await proposed(world), await world.owner()
    done = await asyncio.gather(*(take_proposal(owner, token, **terms()) for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(each, Grant) for each in done) == 1
    assert all(isinstance(each, Grant | NotFound) for each in done)
    with pytest.raises(NotFound):
        await propose.proposal_by(world.resources, token)
    assert len(await list_grants(owner)) == 1


async def test_nobody_takes_her_own_proposal_or_gives_what_is_not_hers(world: World, charlie: Person) -> None:
    await make_grant(world.resources, world.mailbox, charlie, scopes=("reply.free", "label"))
    _, own = await propose.propose(
        world.resources, world.alice.id, scopes=["label"], until=clock.now() + timedelta(days=3), message=""
    )
    with pytest.raises(BadRequest, match="your own proposal"):
        await take_proposal(await world.owner(), own, **terms())
    token = await proposed(world)
    with pytest.raises(Denied) as refused:
        await take_proposal(await desk_of(world.resources, charlie, world.mailbox), token, **terms())
    assert refused.value.reason == "owner_only"
    await propose.proposal_by(world.resources, token)


async def test_a_proposal_that_is_over_or_never_was_is_not_there(world: World) -> None:
    token = await proposed(world)
    for wrong in ("", "p", "i" + token[1:], token[:-1], token[:44] + "another secret"):
        with pytest.raises(NotFound):
            await propose.proposal_by(world.resources, wrong)
    clock.move(LINK_LIVES)
    with pytest.raises(NotFound):
        await take_proposal(await world.owner(), token, **terms())


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": []},
        {"scopes": ["teleport"]},
        {"message": "x" * 2001},
        {"message": "nul\0"},
        {"until": timedelta(days=400)},
    ],
)
async def test_a_proposal_that_cannot_be_is_refused(world: World, wrong: dict[str, Any]) -> None:
    if "until" in wrong:
        wrong = {"until": clock.now() + wrong["until"]}
    with pytest.raises(BadRequest):
        await proposed(world, **wrong)
    assert await propose.proposals(world.resources, world.bob.id) == []


@pytest.mark.parametrize("wrong", [{"scopes": []}, {"scopes": ["teleport"]}, {"until": timedelta(days=-1)}])
async def test_terms_that_cannot_be_leave_the_proposal_open(world: World, wrong: dict[str, Any]) -> None:
    if "until" in wrong:
        wrong = {"until": clock.now() + wrong["until"]}
    token, owner = await proposed(world), await world.owner()
    with pytest.raises(BadRequest):
        await take_proposal(owner, token, **terms(**wrong))
    await take_proposal(owner, token, **terms())


async def test_each_sees_her_own_proposals(world: World) -> None:
    await proposed(world)
    assert len(await propose.proposals(world.resources, world.bob.id)) == 1
    assert await propose.proposals(world.resources, world.alice.id) == []
