"""Bodies of Graph messages, handed to the process that reads what strangers wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.child import Child
from app.providers.base import Folder, Message
from app.providers.fields import inner, word
from app.providers.graph.builder import Request
from app.providers.graph.calls import Calls, known_id
from app.providers.graph.convert import is_draft, message_of
from app.providers.graph.folders import Folders
from app.providers.graph.labels import Labels
from app.providers.graph.queries import HEAD, of_one
from app.providers.reading import Part, Reading, readable

HIDDEN = (Folder.SPAM, Folder.TRASH)
CONVERTED = re.compile(r"<!--\s*converted from text\s*-->", re.IGNORECASE)  # Exchange writes it into what was no HTML


@dataclass(frozen=True)
class Box:
    """One mailbox while it is used: its calls, folders and labels, and the process that reads its mail."""

    calls: Calls
    folders: Folders
    labels: Labels
    reader: Child

    @classmethod
    def opened(cls, calls: Calls, reader: Child) -> Box:
        """Open a mailbox by its calls; nothing is called yet."""
        return cls(calls=calls, folders=Folders(calls), labels=Labels(calls), reader=reader)

    def patch(self, message_id: str, change: Mapping[str, Any], *, etag: str) -> Request:
        """Return the request that changes a message as long as it is at `etag`."""
        node = self.calls.build.messages.by_message_id(known_id(message_id))
        return self.calls.build.request("PATCH", node, body=change, etag=etag)


async def get_message(box: Box, message_id: str, fields: tuple[str, ...] = HEAD) -> dict[str, Any]:
    """Return one message as Graph gives it."""
    return await box.calls.get(box.calls.build.messages.by_message_id(known_id(message_id)), of_one(fields))


async def as_message(box: Box, resource: Mapping[str, Any]) -> Message:
    """Return our own type of a Graph message; a draft is among the drafts wherever it lies but in the trash."""
    folder = await box.folders.of(word(resource, "parentFolderId"))
    if is_draft(resource) and folder not in HIDDEN:
        folder = Folder.DRAFTS
    return message_of(resource, folder)


async def thrown_away(box: Box, resource: Mapping[str, Any]) -> bool:
    """Say whether this is a draft that somebody threw away: Outlook keeps it, Gmail does not."""
    return is_draft(resource) and await box.folders.of(word(resource, "parentFolderId")) in HIDDEN


async def body(box: Box, resource: Mapping[str, Any]) -> Reading:
    """Return what can be read of a message's body."""
    given = inner(resource, "body")
    content, html = word(given, "content"), word(given, "contentType").casefold() == "html"
    reading = await read_part(box, content, html=html)
    if html and CONVERTED.search(content[:2000]):
        return Reading(text=reading.text, readable=reading.readable, whole=reading.whole)
    return reading


async def read_part(box: Box, content: str, *, html: bool) -> Reading:
    """Return what can be read of a text or of (a part of) an HTML document."""
    kind = "text/html" if html else "text/plain"
    return await readable(box.reader, [Part(media_type=kind, charset="utf-8", body=content.encode("utf-8", "replace"))])
