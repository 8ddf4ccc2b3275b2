"""Every right against every act, decided twice: by the service, and by a table written down here by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.access.acts import Act
from app.access.conditions import MailFacts
from app.access.facts import Actor, Allow, Ask, Decision, Deny, Facts, Kind
from app.access.scopes import Scope, closed, ordered
from app.models.conditions import UNBOUND
from app.models.grant import Grant, NeedsApproval
from app.models.mailbox import MailboxState
from tests.access.deciding import decide

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
BOB, NIGHTLY = uuid4(), uuid4()
CLIENT = MailFacts(authors=("clara@customer.example",), labels=frozenset())
GOOD = Facts(mailbox_state=MailboxState.ACTIVE, private="", mail=CLIENT, own_draft=True, used=0, sent_before=0)

# What each right opens by itself, with what it brings: written by hand, not read from the service's own tables.
_IN_PERSON = {Act.MAKE_KEY, Act.HANDOVER, Act.SEE_HANDOVER}
_LIST = {Act.LIST, Act.LOCATE, Act.OWN_LOG, Act.SEE_HOURS, *_IN_PERSON}
_READ = _LIST | {Act.READ, Act.SEARCH}
_DRAFT = _READ | {Act.DRAFT, Act.EDIT, Act.SEE_DRAFT, Act.DISCARD, Act.CANCEL, Act.SEND}
OPENS: dict[Scope, set[Act]] = {
    Scope.LIST: _LIST,
    Scope.READ: _READ,
    Scope.ATTACH_READ: _READ | {Act.OPEN_ATTACHMENT},
    Scope.LABEL: _LIST | {Act.LABEL},
    Scope.ARCHIVE: _LIST | {Act.ARCHIVE, Act.UNARCHIVE},
    Scope.TRASH: _LIST | {Act.TRASH, Act.UNTRASH},
    Scope.SPAM_REVIEW: _LIST | {Act.LIST_SPAM},
    Scope.DRAFT: _DRAFT,
    Scope.REPLY_TEMPLATE: _READ | {Act.REPLY_TEMPLATE, Act.SEE_TEMPLATES},
    Scope.REPLY_FREE: _DRAFT,
    Scope.COMPOSE_NEW: _DRAFT,
    Scope.FORWARD_INTERNAL: _READ,
    Scope.FORWARD_OWNER: _READ,
    Scope.SCHEDULE: _DRAFT | {Act.SCHEDULE},
    Scope.RULES_SUGGEST: set(),
}
# What the right to reply with approved texts opens besides, for a draft whose words are exactly such a text.
WITH_TEMPLATE = {Act.SEE_DRAFT, Act.DISCARD, Act.SCHEDULE, Act.CANCEL, Act.SEND}
OWNERS = {
    Act.CONFIRM_RESTORED,
    *(Act.RECOVER, Act.RETIRE, Act.APPROVE, Act.PREVIEW, Act.INVITE, Act.END_KEY, Act.GRANT, Act.REVOKE, Act.STOP),
    *(
        Act.OWNER_PAGE,
        Act.ZONE,
        Act.HOURS,
        Act.SENDING_LIMIT,
        Act.TEMPLATE,
        Act.SENDER_RULE,
        Act.PRIVATE_LABEL,
        Act.DISCONNECT,
        Act.LEAVE,
        Act.EXPORT,
        Act.ERASE,
    ),
    *(Act.EXPORT_LOG, Act.TEAM, Act.END_TEAM, Act.NAME_MEMBER, Act.REMOVE_MEMBER, Act.REVIEW, Act.LEAD_NOTES),
}
PAIRS = [(scope, act) for scope in Scope for act in Act]


def bob(only: frozenset[Scope] | None = None, key_id: UUID | None = None) -> Actor:
    return Actor(kind=Kind.ASSISTANT, person_id=BOB, surface="test", only=only, key_id=key_id)


def grant(*scopes: Scope, needs: NeedsApproval = NeedsApproval.ALWAYS) -> Grant:
    return Grant(
        mailbox_id=uuid4(),
        owner_id=uuid4(),
        assistant_id=BOB,
        scopes=list(ordered(closed(scopes))),
        needs_approval=needs,
        conditions=UNBOUND,
        version=3,
        begins_at=NOW - timedelta(days=1),
        expires_at=NOW + timedelta(days=1),
        created_at=NOW,
    )


def expected(opened: set[Act], act: Act, yes: Decision) -> Decision:
    """Return what the table above says; `yes` is what the owner's wish for approval makes of a sending."""
    if act in OWNERS:
        return Deny("owner_only")
    if act not in opened:
        return Deny("scope_missing")
    return yes if act is Act.SEND else Allow(3)


def test_the_table_knows_every_right_and_every_act() -> None:
    assert set(OPENS) == set(Scope)
    assert set().union(*OPENS.values()) | OWNERS == set(Act)
    assert not set().union(*OPENS.values()) & OWNERS


@pytest.mark.parametrize(("scope", "act"), PAIRS)
def test_V59_a_right_by_itself_opens_what_the_table_says_and_nothing_else(scope: Scope, act: Act) -> None:
    said = decide(bob(), grant(scope), act, GOOD, NOW)
    assert said == expected(OPENS[scope], act, Ask("approval_needed"))


@pytest.mark.parametrize(("scope", "act"), PAIRS)
def test_V59_words_of_an_approved_text_open_more_to_the_right_for_them_alone(scope: Scope, act: Act) -> None:
    facts = replace(GOOD, template=uuid4(), untouched_template=True)
    more = WITH_TEMPLATE if scope is Scope.REPLY_TEMPLATE else set()
    said = decide(bob(), grant(scope), act, facts, NOW)
    assert said == expected(OPENS[scope] | more, act, Ask("approval_needed"))


@pytest.mark.parametrize("scope", Scope)
def test_V59_nothing_leaves_unasked_but_by_the_right_to_send(scope: Scope) -> None:
    said = decide(bob(), grant(scope, needs=NeedsApproval.NEVER), Act.SEND, GOOD, NOW)
    yes = Allow(3) if scope is Scope.REPLY_FREE else Deny("send_scope_missing")
    assert said == expected(OPENS[scope], Act.SEND, yes)


@pytest.mark.parametrize(("scope", "act"), PAIRS)
def test_V59_a_key_with_one_right_of_all_opens_what_that_right_opens_and_makes_no_key(scope: Scope, act: Act) -> None:
    said = decide(bob(closed([scope]), NIGHTLY), grant(*Scope), act, GOOD, NOW)
    wanted = expected(OPENS[scope], act, Ask("approval_needed"))
    assert said == (Deny("person_only") if act in _IN_PERSON else wanted)


@pytest.mark.parametrize(("scope", "act"), PAIRS)
def test_V59_a_key_with_every_right_under_a_grant_of_one_opens_no_more_than_the_grant(scope: Scope, act: Act) -> None:
    said = decide(bob(frozenset(Scope), NIGHTLY), grant(scope), act, GOOD, NOW)
    wanted = expected(OPENS[scope], act, Ask("approval_needed"))
    assert said == (Deny("person_only") if act in _IN_PERSON else wanted)
