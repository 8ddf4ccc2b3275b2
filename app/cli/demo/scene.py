"""What the steps of the story share: the place, the two people, and what has come of it so far."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx2

from app import clock
from app.cli.demo.people import Character
from app.cli.demo.place import Place
from app.cli.demo.stage import Stage
from app.cli.demo.telling import Entry, StoryBroken, Teller
from app.locale.catalogues import Language
from app.locale.days import in_full

SANTIAGO = "America/Santiago"
LYON = "Europe/Paris"
PATIENCE = 30.0  # seconds of real time that anything in the story may take
LOOK_AGAIN = 0.1


@dataclass
class Scene:
    """The story as it stands."""

    place: Place
    teller: Teller
    language: Language
    stage: Stage
    practice: httpx2.AsyncClient = field(repr=False)
    owner: Character = field(repr=False)
    assistant: Character = field(repr=False)
    mailbox: str = ""
    found: dict[str, str] = field(default_factory=dict)  # ids of our own by what they are to the story

    @property
    def at(self) -> str:
        """Return the API's address of the mailbox."""
        return f"/mailboxes/{self.mailbox}"

    def says(self, sentence: str, /, **values: object) -> None:
        """Tell one thing, in the reader's language."""
        self.teller.says(self.translate(sentence).format(**values))

    def translate(self, sentence: str) -> str:
        """Return a sentence of ours in the reader's language."""
        return self.language.gettext(sentence)

    def day(self, moment: datetime, zone: str) -> str:
        """Return the day of a moment in a zone, as the reader's language writes it."""
        return in_full(moment.astimezone(ZoneInfo(zone)).date(), self.language)

    async def calls(self, since: int = 0) -> list[Entry]:
        """Return both providers' own list of calls after number `since`."""
        answer = await self.practice.get("/_ledger", params={"since": since})
        entries: list[Entry] = answer.json()
        return entries

    async def ledger(self, since: int = 0) -> list[Entry]:
        """Return those of this provider alone."""
        return [entry for entry in await self.calls(since) if entry["provider"] == self.stage.name]

    async def effects(self, kind: str) -> list[Entry]:
        """Return the provider's calls that had an effect of this kind."""
        return [entry for entry in await self.ledger() if (entry["effect"] or {}).get("kind") == kind]

    async def sends(self) -> int:
        """Return how many letters have left the mailbox by the provider's ledger."""
        return len(await self.effects("send"))

    async def move_clock(self, to: datetime) -> None:
        """Move the practice clock forward, for the provider and for all of Deskhand."""
        answer = await self.practice.post("/_clock", json={"now": to.isoformat()})
        answer.raise_for_status()

    async def until(self, holds: Callable[[], Awaitable[bool]], what: str) -> None:
        """Wait until something holds; raise StoryBroken when it takes too long."""
        loop = asyncio.get_running_loop()
        last = loop.time() + PATIENCE
        while not await holds():
            if loop.time() > last:
                raise StoryBroken(what=what)
            await asyncio.sleep(LOOK_AGAIN)


def next_time(zone: str, hour: int, minute: int, *, after: datetime | None = None) -> datetime:
    """Return the next moment at which clocks in a zone show this time, aware, in that zone."""
    begin = (after or clock.now()).astimezone(ZoneInfo(zone))
    there = begin.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return there if there > begin else there + timedelta(days=1)


def wall(moment: datetime) -> str:
    """Return a moment's wall time as the API takes it."""
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")


def expect(true: Any, what: str) -> None:
    """Raise StoryBroken unless something is so."""
    if not true:
        raise StoryBroken(what=what)
