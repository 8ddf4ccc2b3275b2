"""When somebody works through the year: the hours of a week, public holidays, and days off."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlalchemy import Dialect, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB

from app.models.conditions import Hours


class DaysOff(BaseModel):
    """Days on which somebody does not work, the first and the last of them included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: date
    last: date

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.first > self.last:
            raise ValueError("the last day off is not before the first")
        return self


class Calendar(Hours):
    """Hours of the week without public holidays and days off.

    `country` is an ISO 3166 code in capitals (empty: no public holidays), `region` the code of a part of it, as ISO
    3166-2 has it behind the hyphen.
    """

    country: str = Field(default="", pattern="^([A-Z]{2})?$")
    region: str = Field(default="", max_length=30)
    days_off: tuple[DaysOff, ...] = Field(default=(), max_length=200)


class CalendarColumn(TypeDecorator[Any]):
    """A calendar as JSON. What a later version wrote and this one cannot read comes back as one that never opens."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Return what is kept."""
        return None if value is None else value.model_dump(mode="json", exclude_defaults=True)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Return the calendar."""
        try:
            return None if value is None else Calendar.model_validate(value)
        except ValidationError:
            return Calendar(zone="", spans=())
