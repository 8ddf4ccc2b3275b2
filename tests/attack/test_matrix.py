"""Every request under a mailbox against every right: the right alone opens it, all the others together do not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4

import httpx2
import pytest
from fastapi import FastAPI
from sqlmodel import col, update

from app import clock
from app.access.scopes import Scope, closed, ordered
from app.actions.label import label
from app.actions.make_key import make_key
from app.actions.resources import Resources
from app.actions.undoing import newest_to_undo
from app.models.grant import Grant
from app.sandbox.sandbox import Sandbox
from tests.actions.situations import HOUR, World, effects, in_an_hour, written
from tests.attack.matrix import ANY, API, MAILBOX, OTHERWISE, OWNER, PAGES, SCOPED, Needs, all_but, needs_of, surface_of
from tests.attack.requests import Call, Ids, calls
from tests.people import desk_of, make_grant
from tests.web.browser import Browser, text_of

DONE = (200, 201, 204, 303)
HIDDEN = (403, 404)
LISTS = ("", "/grants", "/drafts", "/scheduled", "/senders", "/invitations", "/teams", "/templates", "/private-labels")


@dataclass(frozen=True)
class Helped:
    """Bob's work at Alice's mailbox, done while he had every right; his grant is then cut to what a row says."""

    resources: Resources
    grant: Grant
    ids: Ids

    async def may(self, scopes: Iterable[Scope]) -> None:
        """Leave Bob's grant with these scopes and what they imply."""
        async with self.resources.db.transaction(mailbox=self.grant.mailbox_id) as session:
            left = [str(scope) for scope in ordered(closed(scopes))]
            await session.execute(update(Grant).where(col(Grant.id) == self.grant.id).values(scopes=left))


class _Ids(dict[str, str]):
    """Ids of what is there; what Bob has none of gets an id of nothing."""

    def get(self, name: str, _default: object = None) -> str:
        return self[name]

    def __missing__(self, name: str) -> str:
        return str(uuid4())


@pytest.fixture
async def helped(world: World) -> Helped:
    """One of everything that an assistant makes, labelled and scheduled."""
    grant = await make_grant(world.resources, world.mailbox, world.bob, scopes=tuple(Scope))
    bob = await desk_of(world.resources, world.bob, world.mailbox)
    seen = await written(bob)
    await label(bob, seen.row.message_id, add={"Clients"}, remove=set())
    labelled = await newest_to_undo(bob, seen.row.message_id)
    assert labelled is not None
    send = await in_an_hour(bob, seen)
    key, _secret = await make_key(bob, name="Nightly", until=clock.now() + HOUR)
    ids: dict[str, UUID | int] = {
        "mailbox_id": world.mailbox.id,
        "message_id": seen.row.message_id,
        "draft_id": seen.row.id,
        "send_id": send.id,
        "grant_id": grant.id,
        "key_id": key.id,
        "number": labelled,
    }
    return Helped(world.resources, grant, _Ids({name: str(value) for name, value in ids.items()}))


def here(app: FastAPI) -> list[Call]:
    """Return every request under a mailbox, with a body that fits."""
    return [_fitting(call) for call in calls(app) if MAILBOX in call.path]


def _fitting(call: Call) -> Call:
    """A key ends before its grant does."""
    if not call.path.endswith("/keys") or call.method != "POST":
        return call
    until = clock.now() + timedelta(days=2)
    return replace(call, body=call.body | {"until": until.isoformat() if call.is_api else f"{until:%Y-%m-%d}"})


def of_rows(app: FastAPI, needs: Needs) -> list[Call]:
    """Return the requests whose row says this."""
    return [call for call in here(app) if needs_of(call) == needs]


def code_of(answer: httpx2.Response) -> str:
    """Return the code of a refusal by the API."""
    return str(answer.json()["code"])


def test_every_request_under_a_mailbox_stands_in_a_row(app: FastAPI) -> None:
    """A new route has to say here what right it needs."""
    assert [(call.method, call.path) for call in here(app) if needs_of(call) is None] == []


def test_every_row_is_a_request_of_ours(app: FastAPI) -> None:
    known = {(*surface_of(call), call.method) for call in here(app)}
    rows = {("/api/v1/", rest, method) for method, rest in API} | {
        ("/assistant/", rest, method) for method, rest in PAGES
    }
    assert rows - known == set()


async def _standing(alice: Browser, ids: Ids) -> list[str]:
    answers = [await alice.api("GET", f"/mailboxes/{ids['mailbox_id']}{each}") for each in LISTS]
    assert {answer.status_code for answer in answers} == {200}
    return [answer.text for answer in answers]


def _is_named(answer: httpx2.Response, call: Call, code: str) -> bool:
    """Say whether a program reads this code; a page says it in words."""
    return not call.is_api or code_of(answer) == code


@pytest.mark.parametrize("row", SCOPED, ids=lambda call: f"{call.method} {call.path}")
async def test_V59_exactly_the_right_that_a_row_names_is_enough(
    row: Call, app: FastAPI, as_bob: Browser, helped: Helped
) -> None:
    [call] = [each for each in here(app) if (each.method, each.path) == (row.method, row.path)]
    needs = needs_of(call)
    assert isinstance(needs, Scope)
    await helped.may({needs})
    answer = await call.by(as_bob, helped.ids)
    if needs is Scope.ATTACH_READ:  # the letter has no attachment: past every right, there is nothing to open
        assert answer.status_code == 404, answer.text
    else:
        assert answer.status_code in DONE, answer.text


@pytest.mark.parametrize(("call", "needs"), OTHERWISE, ids=lambda each: getattr(each, "path", str(each)))
async def test_V59_what_is_asked_otherwise_needs_another_right_and_that_one_is_enough(
    *, call: Call, needs: Scope, as_bob: Browser, helped: Helped, sandbox: Sandbox
) -> None:
    await helped.may(all_but(needs))
    before = effects(sandbox)
    refused = await call.by(as_bob, helped.ids)
    assert refused.status_code == 403, refused.text
    assert _is_named(refused, call, "scope_missing")
    assert effects(sandbox) == before
    await helped.may({needs})
    answer = await call.by(as_bob, helped.ids)
    assert answer.status_code in DONE, answer.text


async def test_V59_every_right_but_the_one_that_a_row_names_is_not_enough(
    *, app: FastAPI, as_alice: Browser, as_bob: Browser, helped: Helped, sandbox: Sandbox
) -> None:
    before, asked = effects(sandbox), 0
    for scope in Scope:
        await helped.may(all_but(scope))
        stood = await _standing(as_alice, helped.ids)
        for call in map(_with_a_right_of_hers, of_rows(app, scope)):
            answer = await call.by(as_bob, helped.ids)
            assert answer.status_code == 403, (call, answer.status_code, answer.text)
            assert _is_named(answer, call, "scope_missing"), (call, answer.text)
            asked += 1
        assert await _standing(as_alice, helped.ids) == stood, scope
    assert asked == len(SCOPED)
    assert effects(sandbox) == before  # it may have been looked at: whether its words are an approved text


def _with_a_right_of_hers(call: Call) -> Call:
    """A key for a right that she has not is refused for another reason."""
    return replace(call, body=call.body | {"scopes": ["rules.suggest"]}) if call.path.endswith("/keys") else call


async def test_V59_what_is_the_owners_no_right_opens(
    *, app: FastAPI, as_alice: Browser, as_bob: Browser, as_charlie: Browser, helped: Helped, sandbox: Sandbox
) -> None:
    before, stood = len(sandbox.ledger.entries), await _standing(as_alice, helped.ids)
    rows = of_rows(app, OWNER)
    assert len(rows) > 60
    for call in rows:
        answer = await call.by(as_bob, helped.ids)
        assert answer.status_code in HIDDEN, (call, answer.status_code)
        assert answer.status_code == 404 or _is_named(answer, call, "owner_only"), (call, answer.text)
        assert (await call.by(as_charlie, helped.ids)).status_code == 404, call
    assert sandbox.ledger.since(before) == []
    assert await _standing(as_alice, helped.ids) == stood


async def test_V59_what_any_grant_opens_opens_with_the_least_of_rights_and_to_nobody_without_one(
    *, app: FastAPI, as_bob: Browser, as_charlie: Browser, helped: Helped, sandbox: Sandbox
) -> None:
    await helped.may({Scope.RULES_SUGGEST})
    before = len(sandbox.ledger.entries)
    looking_first = sorted(of_rows(app, ANY), key=lambda call: call.method != "GET")  # the others end the key
    assert len(looking_first) > 10
    for call in looking_first:
        assert (await call.by(as_charlie, helped.ids)).status_code == 404, call
        answer = await call.by(as_bob, helped.ids)
        assert answer.status_code in DONE, (call, answer.text)
    assert sandbox.ledger.since(before) == []


async def test_V59_without_the_right_to_list_a_mailboxs_page_is_empty(
    *, as_bob: Browser, helped: Helped, sandbox: Sandbox
) -> None:
    path = f"/assistant/mailboxes/{helped.ids['mailbox_id']}"
    assert "Terrace in March?" in text_of(await as_bob.get(path))
    await helped.may(all_but(Scope.LIST))
    before = len(sandbox.ledger.entries)
    assert "Terrace in March?" not in (await as_bob.get(path)).text
    assert sandbox.ledger.since(before) == []


async def test_V59_headers_are_not_the_words(as_bob: Browser, helped: Helped) -> None:
    path = f"/assistant/mailboxes/{helped.ids['mailbox_id']}/messages/{helped.ids['message_id']}"
    assert "Could you start in March?" in (await as_bob.get(path)).text
    await helped.may({Scope.LIST})
    shown = await as_bob.get(path)
    assert "Terrace in March?" in text_of(shown)
    assert "Could you start in March?" not in shown.text


async def test_V59_charlie_finds_nothing_whatever_bob_may(
    *, app: FastAPI, as_charlie: Browser, helped: Helped, sandbox: Sandbox
) -> None:
    before = len(sandbox.ledger.entries)
    for call in here(app):
        assert (await call.by(as_charlie, helped.ids)).status_code == 404, call
    assert sandbox.ledger.since(before) == []


async def test_V59_whoever_is_not_signed_in_is_sent_to_sign_in(
    *, app: FastAPI, as_alice: Browser, stranger: Browser, helped: Helped, sandbox: Sandbox
) -> None:
    before, stood = len(sandbox.ledger.entries), await _standing(as_alice, helped.ids)
    for call in here(app):
        answer = await call.by(stranger, helped.ids)
        if call.is_api:
            assert (answer.status_code, code_of(answer)) == (401, "not_signed_in"), call
        else:
            place = answer.headers.get("location", "")
            assert answer.status_code == 401 or (answer.status_code == 303 and place.startswith("/sign-in")), call
    assert sandbox.ledger.since(before) == []
    assert await _standing(as_alice, helped.ids) == stood
