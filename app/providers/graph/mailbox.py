"""A Microsoft 365 or Outlook.com mailbox behind the neutral protocol: which call does what, and nothing else."""

from __future__ import annotations

from app.child import Child
from app.providers.base import Content, Draft, Folder, Listing, Message, Page, Reply, SendAs, Sent, Thread
from app.providers.calling import TokenSource
from app.providers.graph import bodies, drafts, files, messages, profile, unsent
from app.providers.graph import listing as lists
from app.providers.graph.calls import Calls
from app.providers.transport import Transport


class Graph:
    """One connected mailbox at Microsoft. What each method promises stands in `protocol.Provider`."""

    def __init__(self, transport: Transport, tokens: TokenSource, *, mailbox: str, api_url: str, reader: Child) -> None:
        """Open a mailbox. Nothing is called yet.

        `tokens` gives access tokens; `mailbox` is any key of this mailbox, by which the transport limits; `reader` is
        a `Child(reading.work)`, shared by the mailboxes of a process; `api_url` ends without a slash.
        """
        calls = Calls(transport, tokens, mailbox=mailbox, api_url=api_url)
        self._box = bodies.Box.opened(calls, reader)

    async def address(self) -> str:
        return await profile.address(self._box)

    async def send_as(self) -> tuple[SendAs, ...]:
        return await profile.send_as(self._box)

    async def list_messages(self, listing: Listing, cursor: str = "") -> Page:
        return await lists.page(self._box, listing, cursor)

    async def list_conversations(self, listing: Listing, cursor: str = "") -> Page:
        return await lists.conversations(self._box, listing, cursor)

    async def behind(self, listing: Listing, cursor: str, place: int) -> str:
        return await lists.behind(self._box, listing, cursor, place)

    async def count_messages(self, listing: Listing) -> int:
        return await lists.count(self._box, listing)

    async def message(self, message_id: str) -> Message:
        return await messages.message(self._box, message_id)

    async def read(self, message_id: str) -> Content:
        return await messages.content(self._box, message_id)

    async def attachment(self, message_id: str, attachment_id: str) -> bytes:
        return await files.attachment(self._box, message_id, attachment_id)

    async def thread(self, thread_id: str) -> Thread:
        return await messages.thread(self._box, thread_id)

    async def labels(self) -> tuple[str, ...]:
        return await self._box.labels.names()

    async def relabel(
        self, message_id: str, *, add: frozenset[str], remove: frozenset[str], order: tuple[str, ...] = ()
    ) -> Message:
        return await messages.relabel(self._box, message_id, add=add, remove=remove, order=order)

    async def move(self, message_id: str, to: Folder) -> Message:
        return await messages.move(self._box, message_id, to)

    async def put_back(self, message_id: str, place: str) -> Message:
        return await messages.put_back(self._box, message_id, place)

    async def create_reply(self, reply: Reply) -> Draft:
        return await drafts.create(self._box, reply)

    async def draft(self, draft_id: str) -> Draft:
        return await unsent.get(self._box, draft_id)

    async def update_draft(self, draft_id: str, reply: Reply, *, revision: str) -> Draft:
        return await drafts.update(self._box, draft_id, reply, revision=revision)

    async def delete_draft(self, draft_id: str) -> None:
        await unsent.discard(self._box, draft_id)

    async def copy_draft(self, draft_id: str) -> Draft:
        """Make a second draft of the same content in the same thread."""
        return await unsent.copy(self._box, draft_id)

    async def find_draft(self, private_id: str, thread_id: str) -> Draft | None:
        return await drafts.find(self._box, private_id, thread_id)

    async def send_draft(self, draft_id: str) -> Sent:
        return await drafts.send(self._box, draft_id)

    async def find_sent(self, private_id: str, thread_id: str) -> Message | None:
        return await messages.find_sent(self._box, private_id, thread_id)
