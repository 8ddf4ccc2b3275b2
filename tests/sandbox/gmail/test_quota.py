"""What calls cost, and the limit."""

from __future__ import annotations

from datetime import timedelta

import httpx2

from app import clock
from app.sandbox.gmail.discovery import discovery
from app.sandbox.gmail.handlers import HANDLERS
from app.sandbox.gmail.quota import COSTS, cost
from app.sandbox.modes import Modes
from app.sandbox.sandbox import Sandbox
from tests.sandbox.practice import ALICE, BOB, Program, consent, reply


def test_every_price_is_of_a_method_there_is():
    ids = {operation.id.removeprefix("gmail.users.") for operation in discovery().operations}
    assert COSTS.keys() <= ids
    assert HANDLERS.keys() <= ids


def test_prices_are_those_of_googles_table():
    named = (
        "messages.get",
        "threads.get",
        "drafts.send",
        "drafts.create",
        "drafts.update",
        "messages.list",
        "labels.list",
    )
    assert [cost(f"gmail.users.{name}") for name in named] == [20, 40, 100, 10, 15, 5, 1]
    assert cost("gmail.users.messages.modify") == 5


async def test_units_are_counted(client: httpx2.AsyncClient, program: Program):
    draft = await program.draft(reply())
    await program.post("drafts/send", {"id": draft["id"]})
    await program.ask("GET", "messages/none")
    counted = (await client.get("/_quota")).json()
    assert counted[ALICE]["total"] == 130
    assert counted[ALICE]["calls"]["gmail.users.drafts.send"] == 1


async def test_what_is_refused_for_its_token_or_form_costs_nothing(client: httpx2.AsyncClient, program: Program):
    await program.ask("GET", "messages", params={"foo": "1"})
    await client.get("/gmail/v1/users/me/messages")
    assert (await client.get("/_quota")).json() == {}


async def test_a_minute_has_six_thousand_units_when_the_mode_is_on(
    client: httpx2.AsyncClient, sandbox: Sandbox, program: Program
):
    sandbox.modes = Modes(quota=True)
    statuses = [(await program.ask("GET", "threads/00000000deadbeef")).status_code for _ in range(151)]
    assert statuses == [404] * 150 + [403]
    error = (await program.ask("GET", "messages")).json()["error"]
    assert error["errors"][0]["domain"] == "usageLimits"
    assert error["errors"][0]["reason"] == "rateLimitExceeded"
    assert error["message"].startswith("Quota exceeded for quota metric 'Queries'")
    assert (await (await consent(client, BOB)).ask("GET", "messages")).status_code == 200
    clock.move(timedelta(seconds=61))
    assert (await program.ask("GET", "messages")).status_code == 200


async def test_nobody_is_slowed_down_by_default(program: Program):
    for _ in range(160):
        assert (await program.ask("GET", "threads/00000000deadbeef")).status_code == 404
