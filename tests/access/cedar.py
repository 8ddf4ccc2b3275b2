"""A second evaluator of the permission model, in Cedar: each grant becomes permit and forbid policies, facts a context.

It is written from the words of the permission model, not from `decide`: where the two differ, one of them is wrong.
Three questions make a decision: may she do it at all, may it leave without being asked about, and may she send so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import cedarpy

from app.access.acts import ACTS, Act
from app.access.decide import Facts
from app.access.scopes import SCOPES, Scope
from app.models.conditions import Conditions, Recipients
from app.models.grant import Grant, NeedsApproval
from app.models.mailbox import MailboxState

WORDS = {scope.value for scope in Scope}


@dataclass(frozen=True)
class Case:
    """One thing that an assistant wants to do."""

    act: Act
    facts: Facts
    now: datetime


def policies_of(grant: Grant | None) -> str:
    """Return what a grant permits and forbids, as Cedar policies."""
    if grant is None:
        return "forbid(principal, action, resource);"
    given = _spelled_out(grant.scopes)
    own = " || ".join(
        [f'context.scope == "{scope}"' for scope in sorted(given)]
        + (["(context.with_template && context.untouched)"] if "reply.template" in given else [])
    )
    permits = [
        f'permit(principal, action == Action::"do", resource) when {{ context.scope != "" && ({own or "false"}) }};',
        f'permit(principal, action == Action::"unasked", resource) when {{ {_unasked(grant)} }};',
        'permit(principal, action == Action::"freely", resource) when '
        f"{{ context.untouched || {_cedar('reply.free' in given)} }};",
    ]
    return "\n".join([*permits, *_always(grant), *(_bounds(grant.conditions) if grant.conditions else [])])


def _spelled_out(scopes: Sequence[str]) -> set[str]:
    if not set(scopes) <= WORDS:
        return set()
    given = set(scopes)
    while more := {implied.value for scope in given for implied in SCOPES[Scope(scope)].implies} - given:
        given |= more
    return given


def _always(grant: Grant) -> list[str]:
    living = grant.status == "active" and grant.conditions is not None
    return [
        _forbid_unless("!context.calls || context.mailbox_active"),
        _forbid_unless("!context.mailbox_restored"),
        _forbid_unless(_cedar(living)),
        _forbid_unless(f"{_second(grant.begins_at)} <= context.now && context.now < {_second(grant.expires_at)}"),
        _forbid_unless('!context.on_message || (context has private && context.private == "")'),
        _forbid_unless("!context.own_draft || (context has hers && context.hers)"),
        _forbid_unless(
            "!(context.on_message && context.excepted) || context.on_excepted"
            " || (context.with_template && context.untouched)"
        ),
        _forbid_unless("!(context.answers && context.owner_answers)"),
        # Whoever may not look through the spam does nothing to what lies there, but for drafts of her own.
        _forbid_unless(
            _cedar("spam.review" in _spelled_out(grant.scopes))
            + " || !context.on_message || context.own_draft || !(context has mail && context.mail.spam)"
        ),
    ]


def _bounds(bound: Conditions) -> list[str]:
    rules = []
    if bound.senders or bound.labels_in or bound.labels_out or bound.kinds or bound.recipients is Recipients.INTERNAL:
        rules.append("context has mail")
    if bound.senders:
        rules.append(f"context has mail && context.mail.names.containsAny({_set(bound.senders)})")
    if bound.labels_in:
        rules.append(f"context has mail && context.mail.labels.containsAny({_set(bound.labels_in)})")
    if bound.labels_out:
        rules.append(f"context has mail && !context.mail.labels.containsAny({_set(bound.labels_out)})")
    if bound.kinds:
        rules.append(f"context has mail && {_set(bound.kinds)}.contains(context.mail.kind)")
    if bound.recipients is Recipients.INTERNAL:
        rules.append("!context.answers || (context has mail && context.mail.internal && !context.outside)")
    if bound.templates:
        rules.append(
            '!context.answers || context.template == "" || '
            f"{_set(map(str, bound.templates))}.contains(context.template)"
        )
    of_message = [_forbid_unless(f"!context.on_message || ({rule})") for rule in rules]
    caps = [("changes", bound.changes_a_day), ("sends", bound.sends_a_day)]
    counted = [
        _forbid_unless(f'context.counted != "{name}" || (context has used && context.used < {most})')
        for name, most in caps
        if most is not None
    ]
    return of_message + counted + _hours(bound)


def _hours(bound: Conditions) -> list[str]:
    if bound.hours is None:
        return []
    spans = [
        f"(context.day == {span.day} && {span.begins.hour * 60 + span.begins.minute} <= context.minute"
        f" && context.minute < {(span.ends.hour * 60 + span.ends.minute) or 1440})"
        for span in bound.hours.spans
    ]
    return [_forbid_unless(" || ".join(spans) or "false")]


def _unasked(grant: Grant) -> str:
    if grant.needs_approval == NeedsApproval.FREE_TEXT:
        return "context.untouched"
    if grant.needs_approval == NeedsApproval.FIRST and grant.conditions:
        return f"context has sent_before && context.sent_before >= {grant.conditions.approve_first}"
    return _cedar(grant.needs_approval == NeedsApproval.NEVER)


def decided(grant: Grant | None, cases: Sequence[Case]) -> list[str]:
    """Return allow, ask or deny for each case; raise AssertionError where a policy could not be evaluated."""
    policies, contexts = policies_of(grant), [_context(grant, case) for case in cases]
    asked = [_request(action, context) for context in contexts for action in ("do", "unasked", "freely")]
    answers = cedarpy.is_authorized_batch(asked, policies, [])
    assert not [answer.diagnostics.errors for answer in answers if answer.diagnostics.errors]
    yes = [answer.allowed for answer in answers]
    triples = zip(cases, yes[::3], yes[1::3], yes[2::3], strict=True)
    return [_word(case, do=do, unasked=unasked, freely=freely) for case, do, unasked, freely in triples]


def _word(case: Case, *, do: bool, unasked: bool, freely: bool) -> str:
    if not do:
        return "deny"
    if not ACTS[case.act].leaves or case.facts.approved:
        return "allow"
    if not unasked:
        return "ask"
    return "allow" if freely else "deny"


def _context(grant: Grant | None, case: Case) -> dict[str, Any]:
    rule, facts = ACTS[case.act], case.facts
    zone = grant.conditions.hours.zone if grant and grant.conditions and grant.conditions.hours else "UTC"
    wall = case.now.astimezone(ZoneInfo(zone))
    known: dict[str, Any] = {
        "scope": rule.scope.value if rule.scope else "",
        "calls": bool(rule.calls),
        "on_message": rule.on_message,
        "own_draft": rule.own_draft,
        "on_excepted": rule.on_excepted,
        "with_template": rule.with_template,
        "answers": rule.answers,
        "counted": rule.counted.value if rule.counted else "",
        "mailbox_restored": facts.mailbox_state is MailboxState.RECONCILING,
        "mailbox_active": facts.mailbox_state is MailboxState.ACTIVE,
        "excepted": facts.excepted,
        "owner_answers": facts.owner_answers,
        "untouched": facts.untouched_template,
        "outside": facts.outside,
        "template": str(facts.template or ""),
        "now": _second(case.now),
        "day": wall.weekday(),
        "minute": wall.hour * 60 + wall.minute,
    }
    perhaps = {"private": facts.private, "hers": facts.own_draft, "used": facts.used, "sent_before": facts.sent_before}
    known |= {name: value for name, value in perhaps.items() if value is not None}
    if facts.mail is not None:
        authors = [author.lower() for author in facts.mail.authors]
        names = sorted({*authors, *(author[author.index("@") :] for author in authors)})
        labels, kind = sorted(facts.mail.labels), facts.mail.kind or ""
        known["mail"] = {"names": names, "labels": labels, "kind": kind}
        known["mail"] |= {"internal": facts.mail.internal, "spam": facts.mail.spam}
    return known


def _request(action: str, context: dict[str, Any]) -> dict[str, Any]:
    named = {"principal": 'Person::"bob"', "action": f'Action::"{action}"', "resource": 'Mailbox::"alices"'}
    return {**named, "context": context}


def _forbid_unless(holds: str) -> str:
    return f'forbid(principal, action == Action::"do", resource) unless {{ {holds} }};'


def _set(words: Any) -> str:
    return "[" + ", ".join(f'"{word}"' for word in sorted(words)) + "]"


def _cedar(truth: bool) -> str:
    return "true" if truth else "false"


def _second(moment: datetime) -> int:
    return int(moment.timestamp())
