"""A round of many: what fails, and however it fails, keeps nothing else from its turn."""

from __future__ import annotations

import logging

import pytest

from app.actions.turns import each_in_turn
from app.errors import DatabaseTrouble, ProviderBusy


async def test_what_fails_keeps_nothing_else_from_its_turn(caplog: pytest.LogCaptureFixture) -> None:
    done = []

    async def work(number: int) -> None:
        if number == 1:
            raise ProviderBusy
        if number == 2:
            raise ZeroDivisionError
        done.append(number)

    with caplog.at_level(logging.WARNING):
        assert await each_in_turn(range(5), work, "the work") == 3
    assert done == [0, 3, 4]
    assert [record.getMessage() for record in caplog.records] == [
        "the work of 1 waits for its next turn: provider_busy",
        "the work of 2 has failed",
    ]
    assert caplog.records[1].exc_info


async def test_a_database_that_is_away_is_waited_for_once_and_not_by_each() -> None:
    tried = []

    async def work(number: int) -> None:
        tried.append(number)
        raise DatabaseTrouble

    with pytest.raises(DatabaseTrouble):
        await each_in_turn(range(5), work, "the work")
    assert tried == [0]
