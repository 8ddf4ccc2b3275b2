"""An assistant goes everywhere there is, by browser and by program, and brings back every word that was said."""

from __future__ import annotations

import random
from collections.abc import Iterable

import httpx2
from fastapi import FastAPI

from app import clock
from app.sandbox.gmail.mailbox import Mailbox as GmailBox
from app.sandbox.sandbox import Sandbox
from app.web import programs
from app.web.csrf import SAFE_METHODS
from tests.attack.canaries import Box
from tests.attack.requests import Call, Ids, calls
from tests.people import ALICE, PRACTICE_MAIL
from tests.web.browser import Browser
from tests.web.program import Program
from tests.web.test_routes import routes

LISTS = ("", "?folder=archive", "?unread=true", "?label=INBOX", "?size=1", "?size=0", "?cursor=AAAA")
# What would end the walk itself.
ENDING = ("/disconnection", "/zone", "/sign-out")


def box_at(sandbox: Sandbox, way: str) -> Box:
    """Return Alice's mailbox as she has it before her, at either provider, with the same mails."""
    if way == "google":
        return sandbox.mailbox(ALICE[0])
    outlook = sandbox.add_graph_mailbox(ALICE[0])
    for raw in PRACTICE_MAIL:
        outlook.add(raw, internal_date=clock.now(), unread=True)
    return outlook


def bare_pages() -> list[str]:
    """Return every address of ours that names nothing and changes nothing."""
    return sorted({route.path for route in routes() if route.method == "GET" and "{" not in route.path})


def said_by(answers: Iterable[httpx2.Response]) -> str:
    """Return all that answers say, headers too; a fault of ours is none."""
    kept = list(answers)
    assert [(each.request.url.path, each.status_code) for each in kept if each.status_code >= 500] == []
    return "\n".join(each.text + str(each.headers) for each in kept)


async def walk(app: FastAPI, browser: Browser, known: list[Ids], *, only_safe: bool = False, seed: int = 1) -> str:
    """Return what every request with every known id says, in an order of chance."""
    at = f"/mailboxes/{known[0]['mailbox_id']}"
    asked = [(call, ids) for call in calls(app) for ids in known if call.holes <= set(ids) and _goes_on(call)]
    random.Random(seed).shuffle(asked)
    answers = [await browser.get(path) for path in bare_pages()]
    answers += [await browser.api("GET", f"{at}/messages{query}") for query in LISTS]
    for call, ids in asked:
        if call.method in SAFE_METHODS or not only_safe:
            answers.append(await call.by(browser, ids))
    return said_by(answers)


async def walk_by_program(app: FastAPI, program: Program, known: list[Ids]) -> str:
    """Return what every request that programs may make says to one, and its lists."""
    work = {(route.method, route.path) for route in routes() if programs.work_desk in route.needs}
    at = f"/mailboxes/{known[0]['mailbox_id']}"
    answers = [await program.api("GET", f"{at}/messages{query}") for query in LISTS]
    for call in calls(app):
        for ids in known:
            if (call.method, call.path) in work and call.holes <= set(ids):
                path = call.address(ids).removeprefix("/api/v1")
                answers.append(await program.api(call.method, path, call.filled(ids) or None))
    return said_by(answers)


def conversations(box: Box, *words: str) -> set[str]:
    """Return the provider's ids of the conversations of which a subject has one of the words."""
    found = set()
    for each in box.messages.values() if isinstance(box, GmailBox) else box.items.values():
        if any(word in each.subject for word in words):
            found.add(each.thread_id if hasattr(each, "thread_id") else each.conversation)
    return found


def _goes_on(call: Call) -> bool:
    return "token" not in call.holes and not call.path.endswith(ENDING)
