"""Which entries of the log are asked for: by a program or by the form above the page, in days of the owner's zone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field

from app.actions.log_asked import Asked
from app.rules.moments import moment_of

FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(9000, 1, 1)

Kind = Literal["", "looking", "tidying", "replies", "access", "other"]


def _none_if_empty(given: object) -> object:
    return given or None


Day = Annotated[Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)] | None, BeforeValidator(_none_if_empty)]
MaybeId = Annotated[UUID | None, BeforeValidator(_none_if_empty)]


class LogFilter(BaseModel):
    """Which entries; a form sends what is not filled in as an empty text.

    `since` and `until` are days of the owner's, the last one included; `message` picks what was done to one message.
    """

    actor: MaybeId = None
    kind: Kind = ""
    refused: bool = False
    since: Day = None
    until: Day = None
    message: MaybeId = None

    def asked(self, zone: str) -> Asked:
        """Return what is asked of the log of a mailbox in this zone."""
        return Asked(
            actor_id=self.actor,
            kind=self.kind,
            refused=self.refused,
            since=_begin(self.since, zone) if self.since else None,
            until=_begin(self.until + timedelta(days=1), zone) if self.until else None,
            message_id=self.message,
        )

    @property
    def name(self) -> str:
        """Name this very list, so that its cursors fit no other."""
        return f"log {self.actor} {self.kind} {self.refused} {self.since} {self.until} {self.message}"

    @property
    def query(self) -> dict[str, str]:
        """Return what stands in an address of this list, nothing that is not asked for."""
        given = self.model_dump(mode="json", include=set(LogFilter.model_fields), exclude_defaults=True)
        return {name: "true" if value is True else str(value) for name, value in given.items()}


def _begin(day: date, zone: str) -> datetime:
    return moment_of(datetime.combine(day, time()), zone)
