"""Before anything is granted: what an assistant would see of the owner's real mail, and what not, with examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.access.acts import Act
from app.access.conditions import covers
from app.access.visibility import PrivateRules, Verdict
from app.actions import excerpts, seeing
from app.actions.desk import Desk
from app.actions.known import private_rules
from app.actions.likeness import is_unsent, likeness
from app.actions.terms import checked_conditions
from app.models.conditions import UNBOUND, Conditions, MailKind
from app.providers.base import Listing, Message
from app.rules.addresses import normalised

MOST_MESSAGES = 200  # at 20 units each, most of what Gmail gives a mailbox in a minute is left for work
PAGE = 100
EXAMPLES = 5


OUTSIDE = "outside"  # public, but not among what the conditions cover


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Counts over the newest mail: `seen`, by reason `private`, and `outside` of the conditions that are tried.

    `examples` has some of each by reason, of what is seen under the key ``. `kinds` and `labels` count what is public
    by kind and by label, `senders` by address, whatever the conditions are: what a tick there would leave. `card` is
    one that is seen, its first words as an assistant gets them. `whole` is False where there is more mail than was
    looked at.
    """

    seen: int
    private: dict[str, int]
    outside: int = 0
    examples: dict[str, tuple[Message, ...]] = field(default_factory=dict)
    kinds: dict[MailKind, int] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)
    senders: dict[str, int] = field(default_factory=dict)
    card: Message | None = None
    whole: bool = True


async def preview(desk: Desk, *, conditions: Conditions = UNBOUND) -> Preview:
    """Judge the newest mail of the mailbox (spam and trash left out) as it would be judged for an assistant.

    Conversations are judged by their messages among these: what only an older one would make private is judged when
    an assistant comes to it.
    """
    await desk.owner_only()
    bound = checked_conditions(conditions)
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        rules = await private_rules(session, desk.mailbox.id)
    messages: list[Message] = []
    async with desk.act(Act.PREVIEW) as hand:
        cursor = ""
        while len(messages) < MOST_MESSAGES:
            page = await hand.mailbox.list_messages(Listing(folder=None, size=PAGE), cursor)
            messages += page.messages
            cursor = page.cursor
            if not cursor:
                break
    judged = _judged(desk, messages, rules)
    mail = [(each.reason, message) for each, message in judged if not is_unsent(message)]
    found = _counted(desk, mail, bound, whole=not cursor)
    return replace(found, card=_card(found, rules, [message.id for each, message in judged if each.excepted]))


def _card(found: Preview, rules: PrivateRules, alone: Sequence[str]) -> Message | None:
    """Return the newest message that is seen, with the first words that an assistant who may read gets."""
    newest = found.examples.get("", ())[:1]
    shown = excerpts.beginnings_shown(newest, rules, alone)
    return shown[0] if shown else None


def _judged(desk: Desk, messages: Sequence[Message], rules: PrivateRules) -> list[tuple[Verdict, Message]]:
    """Return why each message is private, with the message, in the order in which they came."""
    found: dict[str, Verdict] = {}
    for thread_id in {message.thread_id for message in messages}:
        thread = [message for message in messages if message.thread_id == thread_id]
        verdicts = seeing.together([seeing.judged(desk.resources, message, rules) for message in thread])
        found |= {message.id: each for message, each in zip(thread, verdicts, strict=True)}
    return [(found[message.id], message) for message in messages]


def _counted(desk: Desk, found: list[tuple[str, Message]], conditions: Conditions, *, whole: bool) -> Preview:
    public = [(message, likeness(message, desk.mailbox)) for reason, message in found if not reason]
    out = {message.id for message, mail in public if not covers(conditions, mail)}
    told = [(reason or (OUTSIDE if message.id in out else ""), message) for reason, message in found]
    counts = Counter(reason for reason, _ in told)
    examples = {
        reason: tuple(message for because, message in told if because == reason)[:EXAMPLES] for reason in counts
    }
    return Preview(
        seen=counts.pop("", 0),
        outside=counts.pop(OUTSIDE, 0),
        private=dict(counts),
        examples=examples,
        kinds=dict(Counter(mail.kind for _, mail in public if mail.kind)),
        labels=dict(Counter(label for _, mail in public for label in mail.labels)),
        senders=dict(Counter(normalised(author) for _, mail in public for author in mail.authors)),
        whole=whole,
    )
