"""Archive, trash, and back: where a message lies, always so that it can be taken back."""

from __future__ import annotations

from uuid import UUID

from app.access.acts import Act
from app.actions.desk import Desk
from app.actions.draft import message_of
from app.actions.hand import About
from app.actions.list_messages import SeenMessage
from app.errors import BadRequest
from app.providers.base import Folder, Message


async def archive(desk: Desk, message_id: UUID) -> SeenMessage:
    """Take a message out of the inbox."""
    return await _moved(desk, message_id, Act.ARCHIVE, Folder.ARCHIVE)


async def unarchive(desk: Desk, message_id: UUID) -> SeenMessage:
    """Put an archived message back into the inbox."""
    return await _moved(desk, message_id, Act.UNARCHIVE, Folder.INBOX)


async def trash(desk: Desk, message_id: UUID) -> SeenMessage:
    """Put a message into the trash; nothing is ever deleted for good."""
    return await _moved(desk, message_id, Act.TRASH, Folder.TRASH)


async def untrash(desk: Desk, message_id: UUID) -> SeenMessage:
    """Take a message out of the trash, back into the inbox."""
    return await _moved(desk, message_id, Act.UNTRASH, Folder.INBOX)


async def restore(desk: Desk, message_id: UUID) -> SeenMessage:
    """Bring a message back to the inbox from wherever it can be taken back from: the archive or the trash.

    Raises BadRequest for one that lies elsewhere: spam is judged, not just moved.
    """
    known = await message_of(desk, message_id)
    async with desk.act(Act.LIST) as hand:
        lies_in = (await hand.mailbox.message(known.provider_id)).folder
    if lies_in not in (Folder.TRASH, Folder.ARCHIVE, Folder.INBOX):
        raise BadRequest("Only what was archived or put into the trash can be brought back.")
    return await (untrash if lies_in is Folder.TRASH else unarchive)(desk, message_id)


async def _moved(desk: Desk, message_id: UUID, act: Act, to: Folder) -> SeenMessage:
    known = await message_of(desk, message_id)
    async with desk.act(act, About(message=known)) as hand:
        before = await hand.mailbox.message(known.provider_id)
        after = await hand.mailbox.move(known.provider_id, to)
        hand.note(**moved(before, after))
    return SeenMessage(id=known.id, message=after)


def moved(before: Message, after: Message) -> dict[str, list[str] | str]:
    """Return the folders before and after as the audit keeps them, in our words and in the provider's."""
    return {
        "labels_before": [f"folder:{before.folder.value}"],
        "labels_after": [f"folder:{after.folder.value}"],
        "place_before": before.place,
        "place_after": after.place,
    }
