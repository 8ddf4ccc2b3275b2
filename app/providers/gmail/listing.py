"""Lists of a Gmail mailbox: pages of messages, with their conversations or without, and how many there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
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


async def page(box: Box, listing: Listing, cursor: str) -> Page:
    """Return one page, newest first: ids by `messages.list`, then each message's headers (Gmail has no way in one)."""
    answer = await _part(box, listing, cursor)
    found = await together(_unless_gone(box, each) for each in _ids(answer))
    return _page(answer, {each.id: each for each in found if each})


async def conversations(box: Box, listing: Listing, cursor: str) -> Page:
    """Return the same page with its conversations: ids by `messages.list`, then each conversation's headers, in which
    those of the messages stand too."""
    answer = await _part(box, listing, cursor)
    named = dict.fromkeys(word(each, "threadId") for each in dicts(answer.get("messages")))
    threads = [each for each in await together(_thread_unless_gone(box, each) for each in named if each) if each]
    there = {each.id: each for found in threads for each in found.messages}
    strays = [each for each in _ids(answer) if each not in there]
    for stray in await together(_by_itself(box, each) for each in strays):
        threads += [stray] if stray else []
        there |= {each.id: each for each in stray.messages if each.id in strays} if stray else {}
    return _page(answer, there, tuple(threads))


async def behind(box: Box, listing: Listing, cursor: str, place: int) -> str:
    """Return where a list goes on behind a place: Gmail says that of a list's end, so one that ends there is asked for.

    It costs 5 units, and holds whatever is archived before.
    """
    return word(await _part(box, replace(listing, size=place), cursor), "nextPageToken")


async def count(box: Box, listing: Listing) -> int:
    """Return how many there are: counted up to 5,000 (5 units per 500), Gmail's estimate beyond."""
    filters, counted, cursor = await _filters(box, listing), 0, ""
    while filters is not None:
        answer = await _listed(box, filters, MOST_LISTED, cursor)
        counted += len(_ids(answer))
        cursor = word(answer, "nextPageToken")
        if not cursor:
            break
        if counted >= MOST_COUNTED:
            estimate = answer.get("resultSizeEstimate")
            return max(counted, estimate if isinstance(estimate, int) else 0)
    return counted


async def _part(box: Box, listing: Listing, cursor: str) -> dict[str, Any]:
    """Return a part of a list as Gmail has it; nothing for a label that is none."""
    filters = await _filters(box, listing)
    if filters is None:
        return {}
    return await _listed(box, filters, min(max(listing.size, 1), MOST_LISTED), cursor)


def _page(answer: Mapping[str, Any], found: Mapping[str, Message], threads: tuple[Thread, ...] = ()) -> Page:
    """Return the page of those messages that are still there."""
    there = [(found[each], place) for place, each in enumerate(_ids(answer), start=1) if each in found]
    return Page(
        messages=tuple(each for each, _ in there),
        places=tuple(place for _, place in there),
        cursor=word(answer, "nextPageToken"),
        threads=threads,
    )


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


def _ids(answer: Mapping[str, Any]) -> list[str]:
    return [word(each, "id") for each in dicts(answer.get("messages"))]


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
