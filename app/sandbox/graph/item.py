"""The summary of one message in a practice Outlook mailbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from app.sandbox.graph.content import Content
from app.sandbox.graph.folders import Folder
from app.sandbox.spool import Place


@dataclass(slots=True)
class Item:
    """One message. `draft` is there until it is sent and `place` from then on; moments are aware UTC.

    `shown_from` is when it can first be found, for a sent copy that takes its time. `change` is Graph's changeKey.
    `properties` are extended properties by id, as they were given.
    """

    immutable: str
    mutable: str
    folder: Folder
    received: datetime
    created: datetime
    modified: datetime
    change: str
    conversation: str
    conversation_index: str
    message_id: str
    subject: str
    author: str
    place: Place | None = None
    draft: Content | None = None
    read: bool = True
    flag: str = "notFlagged"
    importance: str = "normal"
    inference: str = "focused"
    categories: tuple[str, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
    shown_from: datetime | None = None

    @property
    def etag(self) -> str:
        """The entity tag: another one after each change."""
        return f'W/"{self.change}"'
