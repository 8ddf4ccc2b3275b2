"""The terms of a grant as a form shows and sends them: sentences to tick, an end date, when the owner approves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from pydantic import Field

from app import clock
from app.access.acts import OFFERED
from app.access.scopes import SCOPES, Scope
from app.locale.catalogues import N_, Language
from app.models.conditions import UNBOUND
from app.models.grant import NeedsApproval
from app.rules.moments import moment_of, wall_of
from app.web.forms import PostForm

USUAL_DAYS, MOST_DAYS = 30, 365
LAST_MINUTE = time(23, 59)  # an end date is meant with its day
READS, LISTS = N_("with reading"), N_("with seeing the list")

APPROVALS = (
    (NeedsApproval.ALWAYS, N_("I approve every reply before it leaves")),
    (NeedsApproval.NEVER, N_("Replies may leave without asking me, if sending is ticked above")),
)


class Level(StrEnum):
    """A named set of ticks to begin with; every tick can be changed."""

    TRAINEE = "trainee"
    TRUSTED = "trusted"


LEVELS: dict[Level, tuple[str, frozenset[Scope], NeedsApproval]] = {
    Level.TRAINEE: (
        N_("Trainee: reads, labels and drafts; you approve"),
        frozenset({Scope.LIST, Scope.READ, Scope.LABEL, Scope.DRAFT}),
        NeedsApproval.ALWAYS,
    ),
    Level.TRUSTED: (N_("Trusted: everything on the list, without asking"), OFFERED, NeedsApproval.NEVER),
}


class TermsForm(PostForm):
    """What such a form sends."""

    scopes: list[str] = Field(default_factory=list, max_length=len(Scope))
    until: date
    needs_approval: NeedsApproval = NeedsApproval.ALWAYS

    def end_in(self, zone: str) -> datetime:
        """Return the moment at which the last day ends in a zone."""
        return end_of(self.until, zone)

    def plain(self, zone: str) -> dict[str, Any]:
        """Return the terms as a ceiling takes them, bound by nothing else."""
        until = self.end_in(zone)
        return {"scopes": self.scopes, "needs_approval": self.needs_approval, "conditions": UNBOUND, "until": until}


class InviteForm(TermsForm):
    """The terms, and the address that the link is to be mailed to; empty if the owner hands it over herself."""

    mail_to: str = Field(default="", max_length=320)


def ticks(language: Language, only: Iterable[str] = OFFERED) -> list[tuple[str, str, str]]:
    """Return what can be ticked: (value, sentence, what comes with it), in the order of the table."""
    shown = frozenset(only)
    return [
        (scope.value, language.gettext(rule.says), _with(rule.implies, language))
        for scope, rule in SCOPES.items()
        if scope in shown
    ]


def sentences(language: Language, scopes: Iterable[str]) -> list[str]:
    """Return the sentences of scopes, in the order of the table; a word that is no scope is left out."""
    given = frozenset(scopes)
    return [language.gettext(rule.says) for scope, rule in SCOPES.items() if scope.value in given]


def end_of(day: date, zone: str) -> datetime:
    """Return the moment at which a day ends in a zone."""
    return moment_of(datetime.combine(day, LAST_MINUTE), zone)


def usual_end(zone: str) -> date:
    """Return the end date that a form proposes."""
    return wall_of(clock.now() + timedelta(days=USUAL_DAYS), zone).date()


def day_of(moment: datetime, zone: str) -> date:
    """Return the day on which a moment falls in a zone."""
    return wall_of(moment, zone).date()


def last_end(zone: str) -> date:
    """Return the last end date that can be chosen."""
    return wall_of(clock.now() + timedelta(days=MOST_DAYS), zone).date()


def _with(implied: frozenset[Scope], language: Language) -> str:
    if Scope.READ in implied:
        return language.gettext(READS)
    return language.gettext(LISTS) if Scope.LIST in implied else ""
