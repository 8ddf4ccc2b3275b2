"""Any order of calls: the Outlook mailbox is at every moment what a simple model of it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from app.sandbox.graph import router
from app.sandbox.graph.arriving import deliver
from app.sandbox.sandbox import Sandbox
from app.sandbox.wire import Request
from tests.sandbox.outlook import ALICE, BOB, MAIL, to
from tests.sandbox.practice import letter

FOLDERS = ["inbox", "archive", "deleteditems", "junkemail"]
NAMES = ["VIP", "Waiting", "Ours"]


@dataclass
class Known:
    """What the model knows of a message, by its immutable id."""

    folder: str
    draft: bool
    categories: list[str]
    mutable: str
    change: str


class OutlookMachine(RuleBasedStateMachine):
    """Alice's program does anything, in any order; letters from outside come in between."""

    messages = Bundle("messages")

    def __init__(self) -> None:
        super().__init__()
        self.sandbox = Sandbox("http://practice.example")
        self.mailbox = self.sandbox.add_graph_mailbox(ALICE)
        self.sandbox.add_graph_mailbox(BOB)
        self.token = self.sandbox.entra.grants.new_access("practice", ALICE, MAIL.split())
        self.known: dict[str, Known] = {}
        self.sent, self.written = 0, 0
        self.dead: set[str] = set()

    def ask(self, method: str, path: str, body: Any = None, *, etag: str = "") -> tuple[int, Any]:
        """Make a call without HTTP in between; ids in answers are immutable."""
        headers = {"authorization": f"Bearer {self.token}", "prefer": 'IdType="ImmutableId"'}
        headers |= {"content-type": "application/json"} if body is not None else {}
        headers |= {"if-match": etag} if etag else {}
        content = b"" if body is None else orjson.dumps(body)
        where, _, query = path.partition("?")
        pairs = tuple(tuple(pair.split("=", 1)) for pair in query.split("&") if pair)
        request = Request(method, f"/v1.0/me/{where}", pairs, headers, content)  # type: ignore[arg-type]
        answer, seen = router.answer(self.sandbox, request)
        self.sandbox.ledger.record("graph", method, where, status=answer.status, seen=seen)
        return answer.status, orjson.loads(answer.body) if answer.body else None

    def take(self, shown: Any) -> str:
        """Take in a message as an answer shows it."""
        item = self.mailbox.items[shown["id"]]
        old = self.known.get(shown["id"])
        if old and old.mutable != item.mutable:
            self.dead.add(old.mutable)
        self.known[shown["id"]] = Known(
            item.folder.well_known, shown["isDraft"], shown["categories"], item.mutable, shown["changeKey"]
        )
        return str(shown["id"])

    def path(self, item_id: str, what: str = "") -> str:
        return f"messages/{quote(item_id, safe='')}{what}"

    @rule(target=messages, unread=st.booleans())
    def a_letter_arrives(self, unread: bool) -> str:
        """Somebody writes to Alice."""
        self.written += 1
        item = deliver(self.mailbox, letter(f"Letter {self.written}", sender=BOB, to=ALICE))
        item.read = not unread
        return self.take(self.ask("GET", self.path(item.immutable))[1])

    @rule(target=messages)
    def a_draft_is_made(self) -> str:
        """To Bob."""
        status, made = self.ask("POST", "messages", {"subject": "New", "toRecipients": to(BOB)})
        assert status == 201
        return self.take(made)

    @rule(target=messages, item_id=messages)
    def a_reply_is_drafted(self, item_id: str) -> str:
        """It joins the conversation."""
        status, made = self.ask("POST", self.path(item_id, "/createReply"), {"comment": "x"})
        if item_id not in self.known:
            assert status == 404
            return item_id
        assert (status, made["isDraft"]) == (201, True)
        assert made["conversationId"] == self.mailbox.items[item_id].conversation
        return self.take(made)

    @rule(item_id=messages, names=st.lists(st.sampled_from(NAMES), unique=True), stale=st.booleans())
    def it_is_labelled(self, item_id: str, names: list[str], stale: bool) -> None:
        """Only by somebody who saw its last state."""
        known = self.known.get(item_id)
        etag = f'W/"{known.change}{"old" if stale else ""}"' if known else ""
        status, shown = self.ask("PATCH", self.path(item_id), {"categories": names}, etag=etag)
        assert status == (404 if known is None else 412 if stale else 200)
        if status == 200:
            self.take(shown)

    @rule(item_id=messages, words=st.text(max_size=20))
    def its_words_are_changed(self, item_id: str, words: str) -> None:
        """While it is a draft."""
        body = {"body": {"contentType": "text", "content": words}, "subject": words}
        status, shown = self.ask("PATCH", self.path(item_id), body)
        known = self.known.get(item_id)
        assert status == (404 if known is None else 200 if known.draft else 400)
        if status == 200:
            assert shown["subject"] == words
            self.take(shown)

    @rule(item_id=messages, folder=st.sampled_from(FOLDERS))
    def it_is_moved(self, item_id: str, folder: str) -> None:
        """Its immutable id stays."""
        status, shown = self.ask("POST", self.path(item_id, "/move"), {"destinationId": folder})
        assert status == (201 if item_id in self.known else 404)
        if status == 201:
            assert shown["id"] == item_id
            self.take(shown)
            assert self.known[item_id].folder == folder

    @rule(item_id=messages)
    def it_is_sent(self, item_id: str) -> None:
        """Once, if it is a draft."""
        known = self.known.get(item_id)
        recipients = self.mailbox.content(self.mailbox.items[item_id]).to if known else ()
        status, answer = self.ask("POST", self.path(item_id, "/send"))
        good = known is not None and known.draft and bool(recipients)
        assert (status, answer is None) == ((202, True) if good else (status, False))
        if good:
            self.sent += 1
            self.take(self.ask("GET", self.path(item_id))[1])
            to_herself = [one.immutable for one in self.mailbox.items.values() if one.immutable not in self.known]
            assert len(to_herself) == sum(one.email == ALICE for one in recipients)
            for arrived in to_herself:
                self.take(self.ask("GET", self.path(arrived))[1])
            assert (self.known[item_id].folder, self.known[item_id].draft) == ("sentitems", False)
        else:
            assert status in {400, 404}

    @rule(item_id=messages)
    def it_is_thrown_away(self, item_id: str) -> None:
        """Into the bin, and from there for good."""
        status, _ = self.ask("DELETE", self.path(item_id))
        known = self.known.get(item_id)
        assert status == (204 if known else 404)
        if known and known.folder == "deleteditems":
            self.dead.add(self.known.pop(item_id).mutable)
        elif known:
            self.take(self.ask("GET", self.path(item_id))[1])
            assert self.known[item_id].folder == "deleteditems"

    @invariant()
    def the_mailbox_is_what_the_model_says(self) -> None:
        """Every message, in its folder, with its categories."""
        found, link = {}, "messages?$top=1000&$select=categories,isDraft,changeKey"
        for shown in self.ask("GET", link)[1]["value"]:
            found[shown["id"]] = (shown["isDraft"], shown["categories"], shown["changeKey"])
        assert found == {key: (one.draft, one.categories, one.change) for key, one in self.known.items()}
        for name in (*FOLDERS, "sentitems", "drafts"):
            listed = self.ask("GET", f"mailFolders/{name}/messages?$top=1000&$select=id")[1]["value"]
            assert {one["id"] for one in listed} == {key for key, one in self.known.items() if one.folder == name}

    @invariant()
    def what_left_is_what_was_sent(self) -> None:
        """Each once, and the ledger says so."""
        effects = [entry.effect for entry in self.sandbox.ledger.entries if entry.effect]
        assert len(self.sandbox.left) == self.sent == sum(effect.kind == "send" for effect in effects)
        assert len(self.sandbox.graph_mailbox(BOB).items) <= self.sent

    @invariant()
    def an_id_that_died_stays_dead(self) -> None:
        """No message ever takes another's."""
        assert all(self.mailbox.find(item_id) is None for item_id in self.dead)
        assert len({one.mutable for one in self.known.values()}) == len(self.known)

    def teardown(self) -> None:
        """Throw the mail away."""
        self.sandbox.close()


OutlookMachine.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)


class TestOutlook(OutlookMachine.TestCase):
    """Hypothesis drives the machine."""
