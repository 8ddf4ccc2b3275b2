"""The master categories of one mailbox: names with a colour. A message may bear names that are none of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

COLORS = frozenset({"none", *(f"preset{n}" for n in range(25))})
BEGINNING = {"Red": 0, "Orange": 1, "Yellow": 3, "Green": 4, "Blue": 7, "Purple": 8}


@dataclass(slots=True)
class Category:
    """A name and its colour; the name never changes."""

    name: str
    color: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def resource(self) -> dict[str, Any]:
        """Return it as Graph shows it."""
        return {"id": self.id, "displayName": self.name, "color": self.color}


class CategoryBook:
    """Categories by id; names are one whatever their case."""

    def __init__(self) -> None:
        """Begin with the six that every Outlook begins with."""
        made = [Category(f"{name} category", f"preset{color}") for name, color in BEGINNING.items()]
        self._by_id = {one.id: one for one in made}

    def __iter__(self) -> Iterator[Category]:
        return iter(self._by_id.values())

    def find(self, category_id: str) -> Category | None:
        """Return a category, None if there is none."""
        return self._by_id.get(category_id)

    def create(self, name: str, color: str) -> Category | None:
        """Make a category; None for a name that is taken."""
        if any(one.name.casefold() == name.casefold() for one in self):
            return None
        made = Category(name, color)
        self._by_id[made.id] = made
        return made

    def remove(self, category: Category) -> None:
        """Take a category away; messages keep its name."""
        del self._by_id[category.id]
