"""The labels of one mailbox: Gmail's own and the owner's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.sandbox.gmail.discovery import discovery
from app.sandbox.gmail.refusals import Refusal, invalid, not_found

MOST_LABELS = 10_000
MOST_NAME = 225
HIDDEN = ("CHAT", "IMPORTANT", "CATEGORY_FORUMS", "CATEGORY_UPDATES", "CATEGORY_PERSONAL", "CATEGORY_PROMOTIONS")
SYSTEM = (*HIDDEN, "CATEGORY_SOCIAL", "SENT", "INBOX", "TRASH", "DRAFT", "SPAM", "STARRED", "UNREAD")
FIXED = frozenset({"SENT", "DRAFT", "CHAT"})  # nobody adds or removes these
RESERVED = frozenset({"inbox", "sent", "drafts", "draft", "spam", "trash", "starred", "unread", "important", "chats"})
RESERVED |= {"chat", "all mail", "all", "archive", "snoozed", "scheduled", "bin", "muted", "buzz"}


@dataclass(slots=True)
class Label:
    """One label; `settings` holds its colour and visibilities as the API names them."""

    id: str
    name: str
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def system(self) -> bool:
        """Whether it is one of Gmail's own."""
        return self.id in SYSTEM

    def resource(self) -> dict[str, Any]:
        """Return the label as the API shows it in a list."""
        return {"id": self.id, "name": self.name, **self.settings, "type": "system" if self.system else "user"}


def palette() -> frozenset[str]:
    """Return the colours that the discovery document allows, as #rrggbb."""
    properties = discovery().schemas["LabelColor"]["properties"]
    return frozenset(re.findall(r"#[0-9a-f]{6}\b", properties["backgroundColor"]["description"]))


class LabelBook:
    """Labels by id and by name; names are one whatever their case."""

    def __init__(self) -> None:
        """Begin with Gmail's own labels alone."""
        hidden = {"messageListVisibility": "hide", "labelListVisibility": "labelHide"}
        self._by_id = {name: Label(name, name, dict(hidden) if name in HIDDEN else {}) for name in SYSTEM}
        self._next = 1

    def __iter__(self) -> Iterator[Label]:
        return iter(self._by_id.values())

    def get(self, label_id: str) -> Label:
        """Return a label; raise Google's 404 if there is none."""
        if label_id not in self._by_id:
            raise not_found()
        return self._by_id[label_id]

    def known(self, label_id: str) -> bool:
        """Say whether there is such a label."""
        return label_id in self._by_id

    def named(self, name: str) -> Label | None:
        """Return the owner's label of this name, any case."""
        wanted = name.casefold()
        return next((label for label in self if not label.system and label.name.casefold() == wanted), None)

    def create(self, name: str, settings: dict[str, Any]) -> Label:
        """Make a label; raise Google's 400 for a name that cannot be, 409 for one that is taken."""
        clean = self._usable(name, None)
        if len(self._by_id) >= MOST_LABELS:
            raise invalid("Label limit exceeded")
        defaults = {"messageListVisibility": "show", "labelListVisibility": "labelShow"}
        label = Label(f"Label_{self._next}", clean, defaults | settings)
        self._next += 1
        self._by_id[label.id] = label
        return label

    def rename(self, label: Label, name: str) -> None:
        """Give a label another name; its id stays, and labels below it keep theirs."""
        label.name = self._usable(name, label)

    def remove(self, label: Label) -> None:
        """Take a label away."""
        del self._by_id[label.id]

    def _usable(self, name: str, own: Label | None) -> str:
        clean = name.strip()
        parts = clean.split("/")
        if not clean or len(clean) > MOST_NAME or not all(part.strip() for part in parts) or not clean.isprintable():
            raise invalid("Invalid label name")
        if clean.casefold() in RESERVED or clean.casefold().startswith("category_"):
            raise invalid("Invalid label name")
        taken = self.named(clean)
        if taken is not None and taken is not own:
            raise Refusal(409, "Label name exists or conflicts", "aborted", "ABORTED")
        return clean

    def check_changes(self, add: list[str], remove: list[str]) -> None:
        """Raise Google's 400 unless these label ids may be added and removed."""
        if not add and not remove:
            raise invalid("No label add or removes specified")
        if len(add) > 100 or len(remove) > 100:
            raise invalid("Too many labels specified: the limit is 100 to add and 100 to remove")
        for label_id in (*add, *remove):
            if label_id in FIXED:
                raise invalid(f"Invalid label: {label_id}")
            if not self.known(label_id):
                raise invalid("labelId not found")
        if set(add) & set(remove):
            raise invalid("Cannot both add and remove the same label")
