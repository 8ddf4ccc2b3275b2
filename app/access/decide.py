"""May this happen? One pure function; the first rule that speaks wins, and what no rule allows is denied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.access.acts import ACTS, Act
from app.access.scopes import Scope, closed
from app.models.grant import Grant, GrantStatus, NeedsApproval
from app.models.mailbox import MailboxState


class Kind(StrEnum):
    """In what part somebody acts."""

    OWNER = "owner"
    ASSISTANT = "assistant"
    SYSTEM = "system"  # Deskhand itself, finding out how something approved has ended


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Whoever acts now, in what part, and from where: `surface` is console, api or worker, `login_id` which sign-in."""

    kind: Kind
    person_id: UUID | None
    surface: str
    request_id: str = ""
    login_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a decision rests on. None means that it is not known, and then nothing is allowed.

    `private` says why the message or its thread is private, empty if it is not; `own_draft` whether the draft was
    written under this very grant; `approved` whether the owner's valid approval of exactly this stands.
    """

    mailbox_state: MailboxState
    private: str | None = None
    own_draft: bool | None = None
    approved: bool = False


@dataclass(frozen=True)
class Allow:
    """It may happen, under this version of the grant (None: the owner in person)."""

    grant_version: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class Ask:
    """It may happen once the owner says yes."""

    reason: str


@dataclass(frozen=True)
class Deny:
    """It may not happen; the reason is a code of `access.reasons`."""

    reason: str


Decision = Allow | Ask | Deny
Rule = Callable[[Actor, Grant | None, Act, Facts, datetime], Decision | None]


def decide(actor: Actor, grant: Grant | None, act: Act, facts: Facts, now: datetime) -> Decision:
    """Say whether this act may happen now; total, never raises, and denies by default."""
    for rule in RULES[actor.kind]:
        if verdict := rule(actor, grant, act, facts, now):
            return verdict
    return Allow(grant.version if grant else None)


def _mailbox_works(_actor: Actor, _grant: Grant | None, act: Act, facts: Facts, _now: datetime) -> Decision | None:
    # What needs no provider (revoking above all) is possible for the owner whatever state the connection is in.
    if facts.mailbox_state is MailboxState.ACTIVE or not ACTS[act].calls:
        return None
    return Deny("mailbox_not_active")


def _grant_lives(_actor: Actor, grant: Grant | None, _act: Act, _facts: Facts, now: datetime) -> Decision | None:
    if grant is None:
        return Deny("no_grant")
    if grant.status != GrantStatus.ACTIVE:
        return Deny("grant_paused" if grant.status == GrantStatus.PAUSED else "grant_revoked")
    if now < grant.begins_at:
        return Deny("grant_not_begun")
    return Deny("grant_expired") if now >= grant.expires_at else None


def _in_scope(_actor: Actor, grant: Grant | None, act: Act, _facts: Facts, _now: datetime) -> Decision | None:
    scope = ACTS[act].scope
    if scope is None:
        return Deny("owner_only")
    return None if grant and scope in _scopes(grant) else Deny("scope_missing")


def _facts_known(_actor: Actor, _grant: Grant | None, act: Act, facts: Facts, _now: datetime) -> Decision | None:
    rule = ACTS[act]
    unknown = (rule.on_message and facts.private is None) or (rule.own_draft and facts.own_draft is None)
    return Deny("facts_unknown") if unknown else None


def _not_private(_actor: Actor, _grant: Grant | None, act: Act, facts: Facts, _now: datetime) -> Decision | None:
    return Deny("private") if ACTS[act].on_message and facts.private else None


def _own_draft(_actor: Actor, _grant: Grant | None, act: Act, facts: Facts, _now: datetime) -> Decision | None:
    return Deny("not_your_draft") if ACTS[act].own_draft and not facts.own_draft else None


def _may_leave(_actor: Actor, grant: Grant | None, act: Act, facts: Facts, _now: datetime) -> Decision | None:
    """Something leaves by the owner's approval of exactly this, or by the right to send without one."""
    if not ACTS[act].leaves or facts.approved:
        return None
    if grant and grant.needs_approval == NeedsApproval.NEVER:
        return None if Scope.REPLY_FREE in _scopes(grant) else Deny("send_scope_missing")
    return Ask("approval_needed")


def _scopes(grant: Grant) -> frozenset[Scope]:
    try:
        return closed(grant.scopes)
    except ValueError:  # a word from a later version: unknown means denied
        return frozenset()


def _looks_after(_actor: Actor, _grant: Grant | None, act: Act, _facts: Facts, _now: datetime) -> Decision | None:
    return None if act in (Act.RECOVER, Act.RETIRE) else Deny("owner_only")


RULES: dict[Kind, tuple[Rule, ...]] = {
    Kind.OWNER: (_mailbox_works,),
    Kind.SYSTEM: (_mailbox_works, _looks_after),
    Kind.ASSISTANT: (
        _mailbox_works,
        _grant_lives,
        _in_scope,
        _facts_known,
        _not_private,
        _own_draft,
        _may_leave,
    ),
}
