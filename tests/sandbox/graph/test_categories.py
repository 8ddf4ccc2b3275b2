"""Master categories: names with a colour, apart from what messages bear."""

from __future__ import annotations

import httpx2
import pytest

from app.sandbox.graph.item import Item
from app.sandbox.sandbox import Sandbox
from tests.sandbox.outlook import ALICE, MAIL, SETTINGS, Caller, let_in, quoted

PATH = "outlook/masterCategories"


@pytest.fixture
def mighty(client: httpx2.AsyncClient, sandbox: Sandbox) -> Caller:
    """A program that may change Alice's settings too."""
    return let_in(client, sandbox, ALICE, f"{MAIL} {SETTINGS}")


async def names(caller: Caller) -> dict[str, str]:
    return {one["displayName"]: one["color"] for one in (await caller.get(PATH))["value"]}


async def test_an_outlook_begins_with_six(mighty: Caller):
    found = await names(mighty)
    assert (len(found), found["Red category"], found["Purple category"]) == (6, "preset0", "preset8")


async def test_one_is_made_coloured_and_thrown_away(mighty: Caller):
    made = await mighty.post(PATH, {"displayName": "VIP", "color": "preset9"})
    assert (await names(mighty))["VIP"] == "preset9"
    changed = await mighty.done("PATCH", f"{PATH}/{made['id']}", json={"color": "none"})
    assert changed["color"] == "none"
    assert (await mighty.get(f"{PATH}/{made['id']}"))["displayName"] == "VIP"
    assert (await mighty.ask("DELETE", f"{PATH}/{made['id']}")).status_code == 204
    assert "VIP" not in await names(mighty)
    assert await mighty.refused("GET", f"{PATH}/{made['id']}") == (404, "ErrorItemNotFound")


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"displayName": "red CATEGORY"}, (409, "CategoryNameDuplicate")),
        ({"displayName": "  "}, (400, "RequestBodyRead")),
        ({"color": "preset1"}, (400, "RequestBodyRead")),
        ({"displayName": "x", "color": "preset25"}, (400, "RequestBodyRead")),
        ({"displayName": "x", "shade": 1}, (400, "RequestBodyRead")),
    ],
)
async def test_what_cannot_be_made(mighty: Caller, body: dict[str, str], refusal: tuple[int, str]):
    assert await mighty.refused("POST", PATH, json=body) == refusal


async def test_a_name_never_changes(mighty: Caller):
    made = await mighty.post(PATH, {"displayName": "VIP"})
    change = {"json": {"displayName": "V.I.P."}}
    assert await mighty.refused("PATCH", f"{PATH}/{made['id']}", **change) == (400, "ErrorInvalidPropertySet")


async def test_a_message_may_bear_any_name_and_keeps_it(mighty: Caller, from_clara: Item):
    made = await mighty.post(PATH, {"displayName": "VIP"})
    path = f"messages/{quoted(from_clara.mutable)}"
    await mighty.done("PATCH", path, json={"categories": ["VIP", "Never made"]})
    assert "Never made" not in await names(mighty)
    await mighty.ask("DELETE", f"{PATH}/{made['id']}")
    assert (await mighty.get(path))["categories"] == ["VIP", "Never made"]
