"""A Gmail mailbox behind the neutral protocol: which call does what, and nothing else."""

from __future__ import annotations

from app.child import Child
from app.errors import ProviderError
from app.providers.base import Content, Draft, Folder, Listing, Message, Page, Reply, SendAs, Sent, Thread
from app.providers.gmail import bodies, drafts, messages
from app.providers.gmail.calls import ME, Calls, TokenSource
from app.providers.gmail.convert import word
from app.providers.gmail.labels import Labels
from app.providers.transport import Transport


class Gmail:
    """One connected Gmail mailbox; see `base.Provider` for what each method promises."""

    def __init__(self, transport: Transport, tokens: TokenSource, *, mailbox: str, api_url: str, reader: Child) -> None:
        """Open a mailbox. Nothing is called yet.

        `tokens` gives access tokens; `mailbox` is any key of this mailbox, by which the transport limits; `reader` is
        a `Child(reading.work)`, shared by the mailboxes of a process.
        """
        calls = Calls(transport, tokens, mailbox=mailbox, api_url=api_url)
        self._box = bodies.Box(calls=calls, labels=Labels(calls), reader=reader)

    async def address(self) -> str:
        """Return the mailbox's own address."""
        calls = self._box.calls
        found = word(await calls.call(calls.build.users.getProfile(userId=ME)), "emailAddress")
        if not found:
            raise ProviderError(detail="its profile has no address")
        return found

    async def send_as(self) -> tuple[SendAs, ...]:
        """Return the addresses the owner may send from."""
        return await drafts.send_as(self._box)

    async def list_messages(self, listing: Listing, cursor: str = "") -> Page:
        """Return one page of messages, newest first, without bodies."""
        return await messages.page(self._box, listing, cursor)

    async def count_messages(self, listing: Listing) -> int:
        """Return how many messages a listing has, Gmail's estimate beyond 5,000."""
        return await messages.count(self._box, listing)

    async def message(self, message_id: str) -> Message:
        """Return one message without its body."""
        return await messages.message(self._box, message_id)

    async def read(self, message_id: str) -> Content:
        """Return one message with its body, sanitised."""
        return await messages.content(self._box, message_id)

    async def attachment(self, message_id: str, attachment_id: str) -> bytes:
        """Return the bytes of one attachment."""
        return await bodies.attachment(self._box, message_id, attachment_id)

    async def thread(self, thread_id: str) -> Thread:
        """Return a conversation without bodies."""
        return await messages.thread(self._box, thread_id)

    async def labels(self) -> tuple[str, ...]:
        """Return the names of the owner's labels, sorted."""
        return await self._box.labels.names()

    async def relabel(self, message_id: str, *, add: frozenset[str], remove: frozenset[str]) -> Message:
        """Add and remove labels by name, making those that are missing."""
        return await messages.relabel(self._box, message_id, add=add, remove=remove)

    async def move(self, message_id: str, to: Folder) -> Message:
        """Move a message to INBOX, ARCHIVE, TRASH or SPAM."""
        return await messages.move(self._box, message_id, to)

    async def create_reply(self, reply: Reply) -> Draft:
        """Write a reply as a draft into its thread."""
        return await drafts.create(self._box, reply)

    async def draft(self, draft_id: str) -> Draft:
        """Return a draft as it stands in the mailbox now."""
        return await drafts.get(self._box, draft_id)

    async def update_draft(self, draft_id: str, reply: Reply, *, revision: str) -> Draft:
        """Replace a draft that is still at `revision`."""
        return await drafts.update(self._box, draft_id, reply, revision=revision)

    async def delete_draft(self, draft_id: str) -> None:
        """Throw an unsent draft away."""
        await drafts.delete(self._box, draft_id)

    async def find_draft(self, private_id: str, thread_id: str) -> Draft | None:
        """Return the draft of a thread that carries `private_id`, or None."""
        return await drafts.find(self._box, private_id, thread_id)

    async def send_draft(self, draft_id: str) -> Sent:
        """Send a draft, once and without any repeat."""
        return await drafts.send(self._box, draft_id)

    async def find_sent(self, private_id: str, thread_id: str) -> Message | None:
        """Return the sent copy that carries `private_id`, or None."""
        return await messages.find_sent(self._box, private_id, thread_id)
