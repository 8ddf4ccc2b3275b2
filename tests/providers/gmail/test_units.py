"""A mailbox's units at Gmail: reading waits before they are used up, so that a reply finds some at its hour."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import ProviderBusy
from app.providers.allowed import GMAIL, gmail
from app.providers.gmail.units import COSTS, MOST_MAILBOXES, USUAL, Units
from app.providers.transport import Call, Transport
from app.sandbox.gmail import quota

ADDRESS = "https://gmail.example/"
LIST, THREAD, SEND = "gmail.messages.list", "gmail.threads.get", "gmail.drafts.send"


class Watch:
    """A clock that goes on when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def read_all(units: Units, mailbox: str = "alice") -> int:
    """Read conversations until there is no room left; return how many."""
    read = 0
    while not units.wait(mailbox, THREAD):
        read += 1
    return read


def test_prices_are_those_that_the_practice_provider_asks() -> None:
    mine = {name: COSTS.get(name, USUAL) for name, _, _ in GMAIL}
    named = {
        "profile.get": "getProfile",
        "send_as.list": "settings.sendAs.list",
        "attachments.get": "messages.attachments.get",
    }
    assert mine == {name: quota.cost(named.get(name, name)) for name in mine}


def test_whoever_reads_all_day_leaves_room_for_ten_letters_and_for_everybody_else() -> None:
    watch = Watch()
    units = Units(6_000, now=lambda: watch.now)
    assert read_all(units) == 4_500 // 40
    assert [units.wait("alice", SEND) for _ in range(10)] == 10 * [0]
    assert units.wait("carol", THREAD) == 0
    assert units.wait("alice", "graph.messages.get") == 0, "Outlook has no units"


def test_what_was_spent_a_minute_ago_is_there_again() -> None:
    watch = Watch()
    units = Units(2_000, now=lambda: watch.now)
    read = read_all(units)
    watch.now += 20
    assert units.wait("alice", THREAD) == pytest.approx(40)
    watch.now += 40
    assert read_all(units) == read


def test_mailboxes_that_rest_are_forgotten() -> None:
    watch = Watch()
    units = Units(6_000, now=lambda: watch.now)
    for number in range(MOST_MAILBOXES):
        units.wait(f"mailbox {number}", LIST)
    watch.now += 61
    units.wait("alice", LIST)
    assert list(units._spent) == ["alice"]


@given(st.lists(st.tuples(st.sampled_from([LIST, THREAD, SEND]), st.floats(0, 30)), max_size=100))
def test_no_minute_ever_costs_more_than_there_is(calls: list[tuple[str, float]]) -> None:
    watch, done = Watch(), []
    units = Units(1_700, now=lambda: watch.now)
    for name, pause in calls:
        watch.now += pause
        if not (seconds := units.wait("alice", name)):
            done.append((watch.now, COSTS.get(name.removeprefix("gmail."), USUAL)))
        else:
            assert 0 < seconds <= 60
    for last, _ in done:
        assert sum(cost for at, cost in done if last - 60 < at <= last) <= 1_700


@pytest.mark.parametrize(("spent_ago", "waits"), [(57.0, True), (30.0, False)])
async def test_a_call_waits_for_seconds_and_is_put_off_for_longer(spent_ago: float, *, waits: bool) -> None:
    watch, asked = Watch(), []
    units = Units(2_000, now=lambda: watch.now)
    read_all(units)
    watch.now += spent_ago

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.path)
        return httpx2.Response(200, json={})

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as client:
        transport = Transport(client, tuple(gmail(ADDRESS)), wait=units.wait, sleep=watch.sleep)
        call: dict[str, Any] = {"method": "GET", "url": f"{ADDRESS}gmail/v1/users/me/threads/t1", "repeatable": True}
        if waits:
            await transport.send(Call(**call), mailbox="alice")
            assert watch.slept == [pytest.approx(3)]
        else:
            with pytest.raises(ProviderBusy) as busy:
                await transport.send(Call(**call), mailbox="alice")
            assert busy.value.retry_after == pytest.approx(30)
    assert len(asked) == waits
