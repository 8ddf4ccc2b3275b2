"""An owner's ending against an assistant's act, thirty times each: nothing begins after the answer has said done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from app.actions import grants, remove, stop
from app.actions.label import label
from app.errors import AppError
from app.models.grant import Grant
from tests.actions.situations import World, effects, log_of, message_id, written

ROUNDS = 30
Ending = Callable[[World, Grant], Awaitable[object]]


async def stopping(world: World, _grant: Grant) -> None:
    assert await stop.stop_all(world.resources, world.alice.id, surface="test")


async def removing(world: World, _grant: Grant) -> None:
    await remove.remove(world.resources, world.alice.id, world.bob.id, surface="test")


@pytest.mark.parametrize("ending", [stopping, removing])
@pytest.mark.parametrize("verb", ["label"])
async def test_no_act_is_allowed_after_an_ending_in_thirty_races(world: World, ending: Ending, verb: str) -> None:
    """What the chain allowed before the ending may finish; the ending's own entry is the border."""
    kinds: set[bool] = set()
    for turn in range(ROUNDS):
        grant = await world.grant()
        owner, desk = await world.owner(), await world.assistant()
        message = await message_id(desk)

        async def act(desk=desk, message=message, turn=turn) -> object:  # type: ignore[no-untyped-def]
            return await (label(desk, message, add=[f"L{turn}"]) if verb == "label" else written(desk, f"No. {turn}"))

        async def end(grant=grant, turn=turn) -> None:  # type: ignore[no-untyped-def]
            for _ in range(turn * 3):  # another moment in each race
                await asyncio.sleep(0)
            await ending(world, grant)

        outcomes = await asyncio.gather(act(), end(), return_exceptions=True)
        assert outcomes[1] is None
        assert not isinstance(outcomes[0], BaseException) or isinstance(outcomes[0], AppError), outcomes
        kinds.add(isinstance(outcomes[0], AppError))
        done = len(effects(world.sandbox))
        with pytest.raises(AppError):
            await act()
        assert len(effects(world.sandbox)) == done
        entries = await log_of(owner)
        names = {"stop", "revoke", "narrow", "narrow_grant", "change_grant"}
        border = max(entry.seq for entry in entries if entry.action in names and entry.decision == "allow")
        late = [e for e in entries if e.seq > border and e.actor_id == world.bob.id and e.phase == "begin"]
        assert [e.seq for e in late if e.decision == "allow"] == []
        await grants.revoke(owner, grant.id)
    assert kinds == {True, False}  # each side was first at least once
