"""Labels by their visible names: Gmail wants ids, and the owner renames, makes and deletes labels at any time."""

from __future__ import annotations

from collections.abc import Iterable

from app.errors import InvalidMessage, ProviderError, ProviderRefused
from app.providers.fields import dicts, word
from app.providers.gmail.calls import ME, Calls
from app.providers.label_names import fitting
from app.rules.label_names import SYSTEM, same


class Labels:
    """The owner's labels, as they were when last read; read again when something does not fit."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._names: dict[str, str] | None = None  # by id
        self._system = SYSTEM

    async def names(self) -> tuple[str, ...]:
        """Return the names of the owner's labels, sorted as a person would."""
        return tuple(sorted((await self._reread()).values(), key=same))

    async def named(self, ids: Iterable[str]) -> frozenset[str]:
        """Return the names of these ids; folders and states (`INBOX`, `UNREAD`) are left out."""
        own = set(ids) - self._system
        names = self._names or {}
        if own - names.keys():
            names = await self._reread()
        return frozenset(names[label] for label in own if label in names)

    async def id_of(self, name: str) -> str | None:
        """Return the id of the label of that name, whatever its case, or None."""
        known = self._id_in(self._names or {}, name)
        return known or self._id_in(await self._reread(), name)

    async def ids(self, names: Iterable[str], *, make: bool) -> list[str]:
        """Return the ids of these names, making what is missing if told to, else leaving it out."""
        found = []
        for name in sorted(names):
            label = await self.id_of(name)
            if label is None and make:
                label = await self._make(name)
            if label is not None:
                found.append(label)
        return found

    def forget(self) -> None:
        """Read the labels again before they are used next: the owner changed them meanwhile."""
        self._names = None

    async def _make(self, name: str) -> str:
        fits = fitting(name, system=self._system)
        request = self._calls.build.labels.create(userId=ME, body={"name": fits})
        try:
            made = await self._calls.call(request)
        except (InvalidMessage, ProviderRefused):  # 409: someone was faster, or it differs in case alone: adopt it
            adopted = self._id_in(await self._reread(), fits)
            if adopted is None:
                raise
            return adopted
        label = word(made, "id")
        if not label:
            raise ProviderError(detail="it made a label without an id")
        self._names = {**(self._names or {}), label: word(made, "name") or fits}
        return label

    async def _reread(self) -> dict[str, str]:
        answer = await self._calls.call(self._calls.build.labels.list(userId=ME))
        labels = [label for label in dicts(answer.get("labels")) if isinstance(label.get("id"), str)]
        self._system = SYSTEM | {label["id"] for label in labels if label.get("type") == "system"}
        names = {label["id"]: str(label.get("name", "")) for label in labels if label["id"] not in self._system}
        self._names = names
        return names

    @staticmethod
    def _id_in(names: dict[str, str], name: str) -> str | None:
        return next((label for label, known in names.items() if same(known) == same(name)), None)
