"""What an assistant may do, said a second time and in few words, from the owner's sentences and not from our code.

Nothing of `app.access` or `app.rules` is asked here: letters are of the kind they were written as, addresses are
compared as they stand, hours by the wall clock of their zone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.models.conditions import Conditions, Recipients
from tests.people import ALICE

# What an act needs, of which daily number it takes, and whether it is done to a message that is let through alone.
NEEDS = {
    "read": ("mail.read", "", True),
    "label": ("label", "changes", False),
    "archive": ("archive", "changes", False),
    "unarchive": ("archive", "changes", False),
    "trash": ("trash", "changes", False),
    "untrash": ("trash", "changes", False),
    "draft": ("draft", "changes", False),
    "edit": ("draft", "changes", False),
    "reply_template": ("reply.template", "changes", True),
    "send": ("draft", "sends", False),
}
ANSWERS = {"draft", "edit", "reply_template", "send"}
INVERSE = {"label": "label", "archive": "unarchive", "unarchive": "archive", "trash": "untrash", "untrash": "trash"}
READING = {"draft", "reply.template", "reply.free", "schedule"}  # who writes, reads
WRITING = {"reply.free", "schedule"}


@dataclass
class Letter:
    """One letter in Alice's mailbox, as whoever put it there knows it."""

    id: str  # the provider's
    conversation: str
    sender: str
    kind: str  # appointment, invitation, code, or empty
    token: str
    labels: set[str] = field(default_factory=set)
    place: str = "inbox"
    ours: UUID | None = None

    @property
    def internal(self) -> bool:
        """Whether it came from Alice's own domain."""
        return self.sender.partition("@")[2] == ALICE[0].partition("@")[2]


@dataclass
class Given:
    """One grant as it was agreed; `sent` are the replies that have left under it."""

    id: UUID
    scopes: frozenset[str]
    bound: Conditions
    approval: str
    begins: datetime
    ends: datetime
    status: str = "active"
    sent: int = 0

    def has(self, scope: str) -> bool:
        """Say whether a scope was ticked, or is part of one that was."""
        if scope == "mail.read":
            return bool(self.scopes & (READING | {"mail.read"}))
        return scope in self.scopes or (scope == "draft" and bool(self.scopes & WRITING))


@dataclass
class Written:
    """A draft of Bob's; `words` as he wrote them, `template` if they are still exactly an approved text."""

    id: UUID
    letter: Letter
    grant: UUID
    words: str
    template: UUID | None = None
    spoilt: bool = False  # edited by hand, or thrown away there
    moved: bool = False  # something came into the conversation since
    yes: str = ""  # the words that Alice has said yes to


@dataclass
class Restated:
    """Everything a decision rests on."""

    letters: list[Letter] = field(default_factory=list)
    private: dict[str, frozenset[str]] = field(default_factory=dict)  # senders, and the kinds let through of each
    labels: set[str] = field(default_factory=set)  # private ones
    stuck: set[str] = field(default_factory=set)  # conversations that were private and stay so
    given: Given | None = None

    def shown(self, letter: Letter) -> str:
        """Return `all` for a public letter, `alone` for one let through, empty for a private one."""
        together = [each for each in self.letters if each.conversation == letter.conversation]
        why = {self._why(each) for each in together}
        if letter.conversation in self.stuck or why & {"label", "code"}:
            return ""
        if why == {""}:
            return "all"
        return "alone" if self._why(letter) == "through" else ""

    def _why(self, letter: Letter) -> str:
        if _folded(letter.labels) & _folded(self.labels):
            return "label"
        if letter.sender in self.private:
            return "through" if letter.kind in self.private[letter.sender] else "sender"
        return "code" if letter.kind == "code" else ""

    def lives(self, now: datetime) -> bool:
        """Say whether the grant lets anything happen at this moment."""
        given = self.given
        if given is None or given.status != "active" or not given.begins <= now < given.ends:
            return False
        if given.bound.hours is None:
            return True
        wall = now.astimezone(ZoneInfo(given.bound.hours.zone))
        return any(
            span.day == wall.weekday() and span.begins <= wall.time() < span.ends for span in given.bound.hours.spans
        )

    def covers(self, letter: Letter) -> bool:
        """Say whether the grant is about a letter at all."""
        if self.given is None:
            return False
        bound = self.given.bound
        names = {letter.sender, "@" + letter.sender.partition("@")[2]}
        return (
            (not bound.senders or bool(names & bound.senders))
            and (not bound.labels_in or bool(_folded(bound.labels_in) & _folded(letter.labels)))
            and not _folded(bound.labels_out) & _folded(letter.labels)
            and (not bound.kinds or letter.kind in {str(each) for each in bound.kinds})
        )

    def listed(self, now: datetime) -> set[str] | None:
        """Return the ids of what Bob's list holds of the letters, None if he gets no list."""
        if not self.lives(now) or not self.given or not self.given.scopes - {"rules.suggest"}:
            return None
        seen = [each for each in self.letters if each.place != "trash" and self.shown(each) and self.covers(each)]
        return {each.id for each in seen}

    def may(self, act: str, letter: Letter, now: datetime, *, used: int = 0, by: Written | None = None) -> bool:
        """Say whether Bob may do this to a letter, having used so much of the day's number; approval is left out."""
        given = self.given
        scope, counted, alone = NEEDS[act]
        if given is None or not self.lives(now):
            return False
        bound, shown = given.bound, self.shown(letter)
        template = by.template if by and act in ANSWERS else None
        untouched = act == "send" and template is not None
        most = {"changes": bound.changes_a_day, "sends": bound.sends_a_day}.get(counted)
        return (
            (given.has(scope) or (untouched and given.has("reply.template")))
            and (shown == "all" or (shown == "alone" and (alone or untouched)))
            and self.covers(letter)
            and (act not in ANSWERS or bound.recipients is not Recipients.INTERNAL or letter.internal)
            and (template is None or not bound.templates or template in bound.templates)
            and (act not in {"edit", "send"} or by is None or by.grant == given.id)
            and (most is None or used < most)
        )

    def may_leave(self, written: Written) -> bool:
        """Say whether Alice's yes, or her trust, covers these words now."""
        given = self.given
        if given is None:
            return False
        if written.yes and written.yes == written.words:
            return True
        trusted = {
            "always": False,
            "first": given.sent >= given.bound.approve_first,
            "free_text": written.template is not None,
            "never": True,
        }[given.approval]
        return trusted and (written.template is not None or given.has("reply.free"))


def _folded(names: Iterable[Any]) -> set[str]:
    return {str(name).lower() for name in names}
