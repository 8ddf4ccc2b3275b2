"""Any order of calls: the mailbox is at every moment what a simple model of it says, and its history leads there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from app import clock
from app.sandbox.gmail.arriving import deliver
from app.sandbox.sandbox import Sandbox
from tests.sandbox.direct import Direct
from tests.sandbox.practice import ALICE, BOB, letter, raw

OWN_LABELS = ["STARRED", "UNREAD", "INBOX", "IMPORTANT"]
SUBJECTS = ["Terrace", "Re: Terrace", "Lunch"]


@dataclass
class Model:
    """What is in the mailbox: labels by message, messages by draft."""

    labels: dict[str, set[str]] = field(default_factory=dict)
    threads: dict[str, str] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    sent: int = 0

    def take(self, shown: Any) -> str:
        """Take in a message as an answer shows it."""
        message_id = str(shown["id"])
        assert message_id not in self.gone, "an id was given twice"
        self.labels[message_id] = set(shown.get("labelIds", []))
        self.threads[message_id] = shown["threadId"]
        return message_id

    def drop(self, message_id: str) -> None:
        """Forget a message."""
        del self.labels[message_id], self.threads[message_id]
        self.gone.add(message_id)


class MailboxMachine(RuleBasedStateMachine):
    """Alice's program does anything, in any order; Bob's letters come in between."""

    messages = Bundle("messages")
    drafts = Bundle("drafts")
    spent = Bundle("spent")

    def __init__(self) -> None:
        super().__init__()
        self.sandbox = Sandbox("http://practice.example")
        self.sandbox.add_mailbox(ALICE)
        self.sandbox.add_mailbox(BOB)
        self.gmail = Direct(self.sandbox)
        self.model = Model()
        self.written = 0
        self.message_ids: list[str] = []

    @initialize()
    def begin(self) -> None:
        """Remember where the history begins."""
        self.start = self.gmail.get("profile")["historyId"]
        self.replayed: dict[str, set[str]] = {}

    def compose(self, subject: str, answers: int, *, sender: str, to: str) -> bytes:
        """Write a letter that answers one of those before, if there are any."""
        self.written += 1
        own = f"<{self.written}@machine.example>"
        answered = self.message_ids[answers % len(self.message_ids)] if self.message_ids else ""
        self.message_ids.append(own)
        return letter(subject, f"letter {self.written}", sender=sender, to=to, message_id=own, answers=answered)

    @rule(target=messages, subject=st.sampled_from(SUBJECTS), answers=st.integers(0, 9))
    def a_letter_arrives(self, subject: str, answers: int) -> str:
        """Somebody writes to Alice."""
        written = self.compose(subject, answers, sender=BOB, to=ALICE)
        arrived = deliver(self.sandbox.mailbox(ALICE), written)
        return self.model.take(self.gmail.get(f"messages/{arrived.id}", format="minimal"))

    @rule(
        target=messages,
        subject=st.sampled_from(SUBJECTS),
        labels=st.sets(st.sampled_from([*OWN_LABELS, "SENT", "SPAM", "TRASH"])),
    )
    def a_letter_is_inserted(self, subject: str, labels: set[str]) -> str:
        """A program puts a letter in."""
        written = self.compose(subject, 0, sender=BOB, to=ALICE)
        return self.model.take(self.gmail.post("messages", {"raw": raw(written), "labelIds": sorted(labels)}))

    @rule(target=drafts, subject=st.sampled_from(SUBJECTS), answers=st.integers(0, 9))
    def a_draft_is_made(self, subject: str, answers: int) -> str:
        """A draft to Bob."""
        written = self.compose(subject, answers, sender=ALICE, to=BOB)
        made = self.gmail.post("drafts", {"message": {"raw": raw(written)}})
        self.model.drafts[made["id"]] = self.model.take(made["message"])
        return str(made["id"])

    @rule(draft=drafts, subject=st.sampled_from(SUBJECTS), answers=st.integers(0, 9))
    def a_draft_is_changed(self, draft: str, subject: str, answers: int) -> None:
        """Its id stays, its message does not."""
        if draft not in self.model.drafts:
            return
        written = self.compose(subject, answers, sender=ALICE, to=BOB)
        changed = self.gmail.done("PUT", f"drafts/{draft}", {"message": {"raw": raw(written)}})
        assert changed["id"] == draft
        self.model.drop(self.model.drafts[draft])
        self.model.drafts[draft] = self.model.take(changed["message"])

    @rule(target=messages, draft=consumes(drafts))
    def a_draft_is_sent(self, draft: str) -> Any:
        """It is consumed, and a sent message stands in its thread."""
        status, sent = self.gmail.ask("POST", "drafts/send", {"id": draft})
        if draft not in self.model.drafts:
            assert status == 404
            return multiple()
        old = self.model.drafts.pop(draft)
        assert sent["threadId"] == self.model.threads[old]
        self.model.drop(old)
        self.model.sent += 1
        return self.model.take(sent)

    @rule(target=spent, draft=consumes(drafts))
    def a_draft_is_thrown_away(self, draft: str) -> str:
        """For good."""
        status, _ = self.gmail.ask("DELETE", f"drafts/{draft}")
        assert status == (204 if draft in self.model.drafts else 404)
        if draft in self.model.drafts:
            self.model.drop(self.model.drafts.pop(draft))
        return draft

    @rule(draft=spent)
    def nothing_comes_of_a_draft_that_is_gone(self, draft: str) -> None:
        """Neither sending nor changing nor throwing it away again."""
        assert self.gmail.ask("POST", "drafts/send", {"id": draft})[0] == 404
        assert self.gmail.ask("DELETE", f"drafts/{draft}")[0] == 404
        assert self.gmail.ask("PUT", f"drafts/{draft}", {"message": {"raw": raw(letter())}})[0] == 404

    @rule(
        message=messages,
        add=st.sets(st.sampled_from([*OWN_LABELS, "TRASH", "SPAM"]), max_size=2),
        remove=st.sets(st.sampled_from([*OWN_LABELS, "TRASH", "SPAM"]), max_size=2),
    )
    def labels_change(self, message: str, add: set[str], remove: set[str]) -> None:
        """What the answer says is what is so; what cannot be changes nothing."""
        body = {"addLabelIds": sorted(add), "removeLabelIds": sorted(remove)}
        status, shown = self.gmail.ask("POST", f"messages/{message}/modify", body)
        if message not in self.model.labels:
            assert status in {400, 404}
        elif not add | remove or add & remove:
            assert status == 400
        else:
            away = add & {"TRASH", "SPAM"}
            leaves = {"TRASH", "SPAM", "INBOX"} - ({"TRASH"} if "TRASH" in add else away) if away else set()
            expected = (self.model.labels[message] | add) - remove - leaves
            assert set(shown.get("labelIds", [])) - {"SPAM"} == expected - {"SPAM"}
            self.model.take(shown)

    @rule(message=messages)
    def into_the_trash(self, message: str) -> None:
        """And out of the inbox."""
        status, shown = self.gmail.ask("POST", f"messages/{message}/trash")
        if status == 200:
            assert "TRASH" in shown["labelIds"]
            assert not {"INBOX", "SPAM"} & set(shown["labelIds"])
            self.model.take(shown)
        assert (status == 200) == (message in self.model.labels)

    @rule(message=messages)
    def out_of_the_trash(self, message: str) -> None:
        """Not into the inbox by itself."""
        status, shown = self.gmail.ask("POST", f"messages/{message}/untrash")
        if status == 200:
            before = self.model.labels[message]
            self.model.take(shown)
            assert self.model.labels[message] == before - {"TRASH"}

    @rule(message=messages)
    def a_whole_thread_is_archived(self, message: str) -> None:
        """Every message of it but the drafts."""
        if message not in self.model.threads:
            return
        thread = self.model.threads[message]
        shown = self.gmail.post(f"threads/{thread}/modify", {"removeLabelIds": ["INBOX"]})
        for one in shown["messages"]:
            assert "INBOX" not in one.get("labelIds", [])
            self.model.take(one)

    @rule(message=messages)
    def a_message_is_deleted_for_good(self, message: str) -> None:
        """No trace but in the history."""
        status, _ = self.gmail.ask("DELETE", f"messages/{message}")
        assert status == (204 if message in self.model.labels else 404)
        if message in self.model.labels:
            self.model.drop(message)

    @invariant()
    def lists_are_what_they_should_be(self) -> None:
        """All messages, those of a label, and the drafts."""
        everything = self.gmail.get("messages", maxResults=500, includeSpamTrash="true").get("messages", [])
        assert {one["id"]: one["threadId"] for one in everything} == self.model.threads
        for label in ("INBOX", "STARRED", "SENT", "TRASH"):
            wanted = {message for message, labels in self.model.labels.items() if label in labels}
            listed = self.gmail.get("messages", maxResults=500, labelIds=label, includeSpamTrash="true")
            assert {one["id"] for one in listed.get("messages", [])} == wanted
            assert self.gmail.get(f"labels/{label}")["messagesTotal"] == len(wanted)
        drafts = self.gmail.get("drafts", maxResults=500).get("drafts", [])
        assert {one["id"]: one["message"]["id"] for one in drafts} == self.model.drafts

    @invariant()
    def threads_hold_each_message_once(self) -> None:
        """And the profile counts both."""
        listed = self.gmail.get("threads", maxResults=500, includeSpamTrash="true").get("threads", [])
        members = [
            message["id"]
            for thread in listed
            for message in self.gmail.get(f"threads/{thread['id']}", format="minimal")["messages"]
        ]
        assert sorted(members) == sorted(self.model.labels)
        profile = self.gmail.get("profile")
        counted = (profile["messagesTotal"], profile["threadsTotal"])
        assert counted == (len(self.model.labels), len(set(self.model.threads.values())))

    @invariant()
    def the_history_leads_to_what_is(self) -> None:
        """Whoever replays every change since the beginning holds the same mailbox."""
        state: dict[str, set[str]] = {}
        last = 0
        for change in self.gmail.get("history", startHistoryId=self.start, maxResults=500).get("history", []):
            assert int(change["id"]) > last
            last = int(change["id"])
            for entry in change.get("messagesAdded", []):
                state[entry["message"]["id"]] = set(entry["message"].get("labelIds", []))
            for entry in change.get("labelsAdded", []):
                state[entry["message"]["id"]] |= set(entry["labelIds"])
            for entry in change.get("labelsRemoved", []):
                state[entry["message"]["id"]] -= set(entry["labelIds"])
            for entry in change.get("messagesDeleted", []):
                del state[entry["message"]["id"]]
        assert state == self.model.labels

    @invariant()
    def what_left_is_what_the_ledger_says(self) -> None:
        """One send in the ledger, one letter that left, one that Bob got."""
        sends = [entry for entry in self.sandbox.ledger.entries if entry.effect and entry.effect.kind == "send"]
        assert len(sends) == len(self.sandbox.left) == self.model.sent
        assert [entry.n for entry in sends] == [one.n for one in self.sandbox.left]
        assert len(self.sandbox.mailbox(BOB).messages) == self.model.sent

    def teardown(self) -> None:
        """Give the space back."""
        self.sandbox.close()


MailboxMachine.TestCase.settings = settings(
    max_examples=50, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


class TestMailbox(MailboxMachine.TestCase):
    """Hypothesis drives the machine."""

    @pytest.fixture(autouse=True)
    def _plain_clock(self) -> None:
        clock.practise()
