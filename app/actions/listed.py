"""A page of messages as its reader sees it, filled up past what is left out.

What is private, or not covered by her grant, is left out before anything is counted or cut into pages. What somebody
has guessed, a word or a label, may lead to nothing else: such a list goes on only where she would see more, or its end
would say that something was left out. That there is private mail in a folder is known.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from app.access.decide import Kind
from app.access.visibility import PrivateRules
from app.actions import excerpts, seeing
from app.actions.desk import Desk
from app.actions.hand import Hand
from app.actions.likeness import is_covered
from app.providers.base import Listing, Message, Page


@dataclass(frozen=True, kw_only=True)
class SeenMessage:
    """A message as its reader may see it, under an id of ours."""

    id: UUID
    message: Message


@dataclass(frozen=True, kw_only=True)
class SeenPage:
    """One page of messages; `cursor` asks for the next and is empty at the end."""

    messages: tuple[SeenMessage, ...]
    cursor: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """What of a page of the provider's its reader may see, by what rules.

    `alone` are the provider's ids of messages of which nothing but their own words is shown.
    """

    messages: tuple[SeenMessage, ...]
    alone: frozenset[str]
    rules: PrivateRules


Kept = Callable[[Page, Part], Awaitable[Sequence[SeenMessage]]]


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How far it is looked for somebody who is not shown everything.

    `messages` of the provider's are looked at for one page, and as many in a row behind the last that was shown;
    `least` are asked for at a time. Where nothing is found so far, a list that `goes_on` has a further page all the
    same, and any other one ends.
    """

    messages: int
    least: int = 1
    goes_on: bool = False


@dataclass
class _Found:
    """What a page is made of, each with the cursor behind it; `looked` and `idle` count what was asked for."""

    shown: list[tuple[SeenMessage, str]] = field(default_factory=list)
    looked: int = 0
    idle: int = 0

    def far_enough(self, reach: Reach) -> bool:
        """Say whether it was looked as far as it is looked: with two of them one is certain to be no last one."""
        return (self.looked if len(self.shown) > 1 else self.idle) >= reach.messages

    def add(self, shown: Sequence[tuple[SeenMessage, str]], asked: int) -> None:
        """Take what is shown of as many as were asked for."""
        self.shown += shown
        self.looked, self.idle = self.looked + asked, 0 if shown else self.idle + asked

    def page(self, size: int) -> SeenPage:
        """Return so many of them, and where the list goes on: only one more that is shown tells that there is more."""
        cut = min(size, len(self.shown) - 1)
        return SeenPage(messages=tuple(each for each, _ in self.shown[:cut]), cursor=self.shown[cut - 1][1])


async def filled(
    desk: Desk, hand: Hand, listing: Listing, cursor: str, *, reach: Reach, kept: Kept | None = None
) -> SeenPage:
    """Return a page of what its reader may see and, if it is asked, of what is `kept` of that."""
    found = _Found()
    is_owner = desk.actor.kind is Kind.OWNER
    ahead = 0 if is_owner or reach.goes_on else 1
    while len(found.shown) < listing.size + ahead:
        wanted = listing.size + ahead - len(found.shown)
        most = max(1, reach.messages - found.idle)
        asked = replace(listing, size=wanted if is_owner else min(max(wanted, reach.least), most))
        page = await hand.mailbox.list_conversations(asked, cursor)
        part = await part_of(desk, hand, page, listing)
        shown = await kept(page, part) if kept else part.messages
        behind = {each.id: after for each, after in zip(page.messages, page.behind, strict=True)}
        found.add([(each, behind[each.message.id]) for each in shown], asked.size)
        cursor = page.cursor
        if not cursor or found.far_enough(reach):
            break
    goes_on = bool(cursor) and not (is_owner or reach.goes_on) and len(found.shown) > 1
    if len(found.shown) > listing.size or goes_on:
        made = found.page(listing.size)
        return replace(made, cursor=await hand.mailbox.settled(listing, made.cursor))
    return SeenPage(messages=tuple(each for each, _ in found.shown), cursor=cursor if is_owner or reach.goes_on else "")


async def part_of(desk: Desk, hand: Hand, page: Page, listing: Listing) -> Part:
    """Judge a page of the provider's, each conversation whole, and return what of it the actor may see."""
    # What is remembered is not enough: the answer that has made a conversation private may lie in another folder.
    rows, rules = await seeing.learn_by(desk.resources, desk.mailbox, page.threads)
    there = [message for message in page.messages if message.id in rows]
    alone: frozenset[str] = frozenset()
    if desk.actor.kind is not Kind.OWNER:
        public = [message for message in there if not rows[message.id].private]
        hers = [message for message in public if is_covered(desk.actor.kind, hand.grant, message, desk.mailbox)]
        alone = frozenset(message.id for message in hers if rows[message.id].excepted)
        if listing.label:  # that of a message which is shown alone belongs to its conversation
            hers = [message for message in hers if message.id not in alone]
        there = excerpts.beginnings_shown(hers, rules, alone)
    seen = tuple(SeenMessage(id=rows[message.id].id, message=message) for message in there)
    return Part(messages=seen, alone=alone, rules=rules)
