"""A page of messages as its reader sees it, filled up past what is left out.

What is private, or not covered by her grant, is left out before anything is counted or cut into pages. What somebody
has guessed, a word or a label, may lead to nothing else: such a list goes on only where she would see more, or its end
would say that something was left out. That there is private mail in a folder is known.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from uuid import UUID

from app.access.decide import Kind
from app.access.visibility import PrivateRules
from app.actions import excerpts, seeing
from app.actions.desk import Desk
from app.actions.hand import Hand
from app.actions.likeness import covered
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
class SeenPart:
    """What of a page of the provider's its reader may see, by what rules.

    `alone` are the provider's ids of messages of which nothing but their own words is shown.
    """

    messages: tuple[SeenMessage, ...]
    alone: frozenset[str]
    rules: PrivateRules


Kept = Callable[[Page, SeenPart], Awaitable[Sequence[SeenMessage]]]


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


class _Shown(NamedTuple):
    """A message that is shown, and the page of the provider's that it stands on: how that was asked for."""

    seen: SeenMessage
    listing: Listing
    cursor: str
    page: Page

    async def behind(self, hand: Hand) -> str:
        """Return the cursor by which the list goes on right behind it."""
        ids = [each.id for each in self.page.messages]
        index = ids.index(self.seen.message.id)
        if index == len(ids) - 1:
            return self.page.cursor
        return await hand.mailbox.behind(self.listing, self.cursor, self.page.places[index])


async def filled(
    desk: Desk, hand: Hand, listing: Listing, cursor: str, *, reach: Reach, kept: Kept | None = None
) -> SeenPage:
    """Return a page of what its reader may see and, if it is asked, of what is `kept` of that."""
    is_owner = desk.actor.kind is Kind.OWNER
    goes_on = is_owner or reach.goes_on
    ahead = 0 if goes_on else 1  # only one more that she sees tells that there is more
    found: list[_Shown] = []
    looked = idle = 0
    while len(found) < listing.size + ahead:
        wanted = listing.size + ahead - len(found)
        size = wanted if is_owner else min(max(wanted, reach.least), max(reach.messages - idle, 1))
        asked = replace(listing, size=size)
        page = await hand.mailbox.list_conversations(asked, cursor)
        part = await part_of(desk, hand, page, listing)
        shown = await kept(page, part) if kept else part.messages
        found += [_Shown(each, asked, cursor, page) for each in shown]
        looked, idle, cursor = looked + size, 0 if shown else idle + size, page.cursor
        # With two of them there is one to show, and one that shows that there is more.
        if not cursor or (looked if len(found) > 1 else idle) >= reach.messages:
            break
    if goes_on or (not cursor and len(found) <= listing.size) or len(found) < 2:
        return SeenPage(messages=tuple(each.seen for each in found), cursor=cursor if goes_on else "")
    told = found[: min(listing.size, len(found) - 1)]
    return SeenPage(messages=tuple(each.seen for each in told), cursor=await told[-1].behind(hand))


async def part_of(desk: Desk, hand: Hand, page: Page, listing: Listing) -> SeenPart:
    """Judge a page of the provider's, each conversation whole, and return what of it the actor may see."""
    # What is remembered is not enough: the answer that has made a conversation private may lie in another folder.
    rows, rules = await seeing.learn_by(desk.resources, desk.mailbox, page.threads)
    there = [message for message in page.messages if message.id in rows]
    alone: frozenset[str] = frozenset()
    if desk.actor.kind is not Kind.OWNER:
        public = [message for message in there if not rows[message.id].private]
        hers = covered(desk.actor.kind, hand.grant, public, desk.mailbox)
        alone = frozenset(message.id for message in hers if rows[message.id].excepted)
        if listing.label:  # that of a message which is shown alone belongs to its conversation
            hers = [message for message in hers if message.id not in alone]
        there = excerpts.beginnings_shown(hers, rules, alone)
    seen = tuple(SeenMessage(id=rows[message.id].id, message=message) for message in there)
    return SeenPart(messages=seen, alone=alone, rules=rules)
