"""The best moment for a reply: when the client writes, by the letters that whoever asks may see."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app import clock
from app.actions.asked_hour import concerned_here
from app.actions.concerned import zone_of
from app.actions.desk import Desk
from app.actions.draft import see_draft
from app.actions.list_messages import list_messages
from app.errors import BadRequest
from app.providers.base import Listing
from app.rules.addresses import normalised
from app.rules.best_moment import best_moment
from app.rules.moments import wall_of

_PLAIN = re.compile(r"[a-z0-9._%+-]+@[a-z0-9.-]+")  # a provider must not read more into it than an address
MOST_LETTERS = 40  # of a client, the newest: each conversation costs a call


@dataclass(frozen=True, kw_only=True)
class BestTime:
    """The moment at which a client is likeliest to read, as a clock in the mailbox's zone shows it.

    `wall_time` is None where the `letters` (how many were looked at) show no habit; `near` of them were written
    about then. `client` is the client's name or address, `zone_there` the zone in which the habit was looked for.
    """

    client: str
    zone: str
    zone_there: str
    letters: int
    near: int = 0
    moment: datetime | None = None

    @property
    def wall_time(self) -> datetime | None:
        """The moment as the clock on the wall shows it, naive."""
        return wall_of(self.moment, self.zone) if self.moment else None


async def best_time(desk: Desk, draft_id: UUID) -> BestTime:
    """Return when a draft would best leave, within the hours of all concerned.

    Looked at are the letters that the actor may list: what is private says nothing here either.
    """
    seen = await see_draft(desk, draft_id)
    to = seen.draft.message.to[0] if seen.draft.message.to else None
    if to is None:
        raise BadRequest("This reply goes to nobody yet, so there is no best moment for it.")
    zone, there = desk.mailbox.zone, await zone_of(desk.resources, desk.mailbox, to.email)
    written = await _written(desk, to.email)
    concerned = await concerned_here(desk, seen.draft.message.recipients)
    best = best_moment(written, there, clock.now(), concerned.all_open)
    known = BestTime(client=to.name or to.email, zone=zone, zone_there=there, letters=len(written))
    return replace(known, near=best.near, moment=best.moment) if best else known


async def _written(desk: Desk, address: str) -> list[datetime]:
    """Return when somebody's letters were written, as far as the actor may list them."""
    sender = normalised(address)
    if not _PLAIN.fullmatch(sender):
        return []
    page = await list_messages(desk, Listing(folder=None, sender=sender, size=MOST_LETTERS))
    letters = [each.message for each in page.messages]
    return [each.date for each in letters if sender in {normalised(author.email) for author in each.authors}]
