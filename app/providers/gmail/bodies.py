"""Bodies and files of Gmail messages: fetched, decoded, and handed to the process that reads what strangers wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.child import Child
from app.errors import ProviderError
from app.providers.base import Attachment
from app.providers.fields import word
from app.providers.gmail.calls import ME, Calls, known_id
from app.providers.gmail.convert import Leaf, attachment_of, decoded, leaves_of, payload_of
from app.providers.gmail.labels import Labels
from app.providers.reading import MOST_BYTES, Part, Reading, readable

MOST_ATTACHMENT = 52 * 2**20  # 35 MB as base64, in JSON


@dataclass(frozen=True)
class Box:
    """One mailbox while it is used: its calls, its labels, and the process that reads its mail."""

    calls: Calls
    labels: Labels
    reader: Child


@dataclass(frozen=True, kw_only=True)
class Body:
    """What a person can read of one message, with its files."""

    reading: Reading
    attachments: tuple[Attachment, ...]


async def body(box: Box, resource: Mapping[str, Any]) -> Body:
    """Return what can be read of a message in format full."""
    leaves, whole = leaves_of(payload_of(resource))
    if not whole:
        return Body(reading=Reading(readable=False, whole=False), attachments=())
    attached = tuple(attachment_of(leaf) for leaf in leaves if leaf.attached)
    parts = [await _part(box, word(resource, "id"), leaf) for leaf in leaves if not leaf.attached]
    reading = await readable(box.reader, [part for part in parts if part])
    return Body(reading=reading if all(parts) else Reading(readable=False, whole=False), attachments=attached)


async def get_message(box: Box, message_id: str, **how: Any) -> dict[str, Any]:
    """Return one message as Gmail gives it."""
    return await box.calls.call(box.calls.build.messages.get(userId=ME, id=known_id(message_id), **how))


async def leaf_bytes(box: Box, message_id: str, leaf: Leaf) -> bytes:
    """Return the bytes of a part, fetched apart where Gmail did not put them in; empty where it tells of none."""
    if leaf.data or not leaf.gmail_id:
        return decoded(leaf.data)
    request = box.calls.build.attachments.get(userId=ME, messageId=known_id(message_id), id=known_id(leaf.gmail_id))
    data = word(await box.calls.call(request, most_bytes=MOST_ATTACHMENT), "data")
    raw = decoded(data)
    if data and not raw:
        raise ProviderError(detail="its attachment cannot be decoded")
    return raw


async def _part(box: Box, message_id: str, leaf: Leaf) -> Part | None:
    """Return a body, fetched apart where Gmail did not put it in; None where it is too large to be read."""
    if not leaf.data and leaf.gmail_id and leaf.size > MOST_BYTES:
        return None
    return Part(media_type=leaf.media_type, charset=leaf.charset, body=await leaf_bytes(box, message_id, leaf))
