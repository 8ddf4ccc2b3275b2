"""Sixty revocations against a worker; `python -m tests.bench.revoke` runs ten thousand of them."""

from __future__ import annotations

from tests.actions.situations import World
from tests.bench.revoke import race


async def test_V4_I4_no_send_begins_after_done_in_sixty_races(world: World) -> None:
    figures = await race(world, 60)
    assert (figures.begun_after_done, figures.sent_twice, figures.unsettled) == (0, 0, 0), figures
    assert figures.held + figures.sent == 60
    assert figures.held > 9
    assert figures.sent > 9
