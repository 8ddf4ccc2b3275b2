"""What binds a grant besides its scopes, as sentences; an agreement keeps them word for word beside those of scopes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Protocol

from babel.lists import format_list

from app.locale.catalogues import N_, Language
from app.locale.days import hour_on_the_wall, weekday, zone_name
from app.models.conditions import Conditions, Hours, MailKind, Recipients, Span
from app.models.grant import NeedsApproval
from app.rules.hours import MIDNIGHT

Translate = Callable[[str], str]

UNREADABLE = N_("Bound by conditions of a newer version of Deskhand, so that nothing is allowed here")
KINDS = {
    frozenset({MailKind.APPOINTMENT}): N_("Only mail about appointments"),
    frozenset({MailKind.INVITATION}): N_("Only mail with invitations"),
    frozenset(MailKind): N_("Only mail about appointments or with invitations"),
}
ALL_DAY = N_("all day")

# To the assistant and in agreements; then to the owner herself.
APPROVALS = {
    NeedsApproval.ALWAYS: N_("The owner approves every reply before it leaves"),
    NeedsApproval.FIRST: N_("The owner approves the first replies before they leave, this many: {count}"),
    NeedsApproval.FREE_TEXT: N_("The owner approves each reply that is not exactly a text approved before"),
    NeedsApproval.NEVER: N_("Replies may leave without asking the owner"),
}
OWN_APPROVALS = {
    NeedsApproval.ALWAYS: N_("You approve every reply before it leaves"),
    NeedsApproval.FIRST: N_("You approve the first replies before they leave, this many: {count}"),
    NeedsApproval.FREE_TEXT: N_("You approve each reply that is not exactly a text you have approved before"),
    NeedsApproval.NEVER: N_("Replies may leave without asking you"),
}


class Bound(Protocol):
    """A grant, or an offer of one."""

    @property
    def needs_approval(self) -> NeedsApproval:
        """When the owner has to say yes."""

    @property
    def conditions(self) -> Conditions | None:
        """What binds it; None if it cannot be read here."""


def approval_said(bound: Bound, translate: Translate, *, to_owner: bool = False) -> str:
    """Return when the owner has to say yes; a wish that is not understood asks her always, and so it says."""
    said = OWN_APPROVALS if to_owner else APPROVALS
    first = bound.conditions.approve_first if bound.conditions else 0
    return translate(said.get(bound.needs_approval, said[NeedsApproval.ALWAYS])).format(count=first)


def bounds_said(conditions: Conditions | None, language: Language, translate: Translate | None = None) -> list[str]:
    """Return a sentence for each condition that binds something, in the order in which a form shows them.

    `translate` is the language's gettext, unless a caller has one of its own.
    """
    translate = translate or language.gettext
    if conditions is None:
        return [translate(UNREADABLE)]
    return [
        *_mail_said(conditions, translate),
        *([hours_said(conditions.hours, language, translate)] if conditions.hours else []),
        *_numbers_said(conditions, translate),
        *_answers_said(conditions, translate),
    ]


def _mail_said(conditions: Conditions, translate: Translate) -> list[str]:
    named = {
        N_("Only mail from {names}"): sorted(conditions.senders),
        N_("Only mail with one of these labels: {names}"): _quoted(conditions.labels_in, translate),
        N_("Never mail with one of these labels: {names}"): _quoted(conditions.labels_out, translate),
    }
    kinds = [translate(KINDS[conditions.kinds])] if conditions.kinds else []
    return [*(translate(says).format(names=", ".join(names)) for says, names in named.items() if names), *kinds]


def _quoted(labels: Iterable[str], translate: Translate) -> list[str]:
    # In quotation marks: a label may have a comma in its name, or look like a sentence of ours.
    return [translate(N_("“{label}”")).format(label=label) for label in sorted(labels)]


def _numbers_said(conditions: Conditions, translate: Translate) -> list[str]:
    said = [
        (conditions.changes_a_day, N_("Changes in the mailbox: at most {count} a day")),
        (conditions.sends_a_day, N_("Replies that leave: at most {count} a day")),
    ]
    return [translate(says).format(count=count) for count, says in said if count is not None]


def _answers_said(conditions: Conditions, translate: Translate) -> list[str]:
    number = len(conditions.templates)
    said = [
        (bool(number), N_("Of the approved texts only those that were chosen, this many: {count}")),
        (conditions.recipients is Recipients.INTERNAL, N_("Replies only inside the owner's own domain")),
        (conditions.existing_threads_only, N_("Only answers to what has come in, nothing begun anew")),
    ]
    return [translate(says).format(count=number) for binds, says in said if binds]


def hours_said(hours: Hours, language: Language, translate: Translate) -> str:
    """Return when somebody works, days with the same hours taken together."""
    if not hours.spans:
        return translate(N_("At no hour at all"))
    spans = [sorted((span for span in hours.spans if span.day == day), key=_begins) for day in range(7)]
    by_day = [(day, [_span_said(span, language, translate) for span in its]) for day, its in enumerate(spans)]
    times = [
        f"{_days_said([day for day, _ in run], language, translate)} {format_list(said, locale=language.locale)}"
        for said, group in groupby(by_day, key=lambda each: each[1])
        if said and (run := list(group))
    ]
    zone = zone_name(hours.zone, language.code)
    return translate(N_("Only {times}, {zone} time")).format(times="; ".join(times), zone=zone)


def _begins(span: Span) -> str:
    return span.begins.isoformat()


def _span_said(span: Span, language: Language, translate: Translate) -> str:
    if span.begins == span.ends == MIDNIGHT:
        return translate(ALL_DAY)
    return f"{hour_on_the_wall(span.begins, language)}–{hour_on_the_wall(span.ends, language)}"


def _days_said(days: list[int], language: Language, translate: Translate) -> str:
    first, last = weekday(days[0], language), weekday(days[-1], language)
    return first if len(days) == 1 else translate(N_("{first} to {last}")).format(first=first, last=last)
