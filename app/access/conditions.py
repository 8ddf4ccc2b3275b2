"""Does a grant's condition hold? Pure functions over what a grant is bound to and what a message is like."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.models.conditions import Conditions, Hours, MailKind, Recipients, Span
from app.models.grant import NeedsApproval
from app.rules.addresses import is_from
from app.rules.hours import MIDNIGHT
from app.rules.label_names import same


@dataclass(frozen=True, kw_only=True)
class MailFacts:
    """What a message is like, as far as conditions ask.

    `authors` are all addresses of From; `internal` says whether a reply to it stays at the owner's own domain; `unsent`
    is a draft, which is nobody's mail yet; `spam` lies among the spam.
    """

    authors: tuple[str, ...]
    labels: frozenset[str] = frozenset()
    kind: MailKind | None = None
    internal: bool = False
    unsent: bool = False
    spam: bool = False


def covers(conditions: Conditions, mail: MailFacts) -> bool:
    """Say whether a grant is about this message at all; one that it is not about does not exist for the assistant."""
    return (
        not mail.unsent
        and (not conditions.senders or is_from(mail.authors, conditions.senders))
        and (not conditions.labels_in or bool(_meant(conditions.labels_in) & _meant(mail.labels)))
        and not _meant(conditions.labels_out) & _meant(mail.labels)
        and (not conditions.kinds or mail.kind in conditions.kinds)
    )


def within(inner: Conditions, outer: Conditions) -> bool:
    """Say whether whatever `inner` lets through `outer` lets through too: for narrowing, and for a team's ceiling."""
    return (
        _named_within(inner.senders, outer.senders)
        and _named_within(inner.labels_in, outer.labels_in)
        and outer.labels_out <= inner.labels_out
        and _named_within(inner.kinds, outer.kinds)
        and inner.existing_threads_only >= outer.existing_threads_only
        and (inner.recipients is outer.recipients or outer.recipients is Recipients.REPLY_TARGET)
        and _hours_within(inner.hours, outer.hours)
        and _fewer(inner.changes_a_day, outer.changes_a_day)
        and _fewer(inner.sends_a_day, outer.sends_a_day)
        and inner.approve_first >= outer.approve_first
        and _named_within(inner.templates, outer.templates)
    )


def asks_as_much(wanted: NeedsApproval, now: NeedsApproval) -> bool:
    """Say whether whatever needs the owner's yes now will need it then too.

    The first replies and free text are different questions, so that neither asks as much as the other.
    """
    return wanted in (now, NeedsApproval.ALWAYS) or now == NeedsApproval.NEVER


@lru_cache(maxsize=4096)  # a grant's labels, and those of the messages of a page: the same sets again and again
def _meant(labels: frozenset[str]) -> frozenset[str]:
    return frozenset(map(same, labels)) if labels else labels


def _named_within(inner: frozenset[Any], outer: frozenset[Any]) -> bool:
    # An address is not looked for in its domain's rule: a list that names the domain is wider, and says so.
    return not outer or (bool(inner) and inner <= outer)


def _hours_within(inner: Hours | None, outer: Hours | None) -> bool:
    if outer is None or inner == outer:
        return True
    if inner is None or inner.zone != outer.zone:
        return False
    return all(any(_span_within(span, wide) for wide in outer.spans) for span in inner.spans)


def _span_within(span: Span, wide: Span) -> bool:
    ends = wide.ends == MIDNIGHT or (span.ends != MIDNIGHT and span.ends <= wide.ends)
    return span.day == wide.day and wide.begins <= span.begins and ends


def _fewer(inner: int | None, outer: int | None) -> bool:
    return outer is None or (inner is not None and inner <= outer)
