"""How the practice providers behave apart from faults: what an administrator or a project's settings would decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Modes(BaseModel):
    """The modes as `PUT /_modes` takes them; what is not named goes back to its default.

    `project`: testing (consent ends after 7 days), production, or internal (only people of `organisation`, a domain).
    `test_users`: who may consent in testing, everybody if empty. `admin_blocks`: addresses or domains whose
    administrator forbids the app. `quota`: refuse what goes beyond 6,000 units per mailbox and minute. `search_lag`:
    seconds until a search finds a new letter. `history_days`: how far back a history cursor may lie.
    `replace_message_id`: sent letters get a Message-ID of Gmail's own.
    """

    model_config = ConfigDict(extra="forbid")

    project: Literal["testing", "production", "internal"] = "production"
    organisation: str = ""
    test_users: list[str] = Field(default_factory=list)
    admin_blocks: list[str] = Field(default_factory=list)
    quota: bool = False
    search_lag: float = Field(default=0, ge=0)
    history_days: float = Field(default=7, ge=0)
    replace_message_id: bool = False

    def blocked(self, email: str) -> bool:
        """Say whether an administrator forbids the app to this address."""
        domain = email.rpartition("@")[2].casefold()
        return any(entry.casefold() in {email.casefold(), domain} for entry in self.admin_blocks)


@dataclass(slots=True)
class Units:
    """What a mailbox has cost: all in all, and in the minute that began at `since` (seconds)."""

    total: int = 0
    since: float = 0.0
    in_minute: int = 0
    calls: dict[str, int] = field(default_factory=dict)
