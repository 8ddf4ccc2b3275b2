"""Labels: put on and taken off, in the owner's own mailbox."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from app.access.acts import Act
from app.actions.desk import Desk
from app.actions.draft import message_of
from app.actions.hand import About
from app.actions.list_messages import SeenMessage
from app.errors import BadRequest

LONGEST_NAME = 225  # Gmail's limit (reported); Outlook's is longer
MOST_AT_ONCE = 20


async def label(desk: Desk, message_id: UUID, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> SeenMessage:
    """Add and remove labels on one message by name and return it as it is then; missing labels are made.

    Raises BadRequest for no name, an impossible one, or one both added and removed.
    """
    added, removed = checked_names(add), checked_names(remove)
    if not added | removed or added & removed:
        raise BadRequest("Name at least one label to put on or to take off, and none for both.")
    known = await message_of(desk, message_id)
    async with desk.act(Act.LABEL, About(message=known)) as hand:
        before = await hand.mailbox.message(known.provider_id)
        after = await hand.mailbox.relabel(known.provider_id, add=added, remove=removed)
        hand.note(labels_before=sorted(before.labels), labels_after=sorted(after.labels))
    return SeenMessage(id=known.id, message=after)


def checked_names(given: Iterable[str]) -> frozenset[str]:
    """Return names of labels without blanks around them; raise BadRequest for one that is none, or for too many."""
    names = [name.strip().strip("/") for name in given]
    bad = [name for name in names if not name or len(name) > LONGEST_NAME or not name.isprintable()]
    if bad or len(names) > MOST_AT_ONCE:
        raise BadRequest("A label has a name of one to 225 printable characters; twenty at once are the most.")
    return frozenset(names)
