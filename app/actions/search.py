"""Look for words in the mail: what is found is only what its reader may read these words in.

A provider looks through everything, quotations of private letters and the files that hang on a letter too. That a
letter is found would say what stands there, so each is opened and looked through once more as its reader sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.access.acts import Act
from app.access.decide import Kind
from app.access.visibility import PrivateRules
from app.actions.desk import Desk
from app.actions.hits import readable_in
from app.actions.listed import Reach, SeenMessage, SeenPage, SeenPart, filled
from app.actions.unchanged import require_unchanged
from app.errors import BadRequest
from app.locale.catalogues import N_
from app.providers.base import Folder, Listing, Page
from app.rules.search_words import search_words

MOST_SHOWN = 25
# Each hit is fetched and opened: all of them together must stay within what a mailbox may be asked in a minute.
REACH = Reach(messages=2 * (MOST_SHOWN + 1), least=MOST_SHOWN + 1)


async def search(desk: Desk, listing: Listing, text: str, cursor: str = "") -> SeenPage:
    """Return the messages of a listing that have all the words of a text, newest first.

    Raises BadRequest for a text without a word and for the spam, which nobody finds by what it says of itself; Conflict
    if it became unsure meanwhile what may be shown.
    """
    asked, by = _asked(listing, text), list[PrivateRules]()

    async def readable(page: Page, part: SeenPart) -> Sequence[SeenMessage]:
        by.append(part.rules)
        return await readable_in(hand, page, part, asked.words)

    async with desk.act(Act.SEARCH) as hand:
        if desk.actor.kind is Kind.OWNER:
            return await filled(desk, hand, asked, cursor, reach=REACH)
        page = await filled(desk, hand, asked, cursor, reach=REACH, kept=readable)
        await require_unchanged(desk, hand, Act.SEARCH, by)
        return page


def _asked(listing: Listing, text: str) -> Listing:
    words = search_words(text)
    if not words:
        raise BadRequest(N_("Type a word to look for."))
    if listing.folder is Folder.SPAM:
        raise BadRequest(N_("Spam is not searched. Look through the folder itself."))
    return replace(listing, words=words, size=min(listing.size, MOST_SHOWN))
