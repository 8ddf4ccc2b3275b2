"""What a provider has found, looked through once more: does it have the words where its reader sees them?"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from app.actions import excerpts
from app.actions.hand import Hand
from app.actions.listed import SeenMessage, SeenPart
from app.actions.whole import opens
from app.errors import InvalidMessage, MessageGone
from app.providers.base import Content, Page, Thread
from app.rules.letter_files import called_letter
from app.rules.search_words import stand_in


async def readable_in(hand: Hand, page: Page, part: SeenPart, words: Sequence[str]) -> list[SeenMessage]:
    """Return what of a part has these words where its reader sees them.

    What opens accounts by its whole text is left out and not remembered: that it was gone from other lists from now on
    would say that the words were right.
    """
    threads = {message.id: thread for thread in page.threads for message in thread.messages}
    contents = await _opened(hand, part.messages)
    return [
        each
        for each in part.messages
        if (content := contents.get(each.message.id))
        and not opens(content, part.rules, alone=each.message.id in part.alone)
        and _shows(content, threads[each.message.id], part, words)
    ]


async def _opened(hand: Hand, messages: Sequence[SeenMessage]) -> dict[str, Content]:
    """Return the contents of messages by the provider's id, without those that have gone or cannot be read."""
    ids = [each.message.id for each in messages]
    answers = await asyncio.gather(*(hand.mailbox.read(each) for each in ids), return_exceptions=True)
    for each in answers:
        if isinstance(each, BaseException) and not isinstance(each, MessageGone | InvalidMessage):
            raise each
    return {id_: answer for id_, answer in zip(ids, answers, strict=True) if isinstance(answer, Content)}


def _shows(content: Content, thread: Thread, part: SeenPart, words: Sequence[str]) -> bool:
    alone = content.message.id in part.alone
    shown = excerpts.letter_shown(content, part.rules, thread.messages, alone=alone)
    message = shown.message
    people = [f"{each.name} {each.email}" for each in (*message.authors, *message.to, *message.cc)]
    # Whether a letter is in the list of files is found out when that is shown.
    files = [each.name for each in shown.attachments if not called_letter(each.media_type, each.name)]
    return stand_in(words, (message.subject, *people, shown.text, *files))
