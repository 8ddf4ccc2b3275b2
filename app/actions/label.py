"""Labels: put on and taken off, in the owner's own mailbox."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from app.access.acts import Act
from app.actions.desk import Desk
from app.actions.draft import message_of
from app.actions.hand import About, Hand
from app.actions.listed import SeenMessage
from app.errors import BadRequest, Conflict
from app.locale.catalogues import N_
from app.models.audit import AuditEntry
from app.providers.base import Message
from app.rules.label_names import same

LONGEST_NAME = 225  # Gmail's limit (reported); Outlook's is longer
MOST_AT_ONCE = 20
NOTHING_LEFT = N_("Nothing of this is left to undo: its labels have been changed since then.")


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
        hand.note(**changed(before, after, added, removed))
    return SeenMessage(id=known.id, message=after)


async def take_back(hand: Hand, message_id: str, entry: AuditEntry) -> Message:
    """Undo a change of labels, of those that are as it has left them; raise Conflict if none is."""
    now = await hand.mailbox.message(message_id)
    before, after = set(entry.labels_before), set(entry.labels_after)
    put_on, present = {same(name) for name in after - before}, {same(name) for name in now.labels}
    add = frozenset(name for name in before - after if same(name) not in present)
    remove = frozenset(name for name in now.labels if same(name) in put_on)
    if not add | remove:
        raise Conflict(NOTHING_LEFT)
    then = await hand.mailbox.relabel(message_id, add=add, remove=remove, order=tuple(entry.labels_before))
    hand.note(**changed(now, then, add, remove))
    return then


def changed(before: Message, after: Message, added: Iterable[str], removed: Iterable[str]) -> dict[str, list[str]]:
    """Return the labels before and after as the audit keeps them: what somebody else did in between is left out."""
    asked_on, asked_off = {same(name) for name in added}, {same(name) for name in removed}
    put_on = {name for name in after.labels - before.labels if same(name) in asked_on}
    taken_off = {name for name in before.labels - after.labels if same(name) in asked_off}
    in_order = before.labels_in_order or sorted(before.labels)
    kept = [name for name in in_order if name not in taken_off]
    return {"labels_before": list(in_order), "labels_after": [*kept, *sorted(put_on)]}


def checked_names(given: Iterable[str]) -> frozenset[str]:
    """Return names of labels without blanks around them; raise BadRequest for one that is none, or for too many."""
    names = [name.strip().strip("/") for name in given]
    bad = [name for name in names if not name or len(name) > LONGEST_NAME or not name.isprintable()]
    if bad or len(names) > MOST_AT_ONCE:
        raise BadRequest("A label has a name of one to 225 printable characters; twenty at once are the most.")
    return frozenset(names)
