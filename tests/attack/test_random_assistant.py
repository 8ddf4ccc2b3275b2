"""An assistant who tries everything, with whatever ids and words come to hand: nothing private is said or touched."""

from __future__ import annotations

import logging
import random
import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI

from app.actions.resources import Resources
from app.models.conditions import Conditions
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.sandbox.sandbox import Sandbox
from app.web.csrf import SAFE_METHODS
from app.web.logs import JsonLines
from tests.actions.situations import effects
from tests.attack.canaries import Box, Canaries, mother_joins, put_letters
from tests.attack.requests import Call, calls
from tests.attack.walk import bare_pages, box_at, conversations
from tests.people import MOTHER, connected_mailbox, make_grant
from tests.web.api.calls import good, ids_by_subject
from tests.web.browser import ORIGIN, Browser

STEPS, SEED = 250, 7
SCOPES = ("mail.read", "attach.read", "label", "archive", "trash", "draft", "schedule")
QUERIES = (
    "",
    "folder=archive",
    "folder=trash",
    "unread=true",
    "label=Family",
    "size=100",
    "size=-1",
    "cursor=%00",
    "q=x",
)
JUNK: tuple[Any, ...] = (
    None, True, -1, 10**30, "", " ", "\x00", "\ud7ff\u202e", "../../owner", "' or 1=1 --", "{{7*7}}", "x" * 5000, [],
    ["Clients"], ["\r\nBcc: x@outside.example"], {"id": "x"}, {},
)  # fmt: skip
# What would end her session or her access, after which every answer is the same.
ENDING = ("/disconnection", "/zone", "/end", "/session", "/grants/{grant_id:uuid}", "/logins/{login_id:uuid}")
UUIDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass
class Session:
    """Bob at his browser; `seen` are the ids that he has come across, in their order."""

    browser: Browser
    at: str
    chance: random.Random
    seen: list[str]
    private: list[str]
    answers: list[httpx2.Response] = field(default_factory=list)

    async def step(self, asked: list[Call], pages: list[str]) -> None:
        """Ask for something of chance and remember the ids in the answer."""
        if self.chance.random() < 0.1:
            answer = await self.browser.get(self.chance.choice(pages))
        elif self.chance.random() < 0.2:
            answer = await self.browser.api("GET", f"{self.at}/messages?{self.chance.choice(QUERIES)}")
        else:
            answer = await self._by(self.chance.choice(asked))
        self.answers.append(answer)
        self.seen += [each for each in UUIDS.findall(answer.text) if each not in self.seen]

    async def _by(self, call: Call) -> httpx2.Response:
        ids = {hole: self._id() for hole in sorted(call.holes)} | {"number": str(self.chance.randrange(4))}
        if self.chance.random() < 0.9:
            ids["mailbox_id"] = self.at.rpartition("/")[2]
        path, body = call.address(ids), self._body(call.filled(ids))
        if call.is_api:
            return await self.browser.api(call.method, path.removeprefix("/api/v1"), body or None)
        if call.method in SAFE_METHODS:
            return await self.browser.get(path)
        data = {"csrf": self.browser.token} | {name: str(value) for name, value in body.items()}
        return await self.browser.http.request(call.method, path, data=data, headers={"origin": ORIGIN})

    def _id(self) -> str:
        """Return an id she has seen, one she has guessed of what is private, or one of nothing."""
        kind = self.chance.random()
        if kind < 0.6:
            return self.chance.choice(self.seen[:3] if kind < 0.35 else self.seen)
        return self.chance.choice(self.private) if kind < 0.9 else str(UUID(int=self.chance.getrandbits(128)))

    def _body(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return a body as it fits, or with something else in the place of one of its values."""
        if not body or self.chance.random() < 0.6:
            return body
        return body | {self.chance.choice(sorted(body)): self.chance.choice(JUNK)}


@pytest.fixture(params=["google", "microsoft"])
def way(request: pytest.FixtureRequest) -> str:
    """Where Alice has her mailbox."""
    return str(request.param)


@pytest.fixture
def box(sandbox: Sandbox, way: str) -> Box:
    """Alice's mailbox as she has it before her, at either provider."""
    return box_at(sandbox, way)


@pytest.fixture
async def mailbox(resources: Resources, alice: Person, box: Box, way: str) -> Mailbox:
    """Alice's mailbox, connected."""
    return await connected_mailbox(resources, alice, way=way)


@pytest.fixture
def canaries(box: Box) -> Canaries:
    """Private letters in Alice's mailbox, each with words of its own."""
    made = Canaries()
    put_letters(box, made)
    return made


@pytest.fixture
async def begun(
    *, canaries: Canaries, resources: Resources, bob: Person, mailbox: Mailbox, as_alice: Browser, as_bob: Browser
) -> Session:
    """Bob at the beginning of a long day; he has the ids of Alice's private messages from somewhere."""
    await make_grant(resources, mailbox, bob, scopes=SCOPES, conditions=Conditions(labels_out=frozenset({"Later"})))
    at = f"/mailboxes/{mailbox.id}"
    await good(as_alice, "POST", f"{at}/senders", {"sender": MOTHER})
    hers = await ids_by_subject(as_alice, at, "?size=100")
    news = hers["Garden news"]
    await good(as_alice, "PATCH", f"{at}/messages/{news}/labels", {"add": ["Later", canaries.put("label outside")]})
    bobs = await ids_by_subject(as_bob, at, "?size=100")
    hidden = [id_ for subject, id_ in hers.items() if subject not in bobs]
    assert len(hidden) >= 4  # Mother's two, the codes, the news
    return Session(as_bob, at, random.Random(), list(bobs.values()), hidden)


def harmless(app: FastAPI) -> list[Call]:
    """Return all that may be asked for without ending the day: every read, and most of what changes something."""
    found = [call for call in calls(app) if call.method in SAFE_METHODS or not call.path.endswith(ENDING)]
    assert len(found) > 80
    return found


def private_effects(sandbox: Sandbox, box: Box, canaries: Canaries, *, since: int, more: tuple[str, ...]) -> list[Any]:
    """Return what was done to conversations that are private or outside the grant."""
    named = (*canaries.words.values(), "Sunday lunch", "Your verification code", "Garden news", *more)
    private = conversations(box, *named)
    assert len(private) >= 4 + len(more)
    return [effect for effect in effects(sandbox)[since:] if effect.thread in private]


async def test_T4_a_long_day_of_chance_says_no_private_word_and_touches_no_private_message(
    *, app: FastAPI, begun: Session, box: Box, sandbox: Sandbox, canaries: Canaries, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """At noon Mother answers the client: from then on the conversation about the fence is private, too."""
    caplog.set_level(logging.DEBUG)
    begun.chance.seed(SEED)
    asked, pages = harmless(app), [each for each in bare_pages() if "sign-in" not in each]
    morning = len(effects(sandbox))
    for _ in range(STEPS):
        await begun.step(asked, pages)
    assert private_effects(sandbox, box, canaries, since=morning, more=()) == []
    mother_joins(box, canaries)
    noon = len(effects(sandbox))
    for _ in range(STEPS):
        await begun.step(asked, pages)
    assert private_effects(sandbox, box, canaries, since=noon, more=("The fence",)) == []

    faults = [(each.request.method, each.request.url.path) for each in begun.answers if each.status_code >= 500]
    assert faults == []
    said = "\n".join(f"{each.text} {each.headers} {each.request.url}" for each in begun.answers)
    logged = "\n".join(JsonLines().format(record) for record in caplog.records)
    assert canaries.found_in(said) == []
    assert canaries.found_in(logged) == []
    statuses = {each.status_code for each in begun.answers}
    assert statuses >= {200, 403, 404, 422}
    assert effects(sandbox)[morning:]  # he has worked, and not only been refused
