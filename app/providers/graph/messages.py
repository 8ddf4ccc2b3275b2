"""Messages of a Graph mailbox: reading, conversations, labels and folders."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.errors import Conflict, InvalidMessage, MessageGone, ProviderBusy, ProviderRefused, Unsupported
from app.providers.base import Content, Folder, Message, Thread
from app.providers.fields import dicts, word
from app.providers.graph.bodies import Box, as_message, body, get_message, thrown_away
from app.providers.graph.builder import Request
from app.providers.graph.calls import known_id
from app.providers.graph.convert import categories_of, etag_of, private_id_of
from app.providers.graph.files import attachments
from app.providers.graph.folders import WELL_KNOWN
from app.providers.graph.queries import WHOLE, Query, cursor_of, going_on, of_many, quoted, with_private_id

MOST_PAGES = 10
TRIES = 5
MOVES = (Folder.INBOX, Folder.ARCHIVE, Folder.SPAM, Folder.TRASH)


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
    found = await as_thread(box, thread_id, await conversation(box, thread_id))
    if found is None:
        raise MessageGone()
    return found


async def as_thread(box: Box, thread_id: str, resources: list[dict[str, Any]]) -> Thread | None:
    """Return a conversation of its messages, oldest first; None if none of them is left that was not thrown away."""
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
        found = dicts((await box.calls.ask(list_request(box, folder, query))).get("value"))
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
    found = await walked(box, thread_id)
    if found is None:
        raise ProviderRefused(detail="this conversation is too long to be looked through")
    return found


async def walked(box: Box, thread_id: str) -> list[dict[str, Any]] | None:
    """Return a whole conversation; None if it is too long."""
    query = of_many(250, only=f"conversationId eq {quoted(known_id(thread_id))}")
    request = list_request(box, None, query)
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


async def _moved(box: Box, message_id: str, folder: str) -> Message:
    node = box.calls.build.messages.by_message_id(known_id(message_id)).move
    try:
        moved = await box.calls.ask(box.calls.build.request("POST", node, body={"destinationId": folder}))
    except MessageGone:
        await message(box, message_id)
        name = f"folder “{folder}”" if folder in WELL_KNOWN.values() else "such folder any more"
        raise ProviderRefused(detail=f"this mailbox has no {name}") from None
    return await message(box, word(moved, "id") or message_id)


def list_request(box: Box, folder: Folder | None, query: Query) -> Request:
    """Return the request for a list of a folder, or of them all."""
    build = box.calls.build
    node = build.folders.by_mail_folder_id(WELL_KNOWN[folder]).messages if folder else build.messages
    return build.request("GET", node, query=query)
