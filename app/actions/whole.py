"""What only the whole text of a message tells: that it opens accounts, by words a list never has at hand.

Found out when somebody reads it, remembered as an id with a reason: from then on it is private in every list, too.
"""

from __future__ import annotations

from app.access.acts import Act
from app.access.decide import Kind
from app.access.visibility import MACHINE, opens_as_a_whole
from app.actions import seeing
from app.actions.desk import Desk
from app.actions.hand import About
from app.models.mailbox import KnownMessage
from app.providers.base import Content, Thread


async def opening(desk: Desk, content: Content, *, alone: bool = False) -> tuple[str, ...]:
    """Return the provider's id of a message that opens accounts by its whole text, nothing for any other.

    One that is let through alone is judged as if a machine had written it, as it was when it was classed.
    """
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        rules = (await seeing.private_rules(session, desk.mailbox.id)).senders
    message = content.message
    authors = [address.email for address in message.authors] + ([MACHINE] if alone else [])
    opens = opens_as_a_whole(message.subject, (content.text, content.html), authors, rules)
    return (message.id,) if opens else ()


async def found(desk: Desk, content: Content, known: KnownMessage) -> bool:
    """Say whether a message opens accounts by its whole text, and remember it if so."""
    ids = await opening(desk, content)
    if ids:
        thread = Thread(id=known.thread_id, messages=(content.message,))
        await seeing.learn(desk.resources, desk.mailbox, thread, opening=ids)
    return bool(ids)


async def hide(desk: Desk, act: Act, known: KnownMessage) -> None:
    """Refuse an assistant a message that turned out to open accounts, as if it did not exist; the owner reads on."""
    if desk.actor.kind is not Kind.OWNER:
        await desk.refuse(act, "private", About(message=known))
