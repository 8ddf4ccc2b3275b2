"""Before anything is granted: what an assistant would see of the owner's real mail, and what not, with examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.access.acts import Act
from app.access.visibility import THREAD
from app.actions import seeing
from app.actions.desk import Desk
from app.actions.resources import Resources
from app.providers.base import Listing, Message

MOST_MESSAGES = 200  # at 20 units each, most of what Gmail gives a mailbox in a minute is left for work
PAGE = 100
EXAMPLES = 5


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Counts over the newest mail: `seen` and, by reason, `private`; `examples` of each (the key `` is what is seen).

    `whole` is False where there is more mail than was looked at.
    """

    seen: int
    private: dict[str, int]
    examples: dict[str, tuple[Message, ...]] = field(default_factory=dict)
    whole: bool = True


async def preview(desk: Desk) -> Preview:
    """Judge the newest mail of the mailbox (spam and trash left out) as it would be judged for an assistant.

    Conversations are judged by their messages among these: what only an older one would make private is judged when
    an assistant comes to it.
    """
    desk.owner_only()
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        rules = await seeing.sender_rules(session, desk.mailbox.id)
    messages: list[Message] = []
    async with desk.act(Act.PREVIEW) as hand:
        cursor = ""
        while len(messages) < MOST_MESSAGES:
            page = await hand.mailbox.list_messages(Listing(folder=None, size=PAGE), cursor)
            messages += page.messages
            cursor = page.cursor
            if not cursor:
                break
    return _counted(_judged(desk.resources, messages, rules), whole=not cursor)


def _judged(resources: Resources, messages: Sequence[Message], rules: seeing.Rules) -> list[tuple[str, Message]]:
    alone = [(seeing.judged(resources, message, rules), message) for message in messages]
    tainted = {message.thread_id for reason, message in alone if reason}
    return [(reason or (THREAD if message.thread_id in tainted else ""), message) for reason, message in alone]


def _counted(found: list[tuple[str, Message]], *, whole: bool) -> Preview:
    counts = Counter(reason for reason, _ in found)
    examples = {
        reason: tuple(message for because, message in found if because == reason)[:EXAMPLES] for reason in counts
    }
    return Preview(seen=counts.pop("", 0), private=dict(counts), examples=examples, whole=whole)
