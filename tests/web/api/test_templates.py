"""Templates through the JSON API."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from app import clock
from app.access.identity import FRESH
from app.actions.resources import Resources
from app.models.grant import NeedsApproval
from app.models.mailbox import Mailbox
from app.models.person import Person
from tests.people import make_grant
from tests.web.api.calls import good, ids_by_subject, listed, refused
from tests.web.browser import Browser

NEW = {"name": "Confirm", "language": "en", "text": "Dear {{name}}, yes."}


@pytest.fixture
def at(mailbox: Mailbox) -> str:
    """Alice's mailbox in the API."""
    return f"/mailboxes/{mailbox.id}"


async def test_V25_a_text_is_written_used_rewritten_and_ended(
    *, as_alice: Browser, as_bob: Browser, bob: Person, mailbox: Mailbox, resources: Resources, at: str
) -> None:
    await make_grant(resources, mailbox, bob, scopes=("reply.template",), needs_approval=NeedsApproval.FREE_TEXT)
    made = await good(as_alice, "POST", f"{at}/templates", NEW)
    assert (made["version"], made["blanks"]) == (1, [{"name": "name", "kind": "text"}])
    assert await listed(as_bob, f"{at}/templates") == [made]
    terrace = (await ids_by_subject(as_bob, at))["Terrace in March?"]
    wanted = {"message_id": terrace, "template": {"id": made["id"], "values": {"name": "Clara"}}}
    once = await good(as_bob, "POST", f"{at}/drafts", wanted, **{"Idempotency-Key": "k1"})
    again = await good(as_bob, "POST", f"{at}/drafts", wanted, **{"Idempotency-Key": "k1"})
    assert once["id"] == again["id"]
    assert once["text"].startswith("Dear Clara, yes.")
    newer = await good(as_alice, "PUT", f"{at}/templates/{made['id']}", {"text": "Dear {{name}}, no."})
    assert newer["version"] == 2
    await good(as_alice, "DELETE", f"{at}/templates/{made['id']}")
    assert await listed(as_bob, f"{at}/templates") == []
    assert await refused(as_alice, "PUT", f"{at}/templates/{made['id']}", {"text": "x"}) == (409, "conflict")


async def test_a_draft_is_either_words_or_a_template(as_alice: Browser, at: str) -> None:
    terrace = (await ids_by_subject(as_alice, at))["Terrace in March?"]
    for body in ({"text": "a", "template": {"id": str(uuid4())}}, {"template": {"id": str(uuid4()), "to": "x"}}):
        status, _code = await refused(as_alice, "POST", f"{at}/drafts", {"message_id": terrace, **body})
        assert status == 422
    unknown = {"message_id": terrace, "template": {"id": str(uuid4())}}
    assert await refused(as_alice, "POST", f"{at}/drafts", unknown) == (404, "not_found")


async def test_writing_one_needs_a_fresh_sign_in_and_ending_one_does_not(as_alice: Browser, at: str) -> None:
    made = await good(as_alice, "POST", f"{at}/templates", NEW)
    clock.move(FRESH + timedelta(seconds=1))
    assert await refused(as_alice, "POST", f"{at}/templates", NEW) == (401, "sign_in_again")
    await good(as_alice, "DELETE", f"{at}/templates/{made['id']}")


async def test_nobody_else_s_texts_are_there(as_alice: Browser, as_charlie: Browser, at: str) -> None:
    made = await good(as_alice, "POST", f"{at}/templates", NEW)
    for method, path in (("GET", ""), ("DELETE", f"/{made['id']}")):
        assert await refused(as_charlie, method, f"{at}/templates{path}") == (404, "not_found")
