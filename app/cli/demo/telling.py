"""How the story is told: on a terminal in sentences, or as one JSON object a step."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Protocol

from rich.console import Console
from rich.text import Text

from app.cli.demo.stage import GMAIL, GRAPH, Stage
from app.errors import AppError

Entry = dict[str, Any]  # one call of the provider's ledger, as `GET /_ledger` gives it


class StoryBroken(AppError):
    """The story did not go as it should: {what}"""

    code, status = "story_broken", 500


class Teller(Protocol):
    """Tells what happens, and what the providers' ledger saw of it; `told` is the number of the last call told."""

    told: int

    def begin(self, title: str) -> None:
        """Tell what this is."""

    def says(self, sentence: str) -> None:
        """Tell one thing that a person sees or does."""

    def turn(self, stage: Stage, title: str) -> None:
        """Go on at a provider."""

    def step(self, number: int, name: str, ledger: Sequence[Entry]) -> None:
        """Close a step with what the ledger saw since the step before."""

    def end(self, totals: dict[str, Any]) -> None:
        """Close the story."""


@dataclass
class Spoken:
    """On a terminal, in the reader's language."""

    translate: Callable[[str], str]
    console: Console = field(default_factory=lambda: Console(highlight=False, soft_wrap=True))
    stage: Stage = GMAIL
    brief: bool = False
    told: int = 0

    def begin(self, title: str) -> None:
        """Tell what this is."""
        self.console.print(Text(title, style="bold"))

    def says(self, sentence: str) -> None:
        """Tell one thing that a person sees or does; the second time a story is told, its steps say enough."""
        if not self.brief:
            self.console.print(Text(f"   {sentence}"))

    def turn(self, stage: Stage, title: str) -> None:
        """Go on at a provider."""
        self.brief, self.stage = stage is not self.stage, stage
        self.console.print(Text(title, style="bold"))

    def step(self, number: int, name: str, ledger: Sequence[Entry]) -> None:
        """Close a step with what this provider saw of it."""
        mine = [entry for entry in ledger if entry["provider"] == self.stage.name]
        for entry in filter(itemgetter("effect"), mine):
            what = f"{self.stage.product}: {_effect(entry['effect'], self.translate)}"
            self.console.print(Text(f"     {what}", style="green"))
        calls = self.translate("calls to {product}: {number}").format(product=self.stage.product, number=len(mine))
        self.console.print(Text(f"{number:>2} ✓ {name}  ({calls})", style="bold"))

    def end(self, totals: dict[str, Any]) -> None:
        """Close the story; what is said after it is said whole."""
        self.brief = False
        said = self.translate(
            "In {product}'s own ledger: labels {label}, drafts {draft}, letters sent {send}, "
            "after revoking {after_revoke}."
        )
        for stage in (GMAIL, GRAPH):
            counts = totals[stage.name]
            self.console.print(Text(said.format(product=stage.product, **counts), style="bold green"))


@dataclass
class Written:
    """One JSON object a line, for programs."""

    provider: str = GMAIL.name
    told: int = 0

    def begin(self, title: str) -> None:
        """Say nothing: a program knows."""

    def says(self, sentence: str) -> None:
        """Say nothing: the ledger speaks."""

    def turn(self, stage: Stage, title: str) -> None:
        """Note whose ledger speaks from here on."""
        self.provider = stage.name

    def step(self, number: int, name: str, ledger: Sequence[Entry]) -> None:
        """Print a step with its ledger entries, each of which names its provider."""
        self._print({"step": number, "name": name, "ok": True, "provider": self.provider, "ledger": list(ledger)})

    def end(self, totals: dict[str, Any]) -> None:
        """Print the totals."""
        unreadable = totals.pop("unreadable")
        self._print({"totals": totals, "unreadable": unreadable, "ok": True})

    def _print(self, value: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _effect(effect: dict[str, Any], translate: Callable[[str], str]) -> str:
    kinds: dict[str, str] = {
        "label": translate("a label was put on") if effect.get("labels_added") else translate("a label was taken off"),
        "draft": translate("a draft was written"),
        "draft_update": translate("a draft was changed"),
        "move": translate("a message was moved"),
        "trash": translate("a message went into the trash"),
        "send": translate("a letter was sent"),
    }
    return kinds.get(effect["kind"], str(effect["kind"]))
