"""Labels are Outlook's categories: names that stand on the messages themselves.

A name that is put on need stand in no list of the owner's. Her own list (master categories) has names without a
message and colours; it takes a permission of its own, so it is read where she gave that, and done without elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.errors import ProviderRefused, ScopeMissing
from app.providers.fields import dicts, word
from app.providers.graph.calls import Calls
from app.providers.graph.convert import categories_of
from app.providers.label_names import fitting
from app.rules.label_names import SYSTEM, same

NOT_IN_NAMES = ",;"  # Outlook takes what is between them for two names
LATEST = 1000


class Labels:
    """The names of the owner's labels as they were when last read; read again when one is missing."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._spelt: dict[str, str] = {}  # by what is the same

    async def names(self) -> tuple[str, ...]:
        """Return the names on the latest thousand messages and in the owner's own list, sorted as a person would."""
        self._spelt = {same(name): name for name in (*await self._on_messages(), *await self._in_list())}
        return tuple(sorted(self._spelt.values(), key=same))

    async def spelt(self, name: str) -> str:
        """Return a name as the owner spells it, else as it is given."""
        if same(name) not in self._spelt:
            await self.names()
        return self._spelt.get(same(name), name)

    async def merged(
        self, present: list[str], add: Iterable[str], remove: Iterable[str], order: Sequence[str] = ()
    ) -> list[str]:
        """Return the names on a message after a change; what is put on is not taken off in the same breath.

        If these are the names of `order`, they come as they stand there.
        """
        before = {same(name): name for name in present}
        added = {same(name): await self._new(name) for name in sorted(add) if same(name) not in before}
        removed = {same(name) for name in remove} - {same(name) for name in add}
        kept = [name for name in present if same(name) not in removed]
        asked = {same(name) for name in (*kept, *added)}
        as_before = set(kept) <= set(order) and asked == {same(name) for name in order}
        return list(order) if as_before else kept + list(added.values())

    async def _new(self, name: str) -> str:
        return await self.spelt(fitting(name, without=NOT_IN_NAMES))

    async def _on_messages(self) -> list[str]:
        query = {"$select": ["id", "categories"], "$top": LATEST, "$orderby": ["receivedDateTime desc"]}
        latest = dicts((await self._calls.get(self._calls.build.messages, query)).get("value"))
        return [name for message in latest for name in categories_of(message) if name.upper() not in SYSTEM]

    async def _in_list(self) -> list[str]:
        try:
            found = await self._calls.get(self._calls.build.categories, {"$top": LATEST})
        except (ScopeMissing, ProviderRefused):
            return []
        return [name for each in dicts(found.get("value")) if (name := word(each, "displayName"))]
