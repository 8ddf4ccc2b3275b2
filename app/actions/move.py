"""Archive, trash, and back: where a message lies, always so that it can be taken back."""

from __future__ import annotations

from uuid import UUID

from app.access.acts import Act
from app.access.facts import Deny, Kind
from app.actions.desk import Desk
from app.actions.draft import message_of
from app.actions.hand import About, Hand, refusal
from app.actions.listed import SeenMessage
from app.errors import BadRequest, Conflict
from app.locale.catalogues import N_
from app.models.audit import AuditEntry
from app.providers.base import Folder, Message

# From where an act takes a message, for anybody but the owner: the right to tidy the inbox judges no spam, and takes
# nothing out of the trash or the sent mail.
FROM = {
    Act.ARCHIVE: (Folder.INBOX, Folder.ARCHIVE),
    Act.UNARCHIVE: (Folder.INBOX, Folder.ARCHIVE),
    Act.UNTRASH: (Folder.INBOX, Folder.TRASH),
}
MOVED_SINCE = N_("This message has been moved since then, so it stays where it is.")


async def archive(desk: Desk, message_id: UUID) -> SeenMessage:
    """Take a message out of the inbox; raises Denied for anybody but the owner where it lies elsewhere by now."""
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
    async with desk.act(Act.LOCATE, About(message=known)) as hand:
        lies_in = (await hand.mailbox.message(known.provider_id)).folder
    if lies_in not in (Folder.TRASH, Folder.ARCHIVE, Folder.INBOX):
        raise BadRequest("Only what was archived or put into the trash can be brought back.")
    return await (untrash if lies_in is Folder.TRASH else unarchive)(desk, message_id)


async def _moved(desk: Desk, message_id: UUID, act: Act, to: Folder) -> SeenMessage:
    known = await message_of(desk, message_id)
    async with desk.act(act, About(message=known)) as hand:
        before = await hand.mailbox.message(known.provider_id)
        if desk.actor.kind is not Kind.OWNER and before.folder not in FROM.get(act, Folder):
            raise refusal(Deny("scope_missing"))
        after = await hand.mailbox.move(known.provider_id, to)
        hand.note(**moved(before, after))
    return SeenMessage(id=known.id, message=after)


async def take_back(hand: Hand, message_id: str, entry: AuditEntry) -> Message:
    """Put a message where it lay before a move; raise Conflict if it lies elsewhere by now."""
    now = await hand.mailbox.message(message_id)
    if not entry.place_after or now.place != entry.place_after:
        raise Conflict(MOVED_SINCE)
    then = await hand.mailbox.put_back(message_id, entry.place_before)
    hand.note(**moved(now, then))
    return then


def moved(before: Message, after: Message) -> dict[str, list[str] | str]:
    """Return the folders before and after as the audit keeps them, in our words and in the provider's."""
    return {
        "labels_before": [f"folder:{before.folder.value}"],
        "labels_after": [f"folder:{after.folder.value}"],
        "place_before": before.place,
        "place_after": after.place,
    }
