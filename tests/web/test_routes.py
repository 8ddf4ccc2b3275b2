"""Every route there is: who may call it, from where, and about whose mailbox."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from app.actions.resources import Resources
from app.main import build
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.sandbox.sandbox import Sandbox
from app.web import deps, operators, programs
from app.web.csrf import SAFE_METHODS, guard
from tests.people import connected_mailbox, practice_settings
from tests.web.browser import ORIGIN, Browser

# Answers that do not come from a route of ours: files and the description.
OPEN = {"/static", "/api/openapi.json"}
SOME_ID = "6f1c0f5c-6f6e-4a4e-9d0b-0c9b3b6f7a11"
TOKEN = "i" + "A" * 43 + "b" * 32


class Route(NamedTuple):
    """One route as it stands in the app: its path with patterns, and all it depends on."""

    method: str
    path: str
    needs: frozenset[object]

    @property
    def address(self) -> str:
        """Return an address that the route answers to."""
        filled = re.sub(r"\{(\w+):uuid\}", SOME_ID, self.path).replace("{number:int}", "0")
        return filled.replace("{token}", TOKEN)


@cache
def routes() -> tuple[Route, ...]:
    """Return every route of the whole service."""
    app = build(practice_settings(Path("/nowhere")))
    return tuple(_routes(app))


def _routes(app: FastAPI) -> Iterator[Route]:
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute):
            needs = frozenset(_calls(context.dependant))
            yield from (Route(method, context.path, needs) for method in sorted(context.methods))


def _calls(dependant: Dependant) -> Iterator[object]:
    for each in dependant.dependencies:
        yield each.call
        yield from _calls(each)


def ids(route: Route) -> str:
    return f"{route.method} {route.path}"


UNSAFE = [route for route in routes() if route.method not in SAFE_METHODS]
AT_A_MAILBOX = [route for route in routes() if "{mailbox_id" in route.path]


def test_the_walk_finds_the_service() -> None:
    paths = {route.path for route in routes()}
    assert len(routes()) > 100
    assert {"/", "/sign-in", "/owner", "/assistant", "/api/v1/session", "/connect/callback/google"} <= paths


@pytest.mark.parametrize("route", routes(), ids=ids)
def test_every_route_says_who_may_call_it(route: Route) -> None:
    """It is for anybody, for whoever has signed in, or for whoever runs the service."""
    if route.path in OPEN:
        return
    known = {deps.signed_in_person, deps.public, programs.work_desk, operators.for_operators} & route.needs
    assert len(known) == 1, f"{ids(route)} says nothing, or both"


@pytest.mark.parametrize("route", routes(), ids=ids)
def test_every_route_is_guarded(route: Route) -> None:
    if route.path not in OPEN and operators.for_operators not in route.needs:
        assert guard in route.needs
        assert {deps.check_session, deps.recognise} & route.needs


def test_what_operators_ask_changes_nothing_and_knows_nobody() -> None:
    theirs = [route for route in routes() if operators.for_operators in route.needs]
    assert {route.path for route in theirs} == {"/healthz", "/readyz", "/metrics"}
    for route in theirs:
        assert route.method in SAFE_METHODS
        assert not {deps.check_session, deps.recognise, deps.desk_of} & route.needs


@pytest.mark.parametrize("route", AT_A_MAILBOX, ids=ids)
def test_every_route_at_a_mailbox_sits_at_its_desk(route: Route) -> None:
    assert {deps.desk_of, programs.work_desk} & route.needs


@pytest.mark.parametrize("route", [route for route in AT_A_MAILBOX if route.path.startswith("/owner/")], ids=ids)
def test_the_owners_pages_are_the_owners(route: Route) -> None:
    assert deps.owner_desk in route.needs


@pytest.mark.parametrize("route", [route for route in AT_A_MAILBOX if route.path.startswith("/assistant/")], ids=ids)
def test_the_assistants_pages_are_the_assistants(route: Route) -> None:
    assert deps.assistant_desk in route.needs


async def send(browser: Browser, route: Route, **headers: str) -> httpx2.Response:
    return await browser.http.request(
        route.method, route.address, headers={"accept": "application/json", **headers}, json={}
    )


async def test_no_unsafe_route_acts_without_our_origin_and_token(
    as_alice: Browser, mailbox: Mailbox, sandbox: Sandbox
) -> None:
    """Threat 25: another site's form has Alice's cookie, but neither our origin nor her token."""
    calls = len(sandbox.ledger.entries)
    for route in UNSAFE:
        without_anything = await send(as_alice, route)
        foreign = await send(as_alice, route, origin="https://elsewhere.example", **{"x-csrf-token": as_alice.token})
        tokenless = await send(as_alice, route, origin=ORIGIN)
        wrong = await send(as_alice, route, origin=ORIGIN, **{"x-csrf-token": as_alice.token[::-1]})
        for answer in (without_anything, foreign, tokenless, wrong):
            assert answer.status_code == 403, ids(route)
            assert answer.json()["code"] == "bad_csrf"
    assert len(sandbox.ledger.entries) == calls


async def test_no_route_but_the_public_ones_answers_a_stranger(stranger: Browser) -> None:
    for route in routes():
        if {deps.public, operators.for_operators} & route.needs or route.path in OPEN:
            continue
        answer = await send(stranger, route, origin=ORIGIN)
        assert answer.status_code == 401, f"{ids(route)}: {answer.status_code}"
        assert answer.json()["code"] == "not_signed_in"


FORMS = {
    "answer": "connect", "folder": "archive", "held_as": "00", "mailbox_id": SOME_ID,
    "message_id": SOME_ID, "sender": "x@y.example", "sha256": "0" * 64, "status": "paused", "text": "x", "to": "trash",
    "until": "2027-01-01", "zone": "UTC",
}  # fmt: skip
BODIES: dict[tuple[str, str], dict[str, object]] = {
    ("PATCH", ""): {"zone": "UTC"},
    ("PATCH", "labels"): {"add": ["x"]},
    ("PUT", "folder"): {"folder": "archive"},
    ("POST", "drafts"): {"message_id": SOME_ID, "text": "x"},
    ("PATCH", "drafts"): {"text": "x"},
    ("PUT", "approval"): {"sha256": "0" * 64},
    ("POST", "scheduled"): {"draft_id": SOME_ID, "now": True},
    ("POST", "senders"): {"sender": "x@y.example"},
    ("PATCH", "grants"): {"scopes": ["mail.list"]},
    ("PUT", "status"): {"status": "paused"},
    ("POST", "teams"): {"scopes": ["mail.list"], "until": "2027-01-01T00:00:00Z"},
    ("PATCH", "teams"): {"scopes": ["mail.list"]},
    ("POST", "review"): {"end": []},
    ("PUT", "confirmation"): {"grants": [], "sends": []},
    ("POST", "invitations"): {"scopes": ["mail.list"], "until": "2027-01-01T00:00:00Z"},
    ("POST", "keys"): {"name": "x", "until": "2027-01-01T00:00:00Z"},
}


def body_of(route: Route) -> dict[str, object] | None:
    """Return a body that a route of the API understands."""
    parts = [part for part in route.path.split("/") if part and not part.startswith("{")]
    return BODIES.get((route.method, "" if parts[-1] == "mailboxes" else parts[-1]))


async def answers_at(browser: Browser, route: Route, mailbox_id: object) -> tuple[int, str]:
    """Call a route at a mailbox with ids that are nobody's, and return what a caller learns from it."""
    address = route.path.replace("{mailbox_id:uuid}", str(mailbox_id))
    address = re.sub(r"\{(\w+):uuid\}", SOME_ID, address).replace("{number:int}", "0")
    if address.startswith("/api/v1"):
        answer = await browser.api(route.method, address.removeprefix("/api/v1"), body_of(route))
    else:
        answer = await browser.http.request(
            route.method,
            address,
            data={**FORMS, "csrf": browser.token} if route.method == "POST" else None,
            headers={"accept": "application/json", "origin": ORIGIN},
        )
    return answer.status_code, answer.json().get("code", "") if answer.status_code >= 400 else answer.text


async def test_somebody_elses_mailbox_looks_like_none_at_all(
    as_charlie: Browser, charlie: Person, resources: Resources, mailbox: Mailbox, sandbox: Sandbox
) -> None:
    """Threat 2: twin tenants. Charlie, who has a mailbox of his own, asks for Alice's in every way there is."""
    sandbox.add_mailbox(charlie.email)
    await connected_mailbox(resources, charlie)
    calls = len(sandbox.ledger.entries)
    for route in AT_A_MAILBOX:
        of_alice = await answers_at(as_charlie, route, mailbox.id)
        of_nobody = await answers_at(as_charlie, route, uuid4())
        assert of_alice == of_nobody, ids(route)
        assert of_alice == (404, "not_found") or of_alice[0] == 422, ids(route)
    assert len(sandbox.ledger.entries) == calls


@pytest.mark.parametrize("path", ["/owner/mailboxes/1", "/api/v1/mailboxes/none", "/assistant/mailboxes/x/messages/y"])
async def test_what_is_no_id_is_not_there(as_alice: Browser, path: str) -> None:
    answer = await as_alice.http.get(path, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_the_api_describes_itself(stranger: Browser) -> None:
    answer = await stranger.get("/api/openapi.json")
    described = answer.json()
    assert {path for path in described["paths"] if not path.startswith("/api/v1/")} == set()
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            where = f"{method} {path}"
            assert operation["summary"], where
            assert operation["description"], where
            assert "application/problem+json" in operation["responses"]["4XX"]["content"], where
            success = [code for code in operation["responses"] if code.startswith("2")]
            assert success, where
            plain = not path.endswith(("/table", "/person/export")) and "attachments" not in path
            if success == ["200"] and plain:
                assert operation["responses"]["200"]["content"]["application/json"]["schema"], where


async def test_no_shape_of_the_api_takes_what_it_does_not_know(stranger: Browser) -> None:
    described = (await stranger.get("/api/openapi.json")).json()
    taken = set(re.findall(r"#/components/schemas/(\w+)", json.dumps([
        operation.get("requestBody", {}) for methods in described["paths"].values() for operation in methods.values()
    ])))  # fmt: skip
    assert len(taken) > 10
    for name in taken:
        assert described["components"]["schemas"][name]["additionalProperties"] is False, name


async def test_no_shape_of_the_api_has_a_place_for_a_providers_id(stranger: Browser) -> None:
    described = (await stranger.get("/api/openapi.json")).json()
    names = {
        f"{shape}.{member}"
        for shape, schema in described["components"]["schemas"].items()
        for member in schema.get("properties", {})
    }
    assert not [
        name for name in names if re.search(r"provider_|thread_id|revision|private_id|sent_id|message_header", name)
    ]


@pytest.mark.parametrize(
    "route", [route for route in routes() if "/team" in route.path and "{access_id" in route.path], ids=ids
)
def test_a_teams_access_is_its_leads_or_the_owners(route: Route) -> None:
    """What names a team's access sits at the lead's desk, or at the mailbox's as its owner."""
    assert (deps.lead_desk in route.needs) != (deps.owner_desk in route.needs)
