"""What is on its way in a mailbox at this moment, while its owner is erased."""

from __future__ import annotations

from contextlib import suppress

from app import clock
from app.actions.desk import Desk
from app.actions.errand import Errand, errand_of, look
from app.actions.freeze import all_under_way
from app.actions.settling import LEASE, hold, settle
from app.errors import AppError
from app.models.draft import ScheduledSend, SendState
from app.models.mailbox import MailboxState


async def on_its_way(desk: Desk) -> list[ScheduledSend]:
    """Return the sends that a worker may be at; one that was silent for a minute has no key to go on with."""
    return [each for each in await begun(desk) if not is_silent(each)]


async def begun(desk: Desk) -> list[ScheduledSend]:
    """Return all sends of which nobody has written down how they end."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return list(await all_under_way(session, desk.mailbox.id))


def is_silent(send: ScheduledSend) -> bool:
    """Say whether the worker of a send that is on its way is taken for dead."""
    return send.intent_at is None or send.intent_at + LEASE <= clock.now()


async def put_out_of_reach(desk: Desk) -> None:
    """Settle what a silent worker has begun while there is a key to do it with; a draft of it is retired.

    If that worker wakes it finds nothing: at Microsoft the token in its hands outlives the consent by up to an hour.
    """
    if desk.mailbox.state != MailboxState.ACTIVE and not desk.mailbox.reconciling:
        return
    for send in await begun(desk):
        if is_silent(send):
            with suppress(AppError):  # a provider that is away does not keep anybody from being forgotten
                await _settle(desk, await errand_of(desk.resources, desk.mailbox.id, send.id))


async def _settle(desk: Desk, errand: Errand) -> None:
    found = await look(desk, errand)
    if found.copy:
        await settle(desk, errand, SendState.SENT, "", sent_id=found.copy.id)
    elif found.sha256 or found.wrong:
        await hold(desk, errand, "disconnected")
