"""May this happen? One pure function; the first rule that speaks wins, and what no rule allows is denied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from app.access.acts import ACTS, Act, Counted
from app.access.conditions import covers
from app.access.facts import Actor, Allow, Ask, Decision, Deny, Facts, Instruction, Kind
from app.access.granted import Granted, granted
from app.access.scopes import Scope
from app.models.conditions import Conditions, Recipients
from app.models.grant import GrantStatus, NeedsApproval
from app.models.mailbox import MailboxState
from app.rules.hours import open_at

__all__ = [
    "Actor",
    "Allow",
    "Ask",
    "Decision",
    "Deny",
    "Facts",
    "Granted",
    "Instruction",
    "Kind",
    "decide",
    "granted",
    "refused_anyway",
]

LOOKED_AFTER = (Act.RECOVER, Act.RETIRE, Act.LEAVE)
Rule = Callable[[Actor, Granted | None, Act, Facts, datetime], Decision | None]


def decide(actor: Actor, grant: Granted | None, act: Act, facts: Facts, now: datetime) -> Decision:
    """Say whether this act may happen now; total, never raises, and denies by default."""
    if act not in ACTS:
        return Deny("act_unknown")
    for rule in RULES[actor.kind]:
        if verdict := rule(actor, grant, act, facts, now):
            return verdict
    excepted = facts.excepted and actor.kind is Kind.ASSISTANT and ACTS[act].on_message
    return Allow(grant.version if grant else None, alone=excepted)


def refused_anyway(actor: Actor, grant: Granted | None, act: Act, facts: Facts, now: datetime) -> Decision | None:
    """Return the refusal that an assistant gets whatever the message is like, so that nobody needs to look at it."""
    hoped = replace(facts, untouched_template=True)
    verdicts = (rule(actor, grant, act, hoped, now) for rule in BEFORE_LOOKING)
    return next((verdict for verdict in verdicts if verdict), None)


def _mailbox_works(actor: Actor, _grant: Granted | None, act: Act, facts: Facts, _now: datetime) -> Decision | None:
    if facts.mailbox_state is MailboxState.RECONCILING:
        return None if _as_restored(actor, act) else Deny("mailbox_reconciling")
    # What needs no provider (revoking above all) is possible for the owner whatever state the connection is in.
    if facts.mailbox_state is MailboxState.ACTIVE or not ACTS[act].calls:
        return None
    return Deny("mailbox_not_active")


def _as_restored(actor: Actor, act: Act) -> bool:
    """Say whether this may happen where rows from a backup are not to be believed before the owner has seen them."""
    if actor.kind is Kind.OWNER:
        return ACTS[act].looks or not ACTS[act].calls
    # Whoever looks after a mailbox looks what has left; and what was given may always be taken away.
    return act in {Kind.SYSTEM: LOOKED_AFTER, Kind.LEAD: (Act.REMOVE_MEMBER,)}.get(actor.kind, ())


def _grant_lives(_actor: Actor, grant: Granted | None, _act: Act, _facts: Facts, now: datetime) -> Decision | None:
    if grant is None:
        return Deny("no_grant")
    status = grant.status
    if status != GrantStatus.ACTIVE:
        return Deny("grant_paused" if status == GrantStatus.PAUSED else "grant_revoked")
    if now < grant.begins_at:
        return Deny("grant_not_begun")
    return Deny("grant_expired") if now >= grant.expires_at else None


def _by_key(actor: Actor, _grant: Granted | None, act: Act, _facts: Facts, _now: datetime) -> Decision | None:
    if actor.only is None:
        return None
    if not actor.only:
        return Deny("key_ended")
    return Deny("person_only") if ACTS[act].in_person else None


def _instruction_lives(
    actor: Actor, _grant: Granted | None, act: Act, _facts: Facts, _now: datetime
) -> Decision | None:
    if actor.instruction is None or not actor.instruction.live:
        return Deny("instruction_gone")
    return None if ACTS[act].by_rule and act in actor.instruction.acts else Deny("owner_only")


def _in_scope(actor: Actor, grant: Granted | None, act: Act, facts: Facts, _now: datetime) -> Decision | None:
    rule = ACTS[act]
    if rule.scope is None:
        return Deny("owner_only")
    given = _scopes(actor, grant) if grant else frozenset()
    enough = rule.scope in given or (rule.with_template and facts.untouched_template and Scope.REPLY_TEMPLATE in given)
    return None if enough else Deny("scope_missing")


def _facts_known(actor: Actor, grant: Granted | None, act: Act, facts: Facts, _now: datetime) -> Decision | None:
    rule, bound = ACTS[act], grant.conditions if grant else None
    if actor.kind is Kind.ASSISTANT and bound is None:
        return Deny("facts_unknown")
    unknown = (
        (rule.on_message and facts.private is None)
        or (rule.own_draft and facts.own_draft is None)
        or (bound is not None and rule.on_message and facts.mail is None and _asks_about_mail(bound))
        or (bound is not None and facts.used is None and _most_a_day(bound, act) is not None)
    )
    return Deny("facts_unknown") if unknown else None


def _not_private(_actor: Actor, _grant: Granted | None, act: Act, facts: Facts, _now: datetime) -> Decision | None:
    rule = ACTS[act]
    alone = rule.on_excepted or (rule.with_template and facts.untouched_template)
    if rule.on_message and (facts.private or (facts.excepted and not alone)):
        return Deny("private")
    return Deny("owner_answers") if rule.answers and facts.owner_answers else None


def _in_hours(_actor: Actor, grant: Granted | None, _act: Act, _facts: Facts, now: datetime) -> Decision | None:
    bound = grant.conditions if grant else None
    outside = bound and bound.hours and not open_at(bound.hours, now)
    return Deny("outside_hours") if outside else None


def _covered(actor: Actor, grant: Granted | None, act: Act, facts: Facts, _now: datetime) -> Decision | None:
    if ACTS[act].own_draft and not facts.own_draft:
        return Deny("not_your_draft")
    bound = grant.conditions if grant else None
    if grant is None or bound is None or not ACTS[act].on_message or facts.mail is None:
        return None
    # Spam is seen and touched by whoever may look through it; her own draft stays hers wherever its letter lies.
    spam = facts.mail.spam and not ACTS[act].own_draft and Scope.SPAM_REVIEW not in _scopes(actor, grant)
    if spam or not covers(bound, facts.mail):
        return Deny("not_covered")
    inside = facts.mail.internal and not facts.outside
    bound_inside = bound.recipients is Recipients.INTERNAL and ACTS[act].answers
    return Deny("recipient_outside") if bound_inside and not inside else None


def _template_hers(_actor: Actor, grant: Granted | None, act: Act, facts: Facts, _now: datetime) -> Decision | None:
    if facts.template is None or grant is None or not ACTS[act].answers:
        return None
    bound = grant.conditions
    other = bound and bound.templates and facts.template not in bound.templates
    return Deny("template_not_yours") if other else None


def _begins_no_thread(_actor: Actor, grant: Granted | None, act: Act, _facts: Facts, _now: datetime) -> Decision | None:
    if grant is None or ACTS[act].scope is not Scope.COMPOSE_NEW:
        return None
    bound = grant.conditions
    return Deny("existing_threads_only") if bound and bound.existing_threads_only else None


def _below_cap(_actor: Actor, grant: Granted | None, act: Act, facts: Facts, _now: datetime) -> Decision | None:
    bound = grant.conditions if grant else None
    most = _most_a_day(bound, act) if bound else None
    return Deny("cap_reached") if most is not None and (facts.used is None or facts.used >= most) else None


def _may_leave(actor: Actor, grant: Granted | None, act: Act, facts: Facts, _now: datetime) -> Decision | None:
    """Something leaves by the owner's approval of exactly this, or by the right to send without one."""
    if not ACTS[act].leaves or facts.approved:
        return None
    if grant is None or not _trusted(grant, facts):
        return Ask("approval_needed")
    return None if facts.untouched_template or Scope.REPLY_FREE in _scopes(actor, grant) else Deny("send_scope_missing")


def _trusted(grant: Granted, facts: Facts) -> bool:
    """Say whether this may leave without the owner's yes; a wish for approval that is not understood asks for it."""
    if grant.needs_approval == NeedsApproval.FIRST:
        first = grant.conditions.approve_first if grant.conditions else None
        return first is not None and facts.sent_before is not None and facts.sent_before >= first
    if grant.needs_approval == NeedsApproval.FREE_TEXT:
        return facts.untouched_template
    return grant.needs_approval == NeedsApproval.NEVER


def _scopes(actor: Actor, grant: Granted) -> frozenset[Scope]:
    return grant.scopes if actor.only is None else grant.scopes & actor.only


def _asks_about_mail(bound: Conditions) -> bool:
    return bound.about_mail or bound.recipients is Recipients.INTERNAL


def _most_a_day(bound: Conditions, act: Act) -> int | None:
    counted = ACTS[act].counted
    if counted is None:
        return None
    return bound.changes_a_day if counted is Counted.CHANGES else bound.sends_a_day


def _looks_after(_actor: Actor, _grant: Granted | None, act: Act, _facts: Facts, _now: datetime) -> Decision | None:
    return None if act in LOOKED_AFTER else Deny("owner_only")


def _leads(_actor: Actor, _grant: Granted | None, act: Act, facts: Facts, _now: datetime) -> Decision | None:
    leading = facts.leading
    if not ACTS[act].by_lead:
        return Deny("owner_only")
    if leading is None or not leading.hers:
        return Deny("no_grant")
    if act not in (Act.NAME_MEMBER, Act.LEAD_NOTES):  # whoever may name may always take away
        return None
    if not leading.lives:
        return Deny("team_over")
    return None if leading.fits or act is Act.LEAD_NOTES else Deny("beyond_ceiling")


BEFORE_LOOKING: tuple[Rule, ...] = (_mailbox_works, _grant_lives, _by_key, _in_scope, _in_hours)
RULES: dict[Kind, tuple[Rule, ...]] = {
    Kind.OWNER: (_mailbox_works,),
    Kind.SYSTEM: (_mailbox_works, _looks_after),
    Kind.LEAD: (_mailbox_works, _leads),
    Kind.RULE: (_mailbox_works, _instruction_lives, _facts_known, _not_private),
    Kind.ASSISTANT: (
        _mailbox_works,
        _grant_lives,
        _by_key,
        _in_scope,
        _facts_known,
        _not_private,
        _in_hours,
        _covered,
        _template_hers,
        _begins_no_thread,
        _below_cap,
        _may_leave,
    ),
}
