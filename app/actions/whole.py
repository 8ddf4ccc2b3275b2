"""What only the whole text of a message tells: that it opens accounts, by words a list never has at hand.

Found out when somebody reads it, remembered as an id with a reason: from then on it is private in every list, too.
"""

from __future__ import annotations

from app.access.acts import Act
from app.access.decide import Kind
from app.access.visibility import PrivateRules, opens_as_a_whole
from app.actions import seeing
from app.actions.desk import Desk
from app.actions.hand import About
from app.actions.known import private_rules
from app.models.mailbox import Known, KnownMessage
from app.providers.base import Content, Thread


async def learnt(
    desk: Desk, known: KnownMessage, content: Content, thread: Thread, *, alone: bool, act: Act = Act.READ
) -> tuple[dict[str, Known], PrivateRules]:
    """Judge a conversation with the whole text of one of its messages, as `seeing.learn_by` does without.

    Raises NotFound for an assistant if that message opens accounts, as if it did not exist, and has it recorded. One
    that is let through `alone` must leave no doubt, as when it was classed.
    """
    opens = await _opens(desk, content, alone=alone)
    opening = [known.provider_id] if opens else []
    rows, rules = await seeing.learn_by(desk.resources, desk.mailbox, [thread], opening=opening)
    if opens and desk.actor.kind is not Kind.OWNER:
        await desk.refuse(act, "private", About(message=known))
    return rows, rules


async def learnt_of_file(desk: Desk, known: KnownMessage, content: Content) -> None:
    """Do the same for a message whose file is to be opened: of its conversation nothing else is at hand then."""
    if await _opens(desk, content, alone=False):
        thread = Thread(id=known.thread_id, messages=(content.message,))
        await learnt(desk, known, content, thread, alone=False, act=Act.OPEN_ATTACHMENT)


def opens(content: Content, rules: PrivateRules, *, alone: bool) -> bool:
    """Say whether a message opens accounts by its whole text; of one that is let through `alone` a doubt is enough."""
    message = content.message
    authors = [address.email for address in message.authors]
    return opens_as_a_whole(message.subject, (content.text, content.html), authors, rules.senders, in_doubt=alone)


async def _opens(desk: Desk, content: Content, *, alone: bool) -> bool:
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        rules = await private_rules(session, desk.mailbox.id)
    return opens(content, rules, alone=alone)
