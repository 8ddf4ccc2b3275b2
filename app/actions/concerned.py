"""Whose hours bind a reply that an assistant has written."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.resources import Resources
from app.db.plain import Detached, first, rows
from app.models.draft import ScheduledSend
from app.models.hours import BUSINESS, MailboxHours, PersonHours
from app.models.mailbox import Mailbox
from app.rules.addresses import domain_of, normalised
from app.rules.placing import NOBODY, Concerned

AT_MAILBOX, HERS = Detached(MailboxHours), Detached(PersonHours)
BY_SENDER = f"{AT_MAILBOX.select} where mailbox_id = %(mailbox_id)s and sender = any(%(senders)s)"
OWN = f"{HERS.select} where person_id = %(person_id)s"


async def concerned_by(resources: Resources, mailbox: Mailbox, writer: UUID, recipients: Iterable[str]) -> Concerned:
    """Return whose hours bind a reply that an assistant has written: the business's, hers, and the clients'."""
    named = [_names_of(address) for address in recipients]
    async with resources.db.transaction(mailbox=mailbox.id, person=writer) as session:
        by_sender = await _by_sender(session, mailbox, {BUSINESS}.union(*named))
        row = await first(session, OWN, {"person_id": writer})
    # A client's own hours go before those of everybody at the same domain: for that client, and for nobody else there.
    bound = {next((name for name in names if name in by_sender), BUSINESS) for names in named} | {BUSINESS}
    calendars = [by_sender[each].calendar for each in sorted(bound & by_sender.keys())]
    own, business = HERS.made(row) if row else None, by_sender.get(BUSINESS)
    return Concerned(
        calendars=(*calendars, *([own.calendar] if own else [])),
        may_hurry=business.may_hurry if business else True,
        zone=mailbox.zone,
    )


async def zone_of(resources: Resources, mailbox: Mailbox, address: str) -> str:
    """Return the zone of a client whose hours the owner has noted, or the mailbox's own."""
    senders = _names_of(address)
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        by_sender = await _by_sender(session, mailbox, senders)
    return next((by_sender[each].calendar.zone for each in senders if each in by_sender), mailbox.zone)


async def concerned_by_send(
    resources: Resources, mailbox: Mailbox, send: ScheduledSend, to: Iterable[str]
) -> Concerned:
    """Return whose hours bind a scheduled send: nobody's where the owner has set its hour, or lets it leave in a hurry.

    A hurry is one that was granted when the hour was set, with its reason, and that she still allows.
    """
    if send.grant_id is None:
        return NOBODY
    concerned = await concerned_by(resources, mailbox, send.scheduled_by, to)
    return NOBODY if send.urgency and concerned.may_hurry else concerned


def _names_of(address: str) -> tuple[str, str]:
    """Return by which names hours are kept that bind a letter to an address: its own, else its domain's."""
    return normalised(address), domain_of(address)


async def _by_sender(session: AsyncSession, mailbox: Mailbox, senders: Iterable[str]) -> dict[str, MailboxHours]:
    found = await rows(session, BY_SENDER, {"mailbox_id": mailbox.id, "senders": sorted(senders)})
    return {each.sender: each for each in map(AT_MAILBOX.made, found)}
