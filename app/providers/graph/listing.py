"""Lists of a Graph mailbox: pages of messages, with their conversations or without, and how many there are."""

from __future__ import annotations

from dataclasses import replace

from app.errors import MessageGone, Unsupported
from app.providers.base import Folder, Listing, Message, Page, Thread
from app.providers.calling import together
from app.providers.fields import dicts, positive
from app.providers.graph.bodies import HIDDEN, Box, as_message, thrown_away
from app.providers.graph.builder import Request
from app.providers.graph.messages import as_thread, list_request, walked
from app.providers.graph.queries import Query, begun, cursor_of, going_on, of_listing, of_many, of_search, within
from app.rules.label_names import same


async def page(box: Box, listing: Listing, cursor: str) -> Page:
    """Return one page, newest first, in one call; a page of everything can have fewer messages than were asked for."""
    request = await _request(box, listing)
    link, before = begun(cursor)
    asked = replace(request, url=going_on(request, link)) if link else request
    try:
        answer = await box.calls.ask(asked)
    except MessageGone:  # there is no such folder: an archive is made when first needed
        return Page(messages=())
    there = dicts(answer.get("value"))[before:]
    shown = []
    for place, resource in enumerate(there[: listing.size], start=1):
        if not await thrown_away(box, resource):
            found = await as_message(box, resource)
            if (listing.folder or found.folder not in HIDDEN) and _is_of(found, listing):
                shown.append((found, place))
    is_cut = len(there) > listing.size
    return Page(
        messages=tuple(each for each, _ in shown),
        places=tuple(place for _, place in shown),
        cursor=within(cursor, request, taken=listing.size) if is_cut else cursor_of(answer, request),
    )


async def behind(box: Box, listing: Listing, cursor: str, place: int) -> str:
    """Return where a list goes on behind a place; Graph counts from the newest on, so that what is moved shifts it."""
    return within(cursor, await _request(box, listing), taken=place)


async def conversations(box: Box, listing: Listing, cursor: str) -> Page:
    """Return the same page with its conversations, each in a call of its own."""
    found = await page(box, listing, cursor)
    listed: dict[str, list[Message]] = {}
    for each in found.messages:
        listed.setdefault(each.thread_id, []).append(each)
    threads = await together(_thread_or(box, thread_id, left) for thread_id, left in listed.items())
    return replace(found, threads=tuple(threads))


async def count(box: Box, listing: Listing) -> int:
    """Return how many there are, as Graph counts them; of everything, what lies in spam and trash taken off."""
    counted = await _counted(box, listing, listing.folder)
    if listing.folder is None:
        for folder in HIDDEN:
            counted -= await _counted(box, listing, folder)
    return max(counted, 0)


async def _thread_or(box: Box, thread_id: str, left: list[Message]) -> Thread:
    """Return a conversation; what was listed of it where it has gone since, or is too long to be looked through."""
    listed = Thread(id=thread_id, messages=tuple(left))
    resources = await walked(box, thread_id)
    if resources is None:
        return replace(listed, whole=False)
    return await as_thread(box, thread_id, resources) or listed


async def _request(box: Box, listing: Listing) -> Request:
    if listing.words:
        return list_request(box, listing.folder, of_search(listing.size, listing.words))
    return list_request(box, listing.folder, of_many(listing.size, only=await _only(box, listing), newest_first=True))


def _is_of(found: Message, listing: Listing) -> bool:
    """Say whether what a search has found is of the listing otherwise too; a plain list was filtered by Graph."""
    if not listing.words:
        return True
    labelled = not listing.label or same(listing.label) in map(same, found.labels)
    by = not listing.sender or listing.sender.casefold() in {each.email.casefold() for each in found.authors}
    return labelled and by and (found.unread or not listing.unread_only)


async def _only(box: Box, listing: Listing) -> str:
    return of_listing(listing, await box.labels.spelt(listing.label) if listing.label else "")


async def _counted(box: Box, listing: Listing, folder: Folder | None) -> int:
    if listing.words:
        raise Unsupported(detail="Outlook does not count what a search finds")
    only = await _only(box, listing)
    query: Query = {"$select": ["id"], "$top": 1, "$count": "true"} | ({"$filter": only} if only else {})
    try:
        answer = await box.calls.ask(list_request(box, folder, query))
    except MessageGone:
        return 0
    return positive(answer.get("@odata.count", len(dicts(answer.get("value")))))
