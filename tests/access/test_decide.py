"""The decision: a table of cases, and what must hold whatever the case is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.acts import ACTS, Act
from app.access.decide import Actor, Allow, Ask, Decision, Deny, Facts, Kind, decide
from app.access.reasons import REASONS
from app.access.scopes import SCOPES, Scope
from app.models.grant import Grant, GrantStatus, NeedsApproval
from app.models.mailbox import MailboxState

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ALICE = Actor(kind=Kind.OWNER, person_id=uuid4(), surface="test")
BOB = Actor(kind=Kind.ASSISTANT, person_id=uuid4(), surface="test")
DESKHAND = Actor(kind=Kind.SYSTEM, person_id=None, surface="worker")
GOOD = Facts(mailbox_state=MailboxState.ACTIVE, private="", own_draft=True, approved=False)


def grant(
    *scopes: str,
    status: GrantStatus = GrantStatus.ACTIVE,
    needs: NeedsApproval = NeedsApproval.ALWAYS,
    begins: timedelta = timedelta(days=-1),
    ends: timedelta = timedelta(days=1),
) -> Grant:
    return Grant(
        mailbox_id=uuid4(),
        owner_id=uuid4(),
        assistant_id=BOB.person_id,
        scopes=list(scopes),
        needs_approval=needs,
        status=status,
        version=3,
        begins_at=NOW + begins,
        expires_at=NOW + ends,
        created_at=NOW,
    )


EVERYTHING = tuple(Scope)
CASES: list[tuple[str, Actor, Grant | None, Act, Facts, Decision]] = [
    ("what is in scope may be done", BOB, grant("label"), Act.LABEL, GOOD, Allow(3)),
    ("a scope brings what it implies", BOB, grant("schedule"), Act.DRAFT, GOOD, Allow(3)),
    ("without a grant nothing may be done", BOB, None, Act.LIST, GOOD, Deny("no_grant")),
    ("what is not in scope is denied", BOB, grant("mail.list"), Act.LABEL, GOOD, Deny("scope_missing")),
    (
        "a paused grant allows nothing",
        BOB,
        grant("label", status=GrantStatus.PAUSED),
        Act.LABEL,
        GOOD,
        Deny("grant_paused"),
    ),
    (
        "a revoked one neither",
        BOB,
        grant("label", status=GrantStatus.REVOKED),
        Act.LABEL,
        GOOD,
        Deny("grant_revoked"),
    ),
    (
        "one that begins later waits",
        BOB,
        grant("label", begins=timedelta(seconds=1)),
        Act.LABEL,
        GOOD,
        Deny("grant_not_begun"),
    ),
    ("one begins at its very moment", BOB, grant("label", begins=timedelta(0)), Act.LABEL, GOOD, Allow(3)),
    ("one ends at its very moment", BOB, grant("label", ends=timedelta(0)), Act.LABEL, GOOD, Deny("grant_expired")),
    ("the owner's acts are hers alone", BOB, grant(*EVERYTHING), Act.APPROVE, GOOD, Deny("owner_only")),
    ("nobody grants what she was granted", BOB, grant(*EVERYTHING), Act.GRANT, GOOD, Deny("owner_only")),
    ("what is private is not there", BOB, grant("label"), Act.LABEL, replace(GOOD, private="sender"), Deny("private")),
    (
        "private beats an approval",
        BOB,
        grant(*EVERYTHING),
        Act.SEND,
        replace(GOOD, private="thread", approved=True),
        Deny("private"),
    ),
    (
        "what nobody has judged is denied",
        BOB,
        grant("label"),
        Act.LABEL,
        replace(GOOD, private=None),
        Deny("facts_unknown"),
    ),
    (
        "a draft nobody can place is denied",
        BOB,
        grant("draft"),
        Act.EDIT,
        replace(GOOD, own_draft=None),
        Deny("facts_unknown"),
    ),
    (
        "another's draft is denied",
        BOB,
        grant("draft"),
        Act.EDIT,
        replace(GOOD, own_draft=False),
        Deny("not_your_draft"),
    ),
    ("what leaves is asked about", BOB, grant("draft"), Act.SEND, GOOD, Ask("approval_needed")),
    ("what is approved leaves", BOB, grant("draft"), Act.SEND, replace(GOOD, approved=True), Allow(3)),
    (
        "her own words leave if she may",
        BOB,
        grant("reply.free", needs=NeedsApproval.NEVER),
        Act.SEND,
        GOOD,
        Allow(3),
    ),
    (
        "without that right they do not, asked or not",
        BOB,
        grant("schedule", needs=NeedsApproval.NEVER),
        Act.SEND,
        GOOD,
        Deny("send_scope_missing"),
    ),
    (
        "the right alone does not replace the yes",
        BOB,
        grant("reply.free"),
        Act.SEND,
        GOOD,
        Ask("approval_needed"),
    ),
    (
        "in a mailbox that is not connected nothing is done",
        BOB,
        grant("label"),
        Act.LABEL,
        replace(GOOD, mailbox_state=MailboxState.NEEDS_RECONNECT),
        Deny("mailbox_not_active"),
    ),
    (
        "nor by the owner",
        ALICE,
        None,
        Act.LABEL,
        replace(GOOD, mailbox_state=MailboxState.SUSPENDED),
        Deny("mailbox_not_active"),
    ),
    (
        "but she can always revoke",
        ALICE,
        None,
        Act.REVOKE,
        replace(GOOD, mailbox_state=MailboxState.NEEDS_RECONNECT),
        Allow(None),
    ),
    (
        "and always disconnect",
        ALICE,
        None,
        Act.DISCONNECT,
        replace(GOOD, mailbox_state=MailboxState.SUSPENDED),
        Allow(None),
    ),
    ("the owner reads what is private", ALICE, None, Act.READ, replace(GOOD, private="sender"), Allow(None)),
    ("Deskhand looks how something ended", DESKHAND, None, Act.RECOVER, GOOD, Allow(None)),
    ("and puts a draft out of reach", DESKHAND, None, Act.RETIRE, GOOD, Allow(None)),
    ("and does nothing else", DESKHAND, None, Act.SEND, replace(GOOD, approved=True), Deny("owner_only")),
]


@pytest.mark.parametrize(
    ("actor", "granted", "act", "facts", "wanted"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_decisions(actor: Actor, granted: Grant | None, act: Act, facts: Facts, wanted: Decision) -> None:
    assert decide(actor, granted, act, facts, NOW) == wanted


def test_C4_an_unknown_scope_word_denies_everything_even_what_stands_beside_it() -> None:
    future = grant("label", "teleport")
    assert decide(BOB, future, Act.LABEL, GOOD, NOW) == Deny("scope_missing")


def test_an_unknown_status_or_state_from_a_later_version_denies() -> None:
    strange = grant("label")
    strange.status = "frozen"  # type: ignore[assignment]
    assert decide(BOB, strange, Act.LABEL, GOOD, NOW) == Deny("grant_revoked")
    away = replace(GOOD, mailbox_state="dreaming")  # type: ignore[arg-type]
    assert decide(BOB, grant("label"), Act.LABEL, away, NOW) == Deny("mailbox_not_active")


def test_an_unknown_wish_for_approval_asks() -> None:
    strange = grant("reply.free")
    strange.needs_approval = "sometimes"  # type: ignore[assignment]
    assert decide(BOB, strange, Act.SEND, GOOD, NOW) == Ask("approval_needed")


@pytest.mark.parametrize("act", list(Act))
def test_an_empty_grant_denies_every_act(act: Act) -> None:
    assert isinstance(decide(BOB, grant(), act, replace(GOOD, approved=True), NOW), Deny)


@pytest.mark.parametrize("act", list(Act))
def test_each_act_is_allowed_with_its_scope_and_denied_without(act: Act) -> None:
    scope, facts = ACTS[act].scope, replace(GOOD, approved=True)
    if scope is None:
        assert decide(BOB, grant(*EVERYTHING), act, facts, NOW) == Deny("owner_only")
        return
    assert decide(BOB, grant(scope), act, facts, NOW) == Allow(3)
    without = [each for each in Scope if each is not scope and scope not in SCOPES[each].implies]
    assert decide(BOB, grant(*without), act, facts, NOW) == Deny("scope_missing")


words = st.sampled_from([*Scope, "teleport"])
grants = st.one_of(
    st.none(),
    st.builds(
        lambda scopes, status, needs, begins, ends: grant(
            *scopes, status=status, needs=needs, begins=timedelta(hours=begins), ends=timedelta(hours=ends)
        ),
        st.lists(words, unique=True),
        st.sampled_from(GrantStatus),
        st.sampled_from(NeedsApproval),
        st.integers(-2, 1),
        st.integers(-1, 2),
    ),
)
facts = st.builds(
    Facts,
    mailbox_state=st.sampled_from(MailboxState),
    private=st.sampled_from([None, "", "sender", "security", "thread"]),
    own_draft=st.sampled_from([None, True, False]),
    approved=st.booleans(),
)
actors = st.sampled_from([ALICE, BOB, DESKHAND])
acts = st.sampled_from(Act)


def _copied(given: Grant, scopes: list[str]) -> Grant:
    return Grant(**(given.model_dump() | {"scopes": scopes}))


@given(actors, grants, acts, facts)
def test_a_decision_is_total_and_the_same_every_time(
    actor: Actor, granted: Grant | None, act: Act, known: Facts
) -> None:
    first = decide(actor, granted, act, known, NOW)
    assert first == decide(actor, granted, act, known, NOW)
    assert isinstance(first, Allow | Ask | Deny)
    assert isinstance(first, Allow) or first.reason in REASONS


@given(grants.filter(bool), acts, facts, st.data())
def test_taking_a_scope_away_never_turns_a_no_into_a_yes(
    granted: Grant, act: Act, known: Facts, data: st.DataObject
) -> None:
    less = data.draw(st.lists(st.sampled_from(granted.scopes), unique=True)) if granted.scopes else []
    if "teleport" in granted.scopes:
        less = [*less, "teleport"]  # to forget a word that is not understood is no taking away
    if isinstance(decide(BOB, _copied(granted, less), act, known, NOW), Allow):
        assert isinstance(decide(BOB, granted, act, known, NOW), Allow)


@given(grants, acts, facts, st.sampled_from(["sender", "security", "thread"]))
def test_marking_something_private_never_turns_a_no_into_a_yes(
    granted: Grant | None, act: Act, known: Facts, because: str
) -> None:
    before = decide(BOB, granted, act, known, NOW)
    after = decide(BOB, granted, act, replace(known, private=because), NOW)
    if ACTS[act].on_message:
        assert isinstance(after, Deny)
    else:
        assert after == before


@given(grants.filter(bool), acts, facts)
def test_asking_for_approval_never_turns_a_no_into_a_yes(granted: Grant, act: Act, known: Facts) -> None:
    strict = _copied(granted, granted.scopes)
    strict.needs_approval = NeedsApproval.ALWAYS
    if isinstance(decide(BOB, strict, act, known, NOW), Allow):
        assert isinstance(decide(BOB, granted, act, known, NOW), Allow)


@given(grants, acts, facts)
def test_what_one_fact_leaves_unknown_is_never_allowed_to_an_assistant(
    granted: Grant | None, act: Act, known: Facts
) -> None:
    blind = replace(known, private=None, own_draft=None)
    if ACTS[act].on_message or ACTS[act].own_draft:
        assert not isinstance(decide(BOB, granted, act, blind, NOW), Allow)


@given(grants, acts, facts)
def test_only_what_is_asked_or_allowed_ever_leaves(granted: Grant | None, act: Act, known: Facts) -> None:
    free = granted is not None and granted.needs_approval == NeedsApproval.NEVER and "reply.free" in granted.scopes
    if ACTS[act].leaves and isinstance(decide(BOB, granted, act, known, NOW), Allow):
        assert known.approved or free
