"""Messages of a Graph mailbox: listing, counting, reading, threads, labels and folders."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.errors import Conflict, InvalidMessage, MessageGone, ProviderBusy, ProviderRefused, Unsupported
from app.providers.base import Content, Folder, Listing, Message, Page, Thread
from app.providers.calling import together
from app.providers.fields import dicts, positive, word
from app.providers.graph.bodies import HIDDEN, Box, as_message, attachments, body, get_message, thrown_away
from app.providers.graph.builder import Request
from app.providers.graph.calls import known_id
from app.providers.graph.convert import categories_of, etag_of, private_id_of
from app.providers.graph.folders import WELL_KNOWN
from app.providers.graph.queries import (
    WHOLE,
    Query,
    begun,
    cursor_of,
    going_on,
    of_listing,
    of_many,
    of_search,
    quoted,
    with_private_id,
    within,
)
from app.rules.label_names import same

MOST_PAGES = 10
TRIES = 5
MOVES = (Folder.INBOX, Folder.ARCHIVE, Folder.SPAM, Folder.TRASH)


async def page(box: Box, listing: Listing, cursor: str) -> Page:
    """Return one page, newest first, in one call; a page of everything can have fewer messages than were asked for."""
    request = _list_request(box, listing.folder, await _asked_for(box, listing))
    link, before = begun(cursor)
    asked = replace(request, url=going_on(request, link)) if link else request
    try:
        answer = await box.calls.ask(asked)
    except MessageGone:  # there is no such folder: an archive is made when first needed
        return Page(messages=())
    there = dicts(answer.get("value"))[before:]
    end = cursor_of(answer, request)
    behind = [within(cursor, request, taken=taken) for taken in range(1, len(there))] + [end]
    shown = []
    for resource, after in zip(there[: listing.size], behind, strict=False):
        if not await thrown_away(box, resource):
            found = await as_message(box, resource)
            if (listing.folder or found.folder not in HIDDEN) and _is_of(found, listing):
                shown.append((found, after))
    return Page(
        messages=tuple(each for each, _ in shown),
        behind=tuple(after for _, after in shown),
        cursor=behind[listing.size - 1] if len(there) > listing.size else end,
    )


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


async def message(box: Box, message_id: str) -> Message:
    """Return one message's headers."""
    return await as_message(box, await get_message(box, message_id))


async def content(box: Box, message_id: str) -> Content:
    """Return one message with its body; one that cannot be read safely comes without, and says so."""
    try:
        resource = await get_message(box, message_id, WHOLE)
    except InvalidMessage:  # so deep that not even its JSON can be read
        return Content(message=await message(box, message_id), text="", readable=False)
    reading = await body(box, resource)
    return Content(
        message=await as_message(box, resource),
        text=reading.text,
        html=reading.html,
        attachments=await attachments(box, message_id),
        readable=reading.readable,
    )


async def thread(box: Box, thread_id: str) -> Thread:
    """Return a conversation, oldest message first, from all folders; thrown away drafts are not part of it."""
    found = await _as_thread(box, thread_id, await conversation(box, thread_id))
    if found is None:
        raise MessageGone()
    return found


async def _as_thread(box: Box, thread_id: str, resources: list[dict[str, Any]]) -> Thread | None:
    found = [await as_message(box, each) for each in resources if not await thrown_away(box, each)]
    return Thread(id=thread_id, messages=tuple(sorted(found, key=lambda each: each.date))) if found else None


async def find_sent(box: Box, private_id: str, thread_id: str) -> Message | None:
    """Return the copy among the sent letters that bears our property; a Message-ID alone proves nothing."""
    for resource in await bearing(box, Folder.SENT, private_id, thread_id):
        copy = await as_message(box, resource)
        if copy.folder is Folder.SENT and private_id_of(resource) == private_id:
            return copy
    return None


async def bearing(box: Box, folder: Folder, private_id: str, thread_id: str) -> list[dict[str, Any]]:
    """Return what can bear our property: what Graph finds by it in a folder, else the whole conversation."""
    query = of_many(50, only=with_private_id(private_id))
    try:
        found = dicts((await box.calls.ask(_list_request(box, folder, query))).get("value"))
    except (InvalidMessage, MessageGone):
        found = []
    found = [each for each in found if private_id_of(each) == private_id]
    try:
        return found or await conversation(box, thread_id)
    except (InvalidMessage, MessageGone):
        return []


async def conversation(box: Box, thread_id: str) -> list[dict[str, Any]]:
    """Return what Graph has of a conversation, in no order: it sorts nothing that is filtered by this.

    Raises ProviderRefused for an endless one, since what is not seen of it might be private.
    """
    found = await _walked(box, thread_id)
    if found is None:
        raise ProviderRefused(detail="this conversation is too long to be looked through")
    return found


async def _walked(box: Box, thread_id: str) -> list[dict[str, Any]] | None:
    """Return a whole conversation; None if it is too long."""
    query = of_many(250, only=f"conversationId eq {quoted(known_id(thread_id))}")
    request = _list_request(box, None, query)
    found, asked = [], request
    for _ in range(MOST_PAGES):
        answer = await box.calls.ask(asked)
        found += dicts(answer.get("value"))
        cursor = cursor_of(answer, request)
        if not cursor:
            return [each for each in found if word(each, "conversationId") == thread_id]
        asked = replace(request, url=going_on(request, cursor))
    return None


async def relabel(
    box: Box, message_id: str, *, add: frozenset[str], remove: frozenset[str], order: tuple[str, ...] = ()
) -> Message:
    """Add and remove categories. Graph replaces them all, so what somebody else has put on meanwhile is read first:
    a change of an older state is refused (412), and tried again with the newer one."""
    for _ in range(TRIES):
        resource = await get_message(box, message_id)
        present = categories_of(resource)
        wanted = await box.labels.merged(present, add, remove, order)
        if wanted == present:
            return await as_message(box, resource)
        try:
            changed = await box.calls.ask(box.patch(message_id, {"categories": wanted}, etag=etag_of(resource)))
        except Conflict:
            continue
        then = tuple(categories_of(changed) if "categories" in changed else wanted)
        return replace(await as_message(box, resource), labels=frozenset(then), labels_in_order=then)
    raise ProviderBusy()


async def move(box: Box, message_id: str, to: Folder) -> Message:
    """Move a message; its immutable id stays."""
    if to not in MOVES:
        raise Unsupported(detail=f"Outlook moves no message to {to}")
    before = await message(box, message_id)
    return before if before.folder is to else await _moved(box, message_id, WELL_KNOWN[to])


async def put_back(box: Box, message_id: str, place: str) -> Message:
    """Move a message into the very folder where it lay, which may be one of the owner's own."""
    before = await message(box, message_id)
    return before if before.place == place else await _moved(box, message_id, place)


async def _thread_or(box: Box, thread_id: str, left: list[Message]) -> Thread:
    """Return a conversation; what was listed of it where it has gone since, or is too long to be looked through."""
    listed = Thread(id=thread_id, messages=tuple(left))
    resources = await _walked(box, thread_id)
    if resources is None:
        return replace(listed, whole=False)
    return await _as_thread(box, thread_id, resources) or listed


async def _moved(box: Box, message_id: str, folder: str) -> Message:
    node = box.calls.build.messages.by_message_id(known_id(message_id)).move
    try:
        moved = await box.calls.ask(box.calls.build.request("POST", node, body={"destinationId": folder}))
    except MessageGone:
        await message(box, message_id)
        name = f"folder “{folder}”" if folder in WELL_KNOWN.values() else "such folder any more"
        raise ProviderRefused(detail=f"this mailbox has no {name}") from None
    return await message(box, word(moved, "id") or message_id)


async def _asked_for(box: Box, listing: Listing) -> Query:
    if listing.words:
        return of_search(listing.size, listing.words)
    return of_many(listing.size, only=await _only(box, listing), newest_first=True)


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
        answer = await box.calls.ask(_list_request(box, folder, query))
    except MessageGone:
        return 0
    return positive(answer.get("@odata.count", len(dicts(answer.get("value")))))


def _list_request(box: Box, folder: Folder | None, query: Query) -> Request:
    build = box.calls.build
    node = build.folders.by_mail_folder_id(WELL_KNOWN[folder]).messages if folder else build.messages
    return build.request("GET", node, query=query)
