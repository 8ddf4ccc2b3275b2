"""Alice's mailbox as she has it before her at either provider: what she and others do there without Deskhand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from email import message_from_bytes, policy

from app.providers.graph.queries import PRIVATE_PROPERTY
from app.sandbox.gmail import arriving as at_google
from app.sandbox.graph import arriving as at_microsoft
from app.sandbox.graph.mailbox import GraphMailbox
from app.sandbox.sandbox import Sandbox
from tests.people import ALICE, mail

State = tuple[frozenset[str], str]  # her labels on a message, and where it lies


@dataclass(frozen=True)
class Hers:
    """The mailbox of a world; ids are the provider's."""

    sandbox: Sandbox
    provider: str

    @property
    def outlook(self) -> GraphMailbox:
        """Her mailbox at Microsoft."""
        return self.sandbox.graph_mailbox(ALICE[0])

    def arrives(self, sender: str, subject: str, body: str, *, answers: str = "", name: str = "") -> tuple[str, str]:
        """Have a letter come; return its id and its Message-ID."""
        named = f"<{name}@mail.example>"
        raw = mail(sender, subject, body, answers=answers, message_id=named)
        if self.provider == "graph":
            return at_microsoft.deliver(self.outlook, raw).immutable, named
        return at_google.deliver(self.sandbox.mailbox(ALICE[0]), raw).id, named

    def puts(self, id_: str, label: str, *, on: bool = True) -> None:
        """Have her put a label on a message, or take it off, in her own mail program."""
        if self.provider == "graph":
            item = self.outlook.items[id_]
            kept = tuple(each for each in item.categories if each != label)
            item.categories = (*kept, label) if on else kept
            self.outlook.touch(item)
            return
        box = self.sandbox.mailbox(ALICE[0])
        found = box.labels.named(label) or box.labels.create(label, {})
        box.relabel(box.messages[id_], add=[found.id] if on else [], remove=[] if on else [found.id])

    def state(self, id_: str) -> State:
        """Return how a message lies there."""
        if self.provider == "graph":
            item = self.outlook.items[id_]
            places = {"inbox": "inbox", "archive": "archive", "deleteditems": "trash"}
            return frozenset(item.categories), places[item.folder.well_known]
        box = self.sandbox.mailbox(ALICE[0])
        labels = box.messages[id_].labels
        named = frozenset(box.labels.get(each).name for each in labels if not box.labels.get(each).system)
        return named, "trash" if "TRASH" in labels else "inbox" if "INBOX" in labels else "archive"

    def edits(self, draft_id: str) -> None:
        """Have her change the words of a draft."""
        if self.provider == "graph":
            item = self.outlook.items[draft_id]
            assert item.draft is not None
            item.draft = replace(item.draft, body=item.draft.body.replace("Dear Clara", "Dearest Clara"))
            self.outlook.touch(item)
            return
        box = self.sandbox.mailbox(ALICE[0])
        held = box.drafts[draft_id]
        before = box.messages[held.message_id]
        raw = box.raw(before).replace(b"Dear Clara", b"Dearest Clara")
        changed = box.put(raw, labels={"DRAFT"}, date=before.date + 1, thread_id=before.thread_id)
        box.remove(before)
        held.message_id = changed.id

    def left(self) -> list[tuple[str, tuple[str, ...], str]]:
        """Return what left, in order: the private id it carries, to whom it went, what it says."""
        found = []
        for each in self.sandbox.left:
            if self.provider == "graph":
                place = self.outlook.items[each.message].place
                raw = self.sandbox.spool.get(place) if place else b""
            else:
                box = self.sandbox.mailbox(ALICE[0])
                raw = box.raw(box.messages[each.message])
            letter = message_from_bytes(raw, policy=policy.default)
            body = letter.get_body(("plain", "html"))
            words = body.get_content() if body else ""
            found.append((self._private_id(each.message, str(letter["X-Deskhand-Id"])), each.recipients, words))
        return found

    def _private_id(self, message: str, header: str) -> str:
        return self.outlook.items[message].properties[PRIVATE_PROPERTY] if self.provider == "graph" else header

    def copies(self, private_id: str) -> int:
        """Return how many sent copies carry a private id."""
        return sum(each[0] == private_id for each in self.left())
