"""The terms of a grant as a form has them: sentences to tick, an end date, conditions, when the owner approves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from pydantic import Field

from app import clock
from app.access.acts import OFFERED
from app.access.bounds_said import Bound, approval_said, bounds_said
from app.access.conditions import asks_as_much
from app.access.levels import LEVELS, Level, LevelRule
from app.access.scopes import SCOPES, Scope
from app.locale.catalogues import N_, Language
from app.models.conditions import UNBOUND, Conditions
from app.models.grant import NeedsApproval
from app.rules.moments import moment_of, wall_of
from app.web.console.bounds import BoundsFields, filled
from app.web.forms import PostForm

USUAL_DAYS, MOST_DAYS = 30, 365
LAST_MINUTE = time(23, 59)  # an end date is meant with its day
READS, LISTS = N_("with reading"), N_("with seeing the list")

APPROVALS = (
    (NeedsApproval.ALWAYS, N_("I approve every reply before it leaves")),
    (NeedsApproval.FIRST, N_("I approve the first replies, as many as I say below")),
    (NeedsApproval.FREE_TEXT, N_("I approve what is not exactly a text that I have approved before")),
    (NeedsApproval.NEVER, N_("Replies may leave without asking me, if sending is ticked above")),
)


class TermsForm(BoundsFields, PostForm):
    """What such a form sends."""

    scopes: list[str] = Field(default_factory=list, max_length=len(Scope))
    until: date
    needs_approval: NeedsApproval = NeedsApproval.ALWAYS

    def end_in(self, zone: str) -> datetime:
        """Return the moment at which the last day ends in a zone."""
        return end_of(self.until, zone)

    def plain(self, zone: str, kept: Conditions | None = None) -> dict[str, Any]:
        """Return the terms as a ceiling takes them, with conditions that are kept or its own; raise WrongFields."""
        own = {"scopes": self.scopes, "needs_approval": self.needs_approval, "conditions": kept or self.conditions}
        return own | {"until": self.end_in(zone)}

    @property
    def conditions(self) -> Conditions:
        """Return the conditions that are meant; raise WrongFields."""
        return self.bound(first_wanted=self.needs_approval is NeedsApproval.FIRST)


class InviteForm(TermsForm):
    """The terms, and the address that the link is to be mailed to; empty if the owner hands it over herself.

    `do` is `see` where she first wants to see what such a person would see.
    """

    mail_to: str = Field(default="", max_length=320)
    do: str = Field(default="", pattern="^(see)?$")


def of_level(rule: LevelRule, zone: str) -> dict[str, Any]:
    """Return the fields of the terms as a level fills them in."""
    own = {"scopes": [scope.value for scope in rule.scopes], "needs_approval": rule.needs_approval}
    return own | {"until": usual_end(zone)} | filled(rule.conditions, zone)


def to_begin_with(zone: str) -> dict[str, Any]:
    """Return the fields of the terms as a form begins that offers no choice of levels: somebody new to the work."""
    return of_level(LEVELS[Level.TRAINEE], zone)


def as_given(bound: Bound, scopes: list[str], until: datetime, zone: str) -> dict[str, Any]:
    """Return the fields of the terms as they stand for a grant, or an offer of one, that can be read here."""
    # A wish for approval of a later version comes as a plain word; it asks always, and so it stands in the form.
    asks = bound.needs_approval if bound.needs_approval in set(NeedsApproval) else NeedsApproval.ALWAYS
    own = {"scopes": scopes, "until": day_of(until, zone), "needs_approval": asks}
    return own | filled(bound.conditions or UNBOUND, zone)


def approvals_within(now: NeedsApproval) -> list[tuple[NeedsApproval, str]]:
    """Return what an access that asks so now can be narrowed to."""
    return [(each, says) for each, says in APPROVALS if each == now or asks_as_much(each, now)]


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
    """Return the moment at which a day ends in a zone: where clocks go back over midnight, its second last minute."""
    return moment_of(datetime.combine(day, LAST_MINUTE), zone, fold=1)


def told(language: Language, bound: Bound, *, to_owner: bool = False) -> dict[str, Any]:
    """Return what a page says of a grant, or of an offer of one, besides its rights: `bounds` and `approval`."""
    return {
        "bounds": bounds_said(bound.conditions, language),
        "approval": approval_said(bound, language.gettext, to_owner=to_owner),
    }


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
