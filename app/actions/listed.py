"""A page of messages as its reader sees it: full, and going on only where she would see more.

What is private, or not covered by her grant, is left out before anything is counted or cut into pages. A page that
ended elsewhere because something was left out would say that it was there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
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
    """How far it is looked: at most `parts` of the provider's for one page of ours, each of at least `least` messages.

    `least` keeps what is asked for from saying how far that is. Where it ended within reach and nothing more was found,
    the list ends, unless it `goes_on`.
    """

    parts: int
    least: int = 1
    goes_on: bool = False


async def filled(
    desk: Desk, hand: Hand, listing: Listing, cursor: str, *, reach: Reach, kept: Kept | None = None
) -> SeenPage:
    """Return a page of what its reader may see and, if it is asked, of what is `kept` of that."""
    is_owner = desk.actor.kind is Kind.OWNER
    ahead = 0 if is_owner else 1  # only one more that she sees tells that there is more
    found: list[tuple[SeenMessage, str]] = []
    for _ in range(reach.parts):
        wanted = listing.size + ahead - len(found)
        asked = replace(listing, size=wanted if is_owner else max(wanted, reach.least))
        page = await hand.mailbox.list_conversations(asked, cursor)
        part = await part_of(desk, hand, page, listing)
        shown = await kept(page, part) if kept else part.messages
        behind = {each.id: after for each, after in zip(page.messages, page.behind, strict=True)}
        found += [(each, behind[each.message.id]) for each in shown]
        cursor = page.cursor
        if not cursor or len(found) >= listing.size + ahead:
            break
    messages = tuple(each for each, _ in found[: listing.size])
    if len(found) > listing.size:
        return SeenPage(messages=messages, cursor=found[listing.size - 1][1])
    return SeenPage(messages=messages, cursor=cursor if is_owner or reach.goes_on else "")


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
