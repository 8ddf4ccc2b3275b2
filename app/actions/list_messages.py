"""List messages: what is private is left out on the server, before anything is counted or cut into pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from app.access.acts import Act
from app.access.decide import Kind
from app.access.scopes import Scope, closed
from app.access.visibility import PrivateRules
from app.actions import excerpts, seeing
from app.actions.desk import Desk
from app.actions.hand import Hand
from app.actions.likeness import is_covered
from app.providers.base import Folder, Listing, Message, Page

MOST_PAGES = 5  # of the provider, read to fill one page of ours; then the reader asks for more


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
    """What of a page of the provider's its reader may see, by what rules; `alone` are the provider's ids of messages
    of which nothing but their own words is shown."""

    messages: tuple[SeenMessage, ...]
    alone: frozenset[str]
    rules: PrivateRules


async def list_messages(desk: Desk, listing: Listing, cursor: str = "") -> SeenPage:
    """Return messages that the actor may see, newest first.

    A page is filled up past what is private, so that its length says nothing; without `mail.read` the first words
    of a message are left out.
    """
    async with desk.act(Act.LIST_SPAM if listing.folder is Folder.SPAM else Act.LIST) as hand:
        found: list[SeenMessage] = []
        for _ in range(MOST_PAGES):
            page = await hand.mailbox.list_conversations(replace(listing, size=listing.size - len(found)), cursor)
            found += (await part_of(desk, hand, page)).messages
            cursor = page.cursor
            if not cursor or len(found) >= listing.size:
                break
        with_words = _may_read_words(desk, hand)
    return SeenPage(messages=tuple(each if with_words else _headers_only(each) for each in found), cursor=cursor)


async def labels(desk: Desk) -> tuple[str, ...]:
    """Return the names of all labels, to the owner alone: a name may belong to mail that an assistant never sees."""
    await desk.owner_only()
    async with desk.act(Act.LIST) as hand:
        return await hand.mailbox.labels()


async def part_of(desk: Desk, hand: Hand, page: Page) -> Part:
    """Judge a page of the provider's, each conversation whole, and return what of it the actor may see."""
    # What is remembered is not enough: the answer that has made a conversation private may lie in another folder.
    rows, rules = await seeing.learn_by(desk.resources, desk.mailbox, page.threads)
    there = [message for message in page.messages if message.id in rows]
    alone: frozenset[str] = frozenset()
    if desk.actor.kind is not Kind.OWNER:
        public = [message for message in there if not rows[message.id].private]
        hers = [message for message in public if is_covered(desk.actor.kind, hand.grant, message, desk.mailbox)]
        alone = frozenset(message.id for message in hers if rows[message.id].excepted)
        there = excerpts.beginnings_shown(hers, rules, alone)
    seen = tuple(SeenMessage(id=rows[message.id].id, message=message) for message in there)
    return Part(messages=seen, alone=alone, rules=rules)


def _may_read_words(desk: Desk, hand: Hand) -> bool:
    return desk.actor.kind is Kind.OWNER or (hand.grant is not None and Scope.READ in closed(hand.grant.scopes))


def _headers_only(seen: SeenMessage) -> SeenMessage:
    return replace(seen, message=replace(seen.message, snippet=""))
