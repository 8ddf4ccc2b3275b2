"""Before anything is granted: what an assistant would see of the owner's real mail, and what not, with examples."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from app.access.acts import Act
from app.actions import seeing
from app.actions.desk import Desk
from app.providers.base import Listing, Message, Page, Provider

MOST_MESSAGES = 500
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
    """Judge the newest mail of the mailbox (spam and trash left out) as it would be judged for an assistant."""
    desk.owner_only()
    found: list[tuple[str, Message]] = []
    async with desk.act(Act.PREVIEW) as hand:
        cursor = ""
        while len(found) < MOST_MESSAGES:
            page = await hand.mailbox.list_messages(Listing(folder=None, size=100), cursor)
            found += await _judged(desk, hand.mailbox, page)
            cursor = page.cursor
            if not cursor:
                break
    return _counted(found, whole=not cursor)


async def _judged(desk: Desk, mailbox: Provider, page: Page) -> list[tuple[str, Message]]:
    rows = await seeing.judged_page(desk.resources.db, desk.mailbox, mailbox, page.messages)
    return [(rows[message.id].private, message) for message in page.messages if message.id in rows]


def _counted(found: list[tuple[str, Message]], *, whole: bool) -> Preview:
    counts = Counter(reason for reason, _ in found)
    examples = {
        reason: tuple(message for because, message in found if because == reason)[:EXAMPLES] for reason in counts
    }
    return Preview(seen=counts.pop("", 0), private=dict(counts), examples=examples, whole=whole)
