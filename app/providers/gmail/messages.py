"""Messages of a Gmail mailbox: reading, threads, labels and folders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.errors import InvalidMessage, MessageGone, Unsupported
from app.providers.base import Content, Folder, Message, Thread
from app.providers.fields import dicts
from app.providers.gmail.bodies import Box, body, get_message
from app.providers.gmail.calls import ME, known_id
from app.providers.gmail.convert import PLACES, WANTED_HEADERS, label_ids, message_of
from app.providers.gmail.writing import message_key_of

MOVES = {  # labels to add, labels to remove
    Folder.INBOX: (["INBOX"], ["SPAM"]),
    Folder.ARCHIVE: ([], ["INBOX", "SPAM"]),
    Folder.SPAM: (["SPAM"], ["INBOX"]),
}


async def message(box: Box, message_id: str) -> Message:
    """Return one message's headers."""
    return await as_message(box, await _metadata(box, message_id))


async def content(box: Box, message_id: str) -> Content:
    """Return one message with its body; one that cannot be read safely comes without, and says so."""
    try:
        resource = await get_message(box, message_id, format="full")
    except InvalidMessage:  # nested so deeply that not even its JSON can be read
        return Content(message=await message(box, message_id), text="", readable=False)
    found = await body(box, resource)
    return Content(
        message=await as_message(box, resource),
        text=found.reading.text,
        html=found.reading.html,
        attachments=found.attachments,
        readable=found.reading.readable,
    )


async def thread(box: Box, thread_id: str) -> Thread:
    """Return a conversation, oldest message first."""
    found = [await as_message(box, each) for each in await _thread(box, thread_id)]
    return Thread(id=thread_id, messages=tuple(sorted(found, key=lambda each: each.date)))


async def find_sent(box: Box, private_id: str, thread_id: str) -> Message | None:
    """Return the sent copy with our private header, or with the Message-ID that only we could have given it."""
    try:
        resources = await _thread(box, thread_id)
    except MessageGone:
        return None
    key = f"<{message_key_of(private_id)}@"
    for resource in resources:
        if "SENT" in label_ids(resource) and "DRAFT" not in label_ids(resource):
            copy = await as_message(box, resource)
            if copy.private_id == private_id or copy.message_id.startswith(key):
                return copy
    return None


async def relabel(box: Box, message_id: str, *, add: frozenset[str], remove: frozenset[str]) -> Message:
    """Add and remove labels by name. Labels that were renamed or deleted since they were read are read again, once."""
    for last in (False, True):
        added = await box.labels.ids(add, make=True)
        removed = [label for label in await box.labels.ids(remove, make=False) if label not in added]
        if not added and not removed:
            break
        try:
            await _modify(box, message_id, added, removed)
            break
        except InvalidMessage:  # 400 for an unknown label id
            if last:
                raise
            box.labels.forget()
    return await message(box, message_id)


async def move(box: Box, message_id: str, to: Folder) -> Message:
    """Move a message; the trash has calls of its own."""
    if to is Folder.TRASH:
        await box.calls.call(box.calls.build.messages.trash(userId=ME, id=known_id(message_id)))
    elif to in MOVES:
        before = await get_message(box, message_id, format="minimal")
        if "TRASH" in label_ids(before):
            await box.calls.call(box.calls.build.messages.untrash(userId=ME, id=known_id(message_id)))
        await _modify(box, message_id, *MOVES[to])
    else:
        raise Unsupported(detail=f"Gmail moves no message to {to}")
    return await message(box, message_id)


async def put_back(box: Box, message_id: str, place: str) -> Message:
    """Give a message the labels of a place, and take off those of all others."""
    wanted = set(place.split())
    lies = await _lies_in(box, message_id)
    for there, call in ((True, box.calls.build.messages.untrash), (False, box.calls.build.messages.trash)):
        if ("TRASH" in lies) is there and ("TRASH" in wanted) is not there:
            await box.calls.call(call(userId=ME, id=known_id(message_id)))
            lies = await _lies_in(box, message_id)
    added, removed = sorted((wanted & PLACES) - lies - {"TRASH"}), sorted(lies - wanted - {"TRASH"})
    if added or removed:
        await _modify(box, message_id, added, removed)
    return await message(box, message_id)


async def _lies_in(box: Box, message_id: str) -> set[str]:
    return set(label_ids(await get_message(box, message_id, format="minimal"))) & PLACES


async def as_message(box: Box, resource: Mapping[str, Any]) -> Message:
    """Return our own type of a Gmail message, its labels by name."""
    return message_of(resource, await box.labels.named(label_ids(resource)))


async def _metadata(box: Box, message_id: str) -> dict[str, Any]:
    return await get_message(box, message_id, format="metadata", metadataHeaders=list(WANTED_HEADERS))


async def _thread(box: Box, thread_id: str) -> list[dict[str, Any]]:
    request = box.calls.build.threads.get(
        userId=ME, id=known_id(thread_id), format="metadata", metadataHeaders=list(WANTED_HEADERS)
    )
    return dicts((await box.calls.call(request)).get("messages"))


async def _modify(box: Box, message_id: str, added: list[str], removed: list[str]) -> None:
    change = {"addLabelIds": added, "removeLabelIds": removed}
    await box.calls.call(box.calls.build.messages.modify(userId=ME, id=known_id(message_id), body=change))
