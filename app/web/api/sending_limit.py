"""How much may leave a mailbox in a day."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field

from app.actions import sending_limit
from app.actions.desk import Desk
from app.models.mailbox import AccountKind, Unit
from app.web.api.shapes import Shape
from app.web.deps import OwnerDesk

router = APIRouter(prefix="/mailboxes/{mailbox_id:uuid}/sending-limit", tags=["hours"])


class SendingLimit(Shape):
    """What may leave in 24 hours, in a `unit` of messages or recipients; what does not fit waits by itself."""

    kind: AccountKind
    unit: Unit
    account_per_day: int = Field(description="What the provider lets this kind of account send.")
    most_per_day: int = Field(description="Four fifths of that: the rest is left to the owner's own sending.")
    own_per_day: int | None = Field(description="The lower number that the owner has set; null: none.")
    per_day: int = Field(description="The number that is in force.")
    per_minute: int | None = Field(description="Messages in a minute, where the provider names a number.")
    used: int = Field(description="What has left in the last 24 hours, or is on its way.")


class NewSendingLimit(Shape):
    """A number of the owner's; null goes back to the most there is."""

    per_day: int | None = Field(ge=1, examples=[100])


@router.get("", summary="Look at the sending limit")
async def get_sending_limit(desk: OwnerDesk) -> SendingLimit:
    """Return how much may leave here, and how much has."""
    return await _standing(desk)


@router.put("", summary="Set the sending limit")
async def set_sending_limit(desk: OwnerDesk, new: NewSendingLimit) -> SendingLimit:
    """Let no more than this leave in 24 hours; replies that wait are judged by it at their hour."""
    await sending_limit.set_sending_limit(desk, new.per_day)
    return await _standing(desk)


async def _standing(desk: Desk) -> SendingLimit:
    found = await sending_limit.sending_limit(desk)
    limits = found.limits
    return SendingLimit(
        kind=limits.of_kind.kind,
        unit=limits.of_kind.unit,
        account_per_day=limits.of_kind.per_day,
        most_per_day=limits.share,
        own_per_day=limits.own,
        per_day=limits.per_day,
        per_minute=limits.of_kind.per_minute,
        used=found.used,
    )
