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

    At Microsoft `project` internal is a program of one organisation (a single tenant), and these count besides, as
    addresses or domains: `admin_consent`, whose tenant wants an administrator's consent for mail; `administrators`, who
    may give it, everybody of a tenant if empty; `mfa`, who has to prove more than a password. `continuous_access`:
    access tokens die with the consent. `sent_lag`: seconds until a sent copy can be found. `graph_seconds`: how long
    Graph takes over each call. `sending_limits`: refuse more than 30 letters a minute and 10,000 recipients a day.
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
    admin_consent: list[str] = Field(default_factory=list)
    administrators: list[str] = Field(default_factory=list)
    mfa: list[str] = Field(default_factory=list)
    continuous_access: bool = False
    sent_lag: float = Field(default=0, ge=0)
    graph_seconds: float = Field(default=0, ge=0, le=60)
    sending_limits: bool = False

    def blocked(self, email: str) -> bool:
        """Say whether an administrator forbids the app to this address."""
        return _meant(email, self.admin_blocks)

    def wants_admin_consent(self, email: str) -> bool:
        """Say whether only an administrator may let a program into this address's mail."""
        return _meant(email, self.admin_consent)

    def is_administrator(self, email: str) -> bool:
        """Say whether this address may consent for everybody of its tenant."""
        return not self.administrators or _meant(email, self.administrators)

    def demands_mfa(self, email: str) -> bool:
        """Say whether this address has to prove more than a password."""
        return _meant(email, self.mfa)


def _meant(email: str, entries: list[str]) -> bool:
    domain = email.rpartition("@")[2].casefold()
    return any(entry.casefold() in {email.casefold(), domain} for entry in entries)


@dataclass(slots=True)
class Units:
    """What a mailbox has cost: all in all, and in the minute that began at `since` (seconds)."""

    total: int = 0
    since: float = 0.0
    in_minute: int = 0
    calls: dict[str, int] = field(default_factory=dict)
