"""List messages, newest first."""

from __future__ import annotations

from dataclasses import replace

from app.access.acts import Act
from app.access.decide import Kind
from app.access.scopes import Scope, closed
from app.actions.desk import Desk
from app.actions.hand import Hand
from app.actions.listed import Reach, SeenMessage, SeenPage, filled
from app.providers.base import Folder, Listing

OF_A_LABEL = Reach(messages=130, least=26)  # that it is borne by mail that is left out is nobody's business
MOST_PAGES = 5  # of a folder, read to fill one page of ours; then the reader asks for more


async def list_messages(desk: Desk, listing: Listing, cursor: str = "") -> SeenPage:
    """Return messages that the actor may see; without `mail.read` the first words of each are left out."""
    reach = OF_A_LABEL if listing.label else Reach(messages=MOST_PAGES * (listing.size + 1), goes_on=True)
    async with desk.act(Act.LIST_SPAM if listing.folder is Folder.SPAM else Act.LIST) as hand:
        page = await filled(desk, hand, listing, cursor, reach=reach)
        with_words = _may_read_words(desk, hand)
    return page if with_words else replace(page, messages=tuple(map(_headers_only, page.messages)))


async def labels(desk: Desk) -> tuple[str, ...]:
    """Return the names of all labels, to the owner alone: a name may belong to mail that an assistant never sees."""
    await desk.owner_only()
    async with desk.act(Act.LIST) as hand:
        return await hand.mailbox.labels()


def _may_read_words(desk: Desk, hand: Hand) -> bool:
    return desk.actor.kind is Kind.OWNER or (hand.grant is not None and Scope.READ in closed(hand.grant.scopes))


def _headers_only(seen: SeenMessage) -> SeenMessage:
    return replace(seen, message=replace(seen.message, snippet=""))
