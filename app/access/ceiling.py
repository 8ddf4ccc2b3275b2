"""What an owner lets a team's lead give: does it fit below the ceiling, and what is left of it below a lower one?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from app.access.conditions import asks_as_much, within
from app.access.scopes import closed, ordered
from app.models.conditions import Conditions, Hours, Recipients, Span
from app.models.grant import NeedsApproval
from app.rules.hours import MIDNIGHT

Name = TypeVar("Name")


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a grant allows, or what a team may be given at the most."""

    scopes: Sequence[str]
    needs_approval: NeedsApproval
    conditions: Conditions | None
    until: datetime


def fits(wanted: Terms, ceiling: Terms) -> bool:
    """Say whether whatever `wanted` lets through the ceiling lets through too; what cannot be read never fits."""
    if wanted.conditions is None or ceiling.conditions is None or not _known(wanted, ceiling):
        return False
    return (
        bool(wanted.scopes)
        and closed(wanted.scopes) <= closed(ceiling.scopes)
        and wanted.until <= ceiling.until
        and asks_as_much(wanted.needs_approval, ceiling.needs_approval)
        and within(wanted.conditions, ceiling.conditions)
    )


def fitted(terms: Terms, ceiling: Terms) -> Terms | None:
    """Return what is left of terms below a ceiling; None if that is nothing, or cannot be told."""
    if fits(terms, ceiling):
        return terms
    if terms.conditions is None or ceiling.conditions is None or not _known(terms, ceiling):
        return None
    left = Terms(
        scopes=[scope.value for scope in ordered(closed(terms.scopes) & closed(ceiling.scopes))],
        needs_approval=_stricter(terms.needs_approval, ceiling.needs_approval),
        conditions=_both(terms.conditions, ceiling.conditions),
        until=min(terms.until, ceiling.until),
    )
    # Judged once more: what was put together wrongly ends an access rather than leaving it above the ceiling.
    return left if fits(left, ceiling) and fits(left, terms) else None


def _known(*terms: Terms) -> bool:
    try:
        return all(closed(each.scopes) is not None for each in terms)
    except ValueError:  # a word from a later version
        return False


def _stricter(one: NeedsApproval, other: NeedsApproval) -> NeedsApproval:
    if asks_as_much(one, other):
        return one
    return other if asks_as_much(other, one) else NeedsApproval.ALWAYS


def _both(one: Conditions, other: Conditions) -> Conditions:
    internal = Recipients.INTERNAL in (one.recipients, other.recipients)
    return Conditions(
        senders=_named(one.senders, other.senders),
        labels_in=_named(one.labels_in, other.labels_in),
        labels_out=one.labels_out | other.labels_out,
        kinds=_named(one.kinds, other.kinds),
        existing_threads_only=one.existing_threads_only or other.existing_threads_only,
        recipients=Recipients.INTERNAL if internal else Recipients.REPLY_TARGET,
        hours=_hours(one.hours, other.hours),
        changes_a_day=_fewer(one.changes_a_day, other.changes_a_day),
        sends_a_day=_fewer(one.sends_a_day, other.sends_a_day),
        approve_first=max(one.approve_first, other.approve_first),
        templates=_named(one.templates, other.templates),
    )


def _named(one: frozenset[Name], other: frozenset[Name]) -> frozenset[Name]:
    # Two lists with nothing in common leave an empty one, which would bind nothing: `fitted` finds that and ends it.
    return one & other if one and other else one | other


def _hours(one: Hours | None, other: Hours | None) -> Hours | None:
    if one is None or other is None:
        return one or other
    if one.zone != other.zone:  # in no zone of the two can it be said what lies in both
        return other
    both = {_span(mine, theirs) for mine in one.spans for theirs in other.spans if mine.day == theirs.day}
    return Hours(zone=one.zone, spans=tuple(sorted(filter(None, both), key=lambda span: (span.day, span.begins)))[:50])


def _span(one: Span, other: Span) -> Span | None:
    begins = max(one.begins, other.begins)
    ends = min((one.ends, other.ends), key=lambda each: (each == MIDNIGHT, each))
    return Span(day=one.day, begins=begins, ends=ends) if begins < ends or ends == MIDNIGHT else None


def _fewer(one: int | None, other: int | None) -> int | None:
    known = [each for each in (one, other) if each is not None]
    return min(known) if known else None
