"""How much may leave a mailbox in a day: what its provider says, and the lower number that its owner may set."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.acts import Act
from app.actions.desk import Desk
from app.actions.hand import About
from app.actions.places import Limits, limits_of, used_today
from app.errors import BadRequest
from app.models.mailbox import MailboxLimit


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """The limits of a mailbox, and how much of the day's number is used up."""

    limits: Limits
    used: int


async def sending_limit(desk: Desk) -> Allowance:
    """Return how much may leave, and how much has in the last 24 hours; the owner's to see."""
    await desk.owner_only()
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        limits = await limits_of(session, desk.mailbox)
        return Allowance(limits=limits, used=await used_today(session, desk.mailbox, limits.of_kind.unit))


async def set_sending_limit(desk: Desk, per_day: int | None) -> None:
    """Let no more than this leave in 24 hours; None goes back to four fifths of the provider's number.

    What waits for a place keeps its hour, and is judged by the new number then. Raises BadRequest for a number below
    one or above those four fifths.
    """

    async def keep(session: AsyncSession) -> None:
        most = (await limits_of(session, desk.mailbox)).share
        if per_day is not None and not 1 <= per_day <= most:
            raise BadRequest("Give a number from 1 to {most}.", most=most)
        kept = insert(MailboxLimit).values(mailbox_id=desk.mailbox.id, per_day=per_day, reason="")
        await session.execute(kept.on_conflict_do_update(index_elements=["mailbox_id"], set_={"per_day": per_day}))

    noted = {"subject_kind": "sending_limit", "reason": "" if per_day else "removed"}
    async with desk.act(Act.SENDING_LIMIT, About(noted=noted), within=keep):
        pass
