"""Files of Graph messages, those shown inside its text among them: listed, fetched, and known by their digests."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.errors import InvalidMessage, MessageGone, ProviderError, UnreadableDraft
from app.providers.base import Attachment
from app.providers.fields import dicts, positive, word
from app.providers.file_digests import digest_of_file, digest_of_letter
from app.providers.graph.bodies import Box
from app.providers.graph.calls import known_id
from app.providers.graph.convert import FILE, HUNG_ON_MAIL, attachment_of

MOST_BYTES = 35 * 2**20
MOST_JSON = 52 * 2**20  # as much as base64, in JSON
FIELDS = ("id", "name", "contentType", "size", "isInline")


async def attachments(box: Box, message_id: str) -> tuple[Attachment, ...]:
    """Return the files of a message."""
    return tuple(attachment_of(each, place) for place, each in enumerate(await _listed(box, message_id)))


async def digested(box: Box, message_id: str) -> tuple[Attachment, ...]:
    """Return the files of a message, each fetched for its digest.

    Raises UnreadableDraft for one that cannot be fetched, as a link to a file in the cloud cannot: nobody could say yes
    to what stands behind it.
    """
    listed = await _listed(box, message_id)
    return tuple([await _digested(box, message_id, each, place) for place, each in enumerate(listed)])


async def attachment(box: Box, message_id: str, attachment_id: str) -> bytes:
    """Return the bytes of the file at that place of the message; raise MessageGone if there is none."""
    listed = await _listed(box, message_id)
    place = next((place for place in range(len(listed)) if str(place) == attachment_id), None)
    if place is None:
        raise MessageGone()
    return await _bytes(box, message_id, listed[place])


async def _listed(box: Box, message_id: str) -> list[dict[str, Any]]:
    node = box.calls.build.messages.by_message_id(known_id(message_id)).attachments
    found = await box.calls.get(node, {"$select": list(FIELDS)})
    if word(found, "@odata.nextLink"):  # a file that is not seen could not be decided about
        raise InvalidMessage(detail="it has more files than can be told here")
    return dicts(found.get("value"))


async def _digested(box: Box, message_id: str, listed: Mapping[str, Any], place: int) -> Attachment:
    kind = word(listed, "@odata.type")
    if kind not in (FILE, HUNG_ON_MAIL) or positive(listed.get("size")) > MOST_BYTES:
        raise UnreadableDraft()
    raw = await _bytes(box, message_id, listed)
    sha256 = await (digest_of_file(raw) if kind == FILE else digest_of_letter(box.reader, raw))
    return replace(attachment_of(listed, place), sha256=sha256)


async def _bytes(box: Box, message_id: str, listed: Mapping[str, Any]) -> bytes:
    node = box.calls.build.messages.by_message_id(known_id(message_id)).attachments
    item = node.by_attachment_id(known_id(word(listed, "id")))
    if word(listed, "@odata.type") != FILE:  # a message that hangs on a message has no bytes in its JSON
        return await box.calls.raw(box.calls.build.content_of(item), most_bytes=MOST_JSON)
    held = await box.calls.ask(box.calls.build.request("GET", item), most_bytes=MOST_JSON)
    try:
        return b64decode(word(held, "contentBytes"))
    except ValueError:
        raise ProviderError(detail="its attachment cannot be decoded") from None
