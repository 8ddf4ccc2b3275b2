"""Look for words in the mail: what is found is only what its reader may read these words in.

A provider looks through everything, quotations of private letters and the files that hang on a letter too. That a
letter is found would say what stands there, so each is opened and looked through once more as its reader sees it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from app.access.acts import Act
from app.access.decide import Kind
from app.access.visibility import PrivateRules, opens_as_a_whole
from app.actions import excerpts, seeing
from app.actions.desk import Desk
from app.actions.hand import Hand
from app.actions.list_messages import MOST_PAGES, Part, SeenMessage, SeenPage, part_of
from app.errors import BadRequest, MessageGone
from app.locale.catalogues import N_
from app.providers.base import Address, Attachment, Content, Folder, Listing, Page, Thread
from app.rules.search_words import search_words, stand_in

MOST_AT_ONCE = 25  # hits of one page: each is opened


async def search(desk: Desk, listing: Listing, text: str, cursor: str = "") -> SeenPage:
    """Return the messages of a listing that have all the words of a text, newest first.

    Raises BadRequest for a text without a word, and for the spam, which nobody reads by what it says of itself.
    """
    asked = _asked(listing, text)
    is_owner = desk.actor.kind is Kind.OWNER
    async with desk.act(Act.SEARCH) as hand:
        found: list[SeenMessage] = []
        for _ in range(MOST_PAGES):
            page = await hand.mailbox.list_conversations(replace(asked, size=asked.size - len(found)), cursor)
            part = await part_of(desk, hand, page)
            found += part.messages if is_owner else await _readable(desk, hand, page, part, asked.words)
            cursor = page.cursor
            if not cursor or len(found) >= asked.size:
                break
        else:
            # Not even that there would be more behind so much that is not shown.
            cursor = cursor if is_owner else ""
    return SeenPage(messages=tuple(found), cursor=cursor)


def _asked(listing: Listing, text: str) -> Listing:
    words = search_words(text)
    if not words:
        raise BadRequest(N_("Type a word to look for."))
    if listing.folder is Folder.SPAM:
        raise BadRequest(N_("Spam is not searched. Look through the folder itself."))
    return replace(listing, words=words, size=min(listing.size, MOST_AT_ONCE))


async def _readable(desk: Desk, hand: Hand, page: Page, part: Part, words: Sequence[str]) -> list[SeenMessage]:
    """Return what of a part has these words where its reader sees them."""
    threads = {message.id: thread for thread in page.threads for message in thread.messages}
    contents = await _opened(hand, part.messages)
    opening = [id_ for id_, content in contents.items() if _opens(content, part.rules, alone=id_ in part.alone)]
    private = await _private_now(desk, threads, opening)
    return [
        each
        for each in part.messages
        if (content := contents.get(each.message.id))
        and each.message.id not in private
        and _shows(content, threads[each.message.id], part, words)
    ]


async def _opened(hand: Hand, messages: Sequence[SeenMessage]) -> dict[str, Content]:
    """Return the contents of messages by the provider's id, without those that have gone meanwhile."""
    ids = [each.message.id for each in messages]
    answers = await asyncio.gather(*(hand.mailbox.read(each) for each in ids), return_exceptions=True)
    for each in answers:
        if isinstance(each, BaseException) and not isinstance(each, MessageGone):
            raise each
    return {id_: answer for id_, answer in zip(ids, answers, strict=True) if isinstance(answer, Content)}


def _opens(content: Content, rules: PrivateRules, *, alone: bool) -> bool:
    message = content.message
    authors = [address.email for address in message.authors]
    return opens_as_a_whole(message.subject, (content.text, content.html), authors, rules.senders, in_doubt=alone)


async def _private_now(desk: Desk, threads: dict[str, Thread], opening: Sequence[str]) -> set[str]:
    """Remember which messages open accounts, as only their whole text tells, and return all that are private by it."""
    if not opening:
        return set()
    concerned = {threads[each].id: threads[each] for each in opening}
    known = await seeing.learn(desk.resources, desk.mailbox, *concerned.values(), opening=opening)
    return {id_ for id_, row in known.items() if row.private}


def _shows(content: Content, thread: Thread, part: Part, words: Sequence[str]) -> bool:
    alone = content.message.id in part.alone
    shown = excerpts.letter_shown(content, part.rules, thread.messages, alone=alone)
    return stand_in(words, (shown.message.subject, *_people(content), shown.text, *_names(shown.attachments)))


def _people(content: Content) -> list[str]:
    message = content.message
    people: tuple[Address, ...] = (*message.authors, *message.to, *message.cc)
    return [f"{each.name} {each.email}" for each in people]


def _names(attachments: Sequence[Attachment]) -> list[str]:
    return [each.name for each in attachments]
