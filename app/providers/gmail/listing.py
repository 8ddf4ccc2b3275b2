"""Lists of a Gmail mailbox: pages of messages, with their conversations or without, and how many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import MessageGone
from app.providers.base import Folder, Listing, Message, Page, Thread
from app.providers.calling import together
from app.providers.fields import dicts, word
from app.providers.gmail import messages
from app.providers.gmail.bodies import Box
from app.providers.gmail.calls import ME
from app.providers.gmail.convert import FOLDERS

MOST_COUNTED, MOST_LISTED = 5_000, 500
LABEL_OF = {folder: label for label, folder in FOLDERS}
ARCHIVED = "-in:inbox -in:sent -in:drafts -in:spam -in:trash"
REPORTS = "from:{mailer-daemon postmaster}"
HIDDEN = (Folder.SPAM, Folder.TRASH)


@dataclass(frozen=True)
class Part:
    """A part of a list as Gmail has it: ids with those of their conversations, and where the next part begins.

    `begun` is the token by which this part was asked for.
    """

    rows: Sequence[Mapping[str, Any]]
    begun: str
    cursor: str

    @property
    def ids(self) -> list[str]:
        """Return the ids of its messages."""
        return _ids(self.rows)

    def page(self, found: Mapping[str, Message], threads: tuple[Thread, ...] = ()) -> Page:
        """Return the page of those messages that are still there."""
        behind = [f"{taken}.{self.begun}" for taken in range(1, len(self.rows))] + [self.cursor]
        there = [(found[each], after) for each, after in zip(self.ids, behind, strict=False) if each in found]
        return Page(
            messages=tuple(each for each, _ in there),
            behind=tuple(after for _, after in there),
            cursor=self.cursor,
            threads=threads,
        )


async def page(box: Box, listing: Listing, cursor: str) -> Page:
    """Return one page, newest first: ids by `messages.list`, then each message's headers (Gmail has no way in one)."""
    part = await _part(box, listing, cursor)
    found = await together(_unless_gone(box, each) for each in part.ids)
    return part.page({each.id: each for each in found if each})


async def conversations(box: Box, listing: Listing, cursor: str) -> Page:
    """Return the same page with its conversations: ids by `messages.list`, then each conversation's headers, in which
    those of the messages stand too."""
    part = await _part(box, listing, cursor)
    named = dict.fromkeys(word(each, "threadId") for each in part.rows)
    threads = [each for each in await together(_thread_unless_gone(box, each) for each in named if each) if each]
    there = {each.id: each for found in threads for each in found.messages}
    strays = [each for each in part.ids if each not in there]
    for stray in await together(_by_itself(box, each) for each in strays):
        threads += [stray] if stray else []
        there |= {each.id: each for each in stray.messages if each.id in strays} if stray else {}
    return part.page(there, tuple(threads))


async def count(box: Box, listing: Listing) -> int:
    """Return how many there are: counted up to 5,000 (5 units per 500), Gmail's estimate beyond."""
    filters, counted, cursor = await _filters(box, listing), 0, ""
    while filters is not None:
        answer = await _listed(box, filters, MOST_LISTED, cursor)
        counted += len(dicts(answer.get("messages")))
        cursor = word(answer, "nextPageToken")
        if not cursor:
            break
        if counted >= MOST_COUNTED:
            estimate = answer.get("resultSizeEstimate")
            return max(counted, estimate if isinstance(estimate, int) else 0)
    return counted


async def settled(box: Box, listing: Listing, cursor: str) -> str:
    """Return Gmail's own token for where a cursor leads: a place in a list, where ours counts from the part's first.

    It costs a list of 5 units. Empty if nothing is behind it any more.
    """
    token, taken = begun(cursor)
    filters = await _filters(box, listing) if taken else None
    if filters is None:
        return cursor
    return word(await _listed(box, filters, taken, token), "nextPageToken")


async def _part(box: Box, listing: Listing, cursor: str) -> Part:
    """Return what a page is made of."""
    filters, token = await _filters(box, listing), await settled(box, listing, cursor)
    if filters is None or (cursor and not token):
        return Part([], "", "")
    answer = await _listed(box, filters, min(max(listing.size, 1), MOST_LISTED), token)
    return Part(dicts(answer.get("messages")), token, word(answer, "nextPageToken"))


def begun(cursor: str) -> tuple[str, int]:
    """Return Gmail's token of a part, empty for the first, and how many of that part were taken already."""
    taken, dot, token = cursor.partition(".")
    if dot and taken.isascii() and taken.isdecimal() and 0 < len(taken) <= len(str(MOST_LISTED)):
        return token, min(int(taken), MOST_LISTED)
    return cursor, 0


async def _filters(box: Box, listing: Listing) -> dict[str, Any] | None:
    """Return how Gmail is asked for a listing, None if it can have nothing."""
    labels = [LABEL_OF[listing.folder]] if listing.folder in LABEL_OF else []
    if listing.label:
        label = await box.labels.id_of(listing.label)
        if label is None:
            return None
        labels.append(label)
    if listing.unread_only:
        labels.append("UNREAD")
    words = [ARCHIVED] if listing.folder is Folder.ARCHIVE else []
    if listing.sender:
        words.append(f"from:({listing.sender})")
    if listing.reports:
        words.append(REPORTS)
    words += [f'"{word}"' for word in listing.words]  # in quotation marks: not its like, and nothing but a word
    wanted: dict[str, Any] = {"labelIds": labels or None, "includeSpamTrash": listing.folder in HIDDEN or None}
    return wanted | ({"q": " ".join(words)} if words else {})


async def _listed(box: Box, filters: dict[str, Any], size: int, cursor: str) -> dict[str, Any]:
    # The library's list_next cannot be used: it fails on a parameter that is repeated, as labelIds is.
    build = box.calls.build.messages
    return await box.calls.call(build.list(userId=ME, maxResults=size, pageToken=cursor or None, **filters))


def _ids(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return [word(each, "id") for each in rows]


async def _unless_gone(box: Box, message_id: str) -> Message | None:
    try:
        return await messages.message(box, message_id)
    except MessageGone:  # between the list and now
        return None


async def _thread_unless_gone(box: Box, thread_id: str) -> Thread | None:
    try:
        return await messages.thread(box, thread_id)
    except MessageGone:
        return None


async def _by_itself(box: Box, message_id: str) -> Thread | None:
    """Return the conversation of a message that has left the one it was listed with; if none is left, the message."""
    found = await _unless_gone(box, message_id)
    if found is None:
        return None
    now = await _thread_unless_gone(box, found.thread_id)
    if now and any(each.id == message_id for each in now.messages):
        return now
    return Thread(id=found.thread_id, messages=(*(now.messages if now else ()), found))
