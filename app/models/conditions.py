"""What a grant is bound to, apart from its scopes: which mail, when, how much a day, to whom, after how many yeses."""

from __future__ import annotations

from datetime import time
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_serializer, model_validator
from sqlalchemy import Dialect, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB

MOST_NAMED = 200  # senders, labels
MOST_A_DAY = 10_000


class MailKind(StrEnum):
    """What a mail can be about, as far as it can be told from its words."""

    APPOINTMENT = "appointment"  # a meeting or visit at an hour: made, moved, confirmed, cancelled
    INVITATION = "invitation"  # to a social event


class Recipients(StrEnum):
    """To whom a reply may go."""

    REPLY_TARGET = "reply_target"  # whoever wrote, as it is worked out here
    INTERNAL = "internal"  # the same, and only at the owner's own domain


class Span(BaseModel):
    """A part of one weekday (0 is Monday) by the clock on the wall; one that ends at midnight ends with the day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: int = Field(ge=0, le=6)
    begins: time
    ends: time

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.begins.tzinfo or self.ends.tzinfo or (self.begins >= self.ends and self.ends != time()):
            raise ValueError("a span begins before it ends, on one day and without a zone of its own")
        return self


class Hours(BaseModel):
    """When an assistant works: spans of the week in one IANA zone. Without a span there is no such time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zone: str = Field(max_length=60)
    spans: tuple[Span, ...] = Field(max_length=50)


Named = Annotated[frozenset[Annotated[str, Field(min_length=1, max_length=320)]], Field(max_length=MOST_NAMED)]
Daily = Annotated[int | None, Field(ge=0, le=MOST_A_DAY)]


class Conditions(BaseModel):
    """All of them have to hold. What is empty or None binds nothing.

    `senders` are addresses or `@domain`, of which one wrote the message; of `labels_in` it bears at least one, of
    `labels_out` none; `kinds` are what it may be about; `templates` are those that may be replied with. `changes_a_day`
    counts what is done in the mailbox, `sends_a_day` what leaves, by the day of `hours`' zone, else the mailbox's.
    `approve_first` is how many of an assistant's replies the owner approves before they leave without it, where her
    grant asks for the first alone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    senders: Named = frozenset()
    labels_in: Named = frozenset()
    labels_out: Named = frozenset()
    kinds: frozenset[MailKind] = frozenset()
    existing_threads_only: bool = False
    recipients: Recipients = Recipients.REPLY_TARGET
    hours: Hours | None = None
    changes_a_day: Daily = None
    sends_a_day: Daily = None
    approve_first: int = Field(default=0, ge=0, le=1000)
    templates: frozenset[UUID] = Field(default=frozenset(), max_length=MOST_NAMED)

    @field_serializer("senders", "labels_in", "labels_out", "kinds", "templates")
    def _in_order(self, given: frozenset[object]) -> list[str]:
        return sorted(str(each) for each in given)

    @property
    def about_mail(self) -> bool:
        """Whether some of them ask what a message is like."""
        return bool(self.senders or self.labels_in or self.labels_out or self.kinds)


UNBOUND = Conditions()


class ConditionsColumn(TypeDecorator[Any]):
    """Conditions as JSON, without those that bind nothing.

    What a later version wrote and this one cannot read comes back as None: not known, and then nothing is allowed.
    """

    impl = JSONB
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Return what is kept; raise ValueError for None: what could not be read is never written back as unbound."""
        if value is None:
            raise ValueError("conditions that could not be read cannot be written")
        return value.model_dump(mode="json", exclude_defaults=True)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Return the conditions, None if they cannot be read."""
        try:
            return Conditions.model_validate(value) if value else UNBOUND
        except ValidationError:
            return None
