"""What of a conversation an assistant sees beside the message that she reads."""

from __future__ import annotations

from collections.abc import Sequence

from app.actions.desk import Desk
from app.actions.hand import Hand
from app.actions.likeness import covered_of
from app.errors import NotFound
from app.models.mailbox import Known, KnownMessage
from app.providers.base import Message


def shown_of(
    desk: Desk, hand: Hand, known: KnownMessage, messages: Sequence[Message], rows: dict[str, Known]
) -> list[Message]:
    """Return what of a conversation an assistant sees; raise NotFound if it became private since the decision."""
    now = rows.get(known.provider_id)
    if now is None or now.private or (now.excepted and not hand.alone):
        raise NotFound
    if hand.alone:
        return [each for each in messages if each.id == known.provider_id]
    if any(row.private for row in rows.values()):
        raise NotFound
    return covered_of(desk.actor.kind, hand.grant, messages, desk.mailbox)
