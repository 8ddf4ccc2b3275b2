"""List messages: what is private is left out on the server, before anything is counted or cut into pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from app.access.acts import Act
from app.access.decide import Kind
from app.access.scopes import Scope, closed
from app.actions import seeing
from app.actions.desk import Desk
from app.actions.grants import live_grant
from app.providers.base import Folder, Listing, Message, Page, Provider

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


async def list_messages(desk: Desk, listing: Listing, cursor: str = "") -> SeenPage:
    """Return messages that the actor may see, newest first.

    A page is filled up past what is private, so that its length says nothing; without `mail.read` the first words
    of a message are left out.
    """
    with_words = await _may_read_words(desk)
    async with desk.act(Act.LIST_SPAM if listing.folder is Folder.SPAM else Act.LIST) as hand:
        found: list[SeenMessage] = []
        for _ in range(MOST_PAGES):
            page = await hand.mailbox.list_messages(replace(listing, size=listing.size - len(found)), cursor)
            found += await _seen(desk, hand.mailbox, page)
            cursor = page.cursor
            if not cursor or len(found) >= listing.size:
                break
    return SeenPage(messages=tuple(each if with_words else _headers_only(each) for each in found), cursor=cursor)


async def labels(desk: Desk) -> tuple[str, ...]:
    """Return the names of all labels, to the owner alone: a name may belong to mail that an assistant never sees."""
    desk.owner_only()
    async with desk.act(Act.LIST) as hand:
        return await hand.mailbox.labels()


async def _seen(desk: Desk, mailbox: Provider, page: Page) -> list[SeenMessage]:
    rows = await seeing.judged_page(desk.resources, desk.mailbox, mailbox, page.messages)
    there = [message for message in page.messages if message.id in rows]
    if desk.actor.kind is not Kind.OWNER:
        public = [message for message in there if not rows[message.id].private]
        there = await seeing.beginnings_shown(desk.resources, desk.mailbox, public)
    return [SeenMessage(id=rows[message.id].id, message=message) for message in there]


async def _may_read_words(desk: Desk) -> bool:
    if desk.actor.kind is Kind.OWNER:
        return True
    grant = await live_grant(desk)
    return grant is not None and Scope.READ in closed(grant.scopes)


def _headers_only(seen: SeenMessage) -> SeenMessage:
    return replace(seen, message=replace(seen.message, snippet=""))
