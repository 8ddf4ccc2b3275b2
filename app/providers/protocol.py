"""What a mailbox can be asked: one small protocol, for those who act at the desk.

Every method raises ProviderError or one of its kinds, never a provider's or a client library's own exception.
"""

from __future__ import annotations

from typing import Protocol

from app.providers.base import Content, Draft, Folder, Listing, Message, Page, Reply, SendAs, Sent, Thread


class Provider(Protocol):
    """One connected mailbox."""

    async def address(self) -> str:
        """Return the mailbox's own address."""

    async def send_as(self) -> tuple[SendAs, ...]:
        """Return the addresses the owner may send from."""

    async def list_messages(self, listing: Listing, cursor: str = "") -> Page:
        """Return one page of messages, newest first, without bodies."""

    async def list_conversations(self, listing: Listing, cursor: str = "") -> Page:
        """Return the same page with the conversations of its messages, as they are in the mailbox now."""

    async def behind(self, listing: Listing, cursor: str, place: int) -> str:
        """Return the cursor of what follows a place of the page that was asked for with this listing and cursor."""

    async def count_messages(self, listing: Listing) -> int:
        """Return how many messages a listing has (the provider's estimate where it has no exact figure)."""

    async def message(self, message_id: str) -> Message:
        """Return one message without its body."""

    async def read(self, message_id: str) -> Content:
        """Return one message with its body, sanitised."""

    async def attachment(self, message_id: str, attachment_id: str) -> bytes:
        """Return the bytes of one attachment."""

    async def thread(self, thread_id: str) -> Thread:
        """Return a conversation without bodies."""

    async def labels(self) -> tuple[str, ...]:
        """Return the names of the owner's labels, sorted."""

    async def relabel(
        self, message_id: str, *, add: frozenset[str], remove: frozenset[str], order: tuple[str, ...] = ()
    ) -> Message:
        """Add and remove labels by name, making those that are missing, and return the message as it is then.

        Where the order of labels means something, and those of `order` are left, they stand in that order.
        """

    async def move(self, message_id: str, to: Folder) -> Message:
        """Move a message to INBOX, ARCHIVE, TRASH or SPAM and return it as it is then."""

    async def put_back(self, message_id: str, place: str) -> Message:
        """Put a message where it lay (`Message.place`, as it was then) and return it as it is then."""

    async def create_reply(self, reply: Reply) -> Draft:
        """Write a reply as a draft into its thread; From is refused unless it may be sent from."""

    async def draft(self, draft_id: str) -> Draft:
        """Return a draft as it stands in the mailbox now; raise MessageGone if there is none."""

    async def update_draft(self, draft_id: str, reply: Reply, *, revision: str) -> Draft:
        """Replace a draft; raise Conflict if it no longer is at `revision` (a person edited it)."""

    async def delete_draft(self, draft_id: str) -> None:
        """Throw an unsent draft away; a draft that is gone already is fine."""

    async def copy_draft(self, draft_id: str) -> Draft:
        """Make a second draft of the same content in the same thread, under an id of its own; raise MessageGone."""

    async def find_draft(self, private_id: str, thread_id: str) -> Draft | None:
        """Return the draft of a thread that carries `private_id`, or None."""

    async def send_draft(self, draft_id: str) -> Sent:
        """Send a draft, once and without any repeat; raise NoAnswer if nobody knows whether it left."""

    async def find_sent(self, private_id: str, thread_id: str) -> Message | None:
        """Return the sent copy that carries `private_id`, or None if none can be seen (yet)."""
