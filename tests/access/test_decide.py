"""The decision: a table of cases, and what must hold whatever the case is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.acts import ACTS, Act
from app.access.conditions import MailFacts, within
from app.access.decide import Actor, Allow, Ask, Decision, Deny, Facts, Instruction, Kind
from app.access.reasons import REASONS
from app.access.scopes import SCOPES, Scope
from app.models.conditions import UNBOUND, Conditions, Hours, MailKind, Recipients, Span
from app.models.grant import Grant, GrantStatus, NeedsApproval
from app.models.mailbox import MailboxState
from tests.access.deciding import decide

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ALICE = Actor(kind=Kind.OWNER, person_id=uuid4(), surface="test")
BOB = Actor(kind=Kind.ASSISTANT, person_id=uuid4(), surface="test")
DESKHAND = Actor(kind=Kind.SYSTEM, person_id=None, surface="worker")
TEMPLATE = uuid4()
CLIENT = MailFacts(authors=("Clara@Customer.example",), labels=frozenset({"Clients"}), kind=MailKind.APPOINTMENT)
GOOD = Facts(mailbox_state=MailboxState.ACTIVE, private="", mail=CLIENT, own_draft=True, used=0, sent_before=0)


def grant(
    *scopes: str,
    status: GrantStatus = GrantStatus.ACTIVE,
    needs: NeedsApproval = NeedsApproval.ALWAYS,
    begins: timedelta = timedelta(days=-1),
    ends: timedelta = timedelta(days=1),
    conditions: Conditions | None = UNBOUND,
) -> Grant:
    return Grant(
        mailbox_id=uuid4(),
        owner_id=uuid4(),
        assistant_id=BOB.person_id,
        scopes=list(scopes),
        needs_approval=needs,
        conditions=conditions,
        status=status,
        version=3,
        begins_at=NOW + begins,
        expires_at=NOW + ends,
        created_at=NOW,
    )


EVERYTHING = tuple(Scope)
NINE_TO_FIVE = Hours(zone="America/Santiago", spans=(Span(day=0, begins=time(9), ends=time(17, 30)),))
SUNDAYS = Hours(zone="Europe/Madrid", spans=(Span(day=6, begins=time(0), ends=time(0)),))


def bound(*scopes: str, **conditions: object) -> Grant:
    return grant(*scopes, conditions=Conditions.model_validate(conditions))


def first(number: int) -> Grant:
    """A grant whose first replies are approved."""
    return grant("reply.free", needs=NeedsApproval.FIRST, conditions=Conditions(approve_first=number))


def by(*acts: Act, live: bool = True) -> Actor:
    """An instruction of the owner's."""
    says = Instruction(id=uuid4(), version=1, live=live, acts=frozenset(acts))
    return Actor(kind=Kind.RULE, person_id=ALICE.person_id, surface="worker", instruction=says)


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
    (
        "a sender on the grant's list is handled",
        BOB,
        bound("label", senders={"@customer.example"}),
        Act.LABEL,
        GOOD,
        Allow(3),
    ),
    (
        "another sender's mail is not there",
        BOB,
        bound("label", senders={"anna@customer.example"}),
        Act.LABEL,
        GOOD,
        Deny("not_covered"),
    ),
    ("a label she handles", BOB, bound("label", labels_in={"Clients"}), Act.LABEL, GOOD, Allow(3)),
    ("not her label", BOB, bound("label", labels_in={"Suppliers"}), Act.LABEL, GOOD, Deny("not_covered")),
    (
        "a label that is kept from her",
        BOB,
        bound("label", labels_out={"Clients"}),
        Act.LABEL,
        GOOD,
        Deny("not_covered"),
    ),
    ("V14 an appointment", BOB, bound("mail.read", kinds={MailKind.APPOINTMENT}), Act.READ, GOOD, Allow(3)),
    (
        "V14 and nothing else",
        BOB,
        bound("mail.read", kinds={MailKind.INVITATION}),
        Act.READ,
        GOOD,
        Deny("not_covered"),
    ),
    (
        "a mail nobody has looked at is not handled where it matters what it is like",
        BOB,
        bound("label", kinds={MailKind.INVITATION}),
        Act.LABEL,
        replace(GOOD, mail=None),
        Deny("facts_unknown"),
    ),
    (
        "V10 outside her hours nothing is done",
        BOB,
        bound("label", hours=NINE_TO_FIVE),
        Act.LABEL,
        GOOD,
        Deny("outside_hours"),
    ),
    ("V10 nor looked at", BOB, bound("label", hours=SUNDAYS), Act.LIST, GOOD, Deny("outside_hours")),
    (
        "a reply to the outside is not hers to write",
        BOB,
        bound("draft", recipients=Recipients.INTERNAL),
        Act.DRAFT,
        GOOD,
        Deny("recipient_outside"),
    ),
    (
        "one to a colleague is",
        BOB,
        bound("draft", recipients=Recipients.INTERNAL),
        Act.DRAFT,
        replace(GOOD, mail=replace(CLIENT, internal=True)),
        Allow(3),
    ),
    (
        "not one that goes to somebody outside, too",
        BOB,
        bound("reply.free", recipients=Recipients.INTERNAL),
        Act.SEND,
        replace(GOOD, mail=replace(CLIENT, internal=True), outside=True),
        Deny("recipient_outside"),
    ),
    ("reading goes to nobody", BOB, bound("mail.read", recipients=Recipients.INTERNAL), Act.READ, GOOD, Allow(3)),
    ("the twentieth of twenty", BOB, bound("label", changes_a_day=20), Act.LABEL, replace(GOOD, used=19), Allow(3)),
    ("not the next one", BOB, bound("label", changes_a_day=20), Act.LABEL, replace(GOOD, used=20), Deny("cap_reached")),
    ("none where none is allowed", BOB, bound("label", changes_a_day=0), Act.LABEL, GOOD, Deny("cap_reached")),
    ("looking is not counted", BOB, bound("mail.read", changes_a_day=0), Act.READ, GOOD, Allow(3)),
    (
        "a number nobody knows is no number below",
        BOB,
        bound("label", changes_a_day=20),
        Act.LABEL,
        replace(GOOD, used=None),
        Deny("facts_unknown"),
    ),
    (
        "the day's letters are counted apart",
        BOB,
        bound("label", sends_a_day=0),
        Act.LABEL,
        GOOD,
        Allow(3),
    ),
    (
        "and end apart, approved or not",
        BOB,
        bound("draft", sends_a_day=1),
        Act.SEND,
        replace(GOOD, used=1, approved=True),
        Deny("cap_reached"),
    ),
    (
        "her first replies are asked about",
        BOB,
        first(2),
        Act.SEND,
        replace(GOOD, sent_before=1),
        Ask("approval_needed"),
    ),
    ("the next ones leave", BOB, first(2), Act.SEND, replace(GOOD, sent_before=2), Allow(3)),
    (
        "unless nobody knows how many there were",
        BOB,
        first(2),
        Act.SEND,
        replace(GOOD, sent_before=None),
        Ask("approval_needed"),
    ),
    (
        "her own words are asked about where free text is",
        BOB,
        grant("reply.free", needs=NeedsApproval.FREE_TEXT),
        Act.SEND,
        GOOD,
        Ask("approval_needed"),
    ),
    (
        "V27 an approved text that nobody touched is not",
        BOB,
        grant("draft", needs=NeedsApproval.FREE_TEXT),
        Act.SEND,
        replace(GOOD, untouched_template=True),
        Allow(3),
    ),
    (
        "conditions of a later version deny",
        BOB,
        grant("label", conditions=None),
        Act.LABEL,
        GOOD,
        Deny("facts_unknown"),
    ),
    (
        "V16 what is let through of a private sender is read, alone",
        BOB,
        grant("mail.read"),
        Act.READ,
        replace(GOOD, excepted=True),
        Allow(3, alone=True),
    ),
    (
        "V16 and nothing else is done to it",
        BOB,
        grant("label"),
        Act.LABEL,
        replace(GOOD, excepted=True),
        Deny("private"),
    ),
    (
        "V21 what the owner answers herself is not answered",
        BOB,
        grant("draft"),
        Act.DRAFT,
        replace(GOOD, owner_answers=True),
        Deny("owner_answers"),
    ),
    ("V21 but sorted", BOB, grant("label"), Act.LABEL, replace(GOOD, owner_answers=True), Allow(3)),
    (
        "V27 a text that her access does not name, whatever is known of the mail",
        BOB,
        bound("reply.template", templates={TEMPLATE}),
        Act.REPLY_TEMPLATE,
        replace(GOOD, mail=None, template=uuid4()),
        Deny("template_not_yours"),
    ),
    (
        "V27 one that it names",
        BOB,
        bound("reply.template", templates={TEMPLATE}),
        Act.REPLY_TEMPLATE,
        replace(GOOD, template=TEMPLATE),
        Allow(3),
    ),
    ("an instruction does what it says", by(Act.LABEL), None, Act.LABEL, GOOD, Allow(None)),
    ("and nothing else", by(Act.LABEL), None, Act.TRASH, GOOD, Deny("owner_only")),
    ("it never writes a reply", by(Act.DRAFT), None, Act.DRAFT, GOOD, Deny("owner_only")),
    ("nor touches what is private", by(Act.LABEL), None, Act.LABEL, replace(GOOD, private="sender"), Deny("private")),
    ("taken back, it does nothing", by(Act.LABEL, live=False), None, Act.LABEL, GOOD, Deny("instruction_gone")),
    ("what nobody knows is denied", BOB, grant(*EVERYTHING), "teleport", GOOD, Deny("act_unknown")),
    ("to the owner too", ALICE, None, "teleport", GOOD, Deny("act_unknown")),
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


names = st.frozensets(
    st.sampled_from(["clara@customer.example", "@customer.example", "Clients", "Suppliers"]), max_size=2
)
conditions = st.builds(
    Conditions,
    senders=names,
    labels_in=names,
    labels_out=names,
    kinds=st.frozensets(st.sampled_from(MailKind)),
    existing_threads_only=st.booleans(),
    recipients=st.sampled_from(Recipients),
    hours=st.sampled_from([None, NINE_TO_FIVE, SUNDAYS]),
    changes_a_day=st.sampled_from([None, 0, 5, 20]),
    sends_a_day=st.sampled_from([None, 0, 5]),
    approve_first=st.integers(0, 3),
)
mails = st.builds(
    MailFacts,
    authors=st.sampled_from([(), ("clara@customer.example",), ("x@y.example", "Clara@customer.example")]),
    labels=names,
    kind=st.sampled_from([None, *MailKind]),
    internal=st.booleans(),
)
words = st.sampled_from([*Scope, "teleport"])
grants = st.one_of(
    st.none(),
    st.builds(
        lambda scopes, status, needs, begins, ends, conditions: grant(
            *scopes,
            status=status,
            needs=needs,
            begins=timedelta(hours=begins),
            ends=timedelta(hours=ends),
            conditions=conditions,
        ),
        st.lists(words, unique=True),
        st.sampled_from(GrantStatus),
        st.sampled_from(NeedsApproval),
        st.integers(-2, 1),
        st.integers(-1, 2),
        st.one_of(st.none(), conditions),
    ),
)
facts = st.builds(
    Facts,
    excepted=st.booleans(),
    owner_answers=st.booleans(),
    mail=st.one_of(st.none(), mails),
    outside=st.booleans(),
    used=st.sampled_from([None, 0, 4, 5, 20]),
    sent_before=st.sampled_from([None, 0, 1, 5]),
    untouched_template=st.booleans(),
    mailbox_state=st.sampled_from(MailboxState),
    private=st.sampled_from([None, "", "sender", "security", "thread"]),
    own_draft=st.sampled_from([None, True, False]),
    approved=st.booleans(),
)
actors = st.sampled_from([ALICE, BOB, DESKHAND, by(*Act), by(Act.LABEL, live=False)])
acts = st.sampled_from(Act)


def _copied(given: Grant, scopes: list[str]) -> Grant:
    return Grant(**(dict(given) | {"scopes": scopes}))


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
    if ACTS[act].leaves and isinstance(decide(BOB, granted, act, known, NOW), Allow):
        assert granted is not None
        free = granted.needs_approval in (NeedsApproval.NEVER, NeedsApproval.FIRST) and "reply.free" in granted.scopes
        assert known.approved or free or known.untouched_template


@given(grants.filter(bool), st.tuples(conditions, conditions), acts, facts, st.integers(0, 7 * 48))
def test_narrower_conditions_never_turn_a_no_into_a_yes(
    granted: Grant, both: tuple[Conditions, Conditions], act: Act, known: Facts, half_hours: int
) -> None:
    inner, outer = both
    now = NOW + timedelta(minutes=30 * half_hours)
    there = {"begins_at": NOW, "expires_at": now + timedelta(days=1)}
    tight, wide = (Grant(**(dict(granted) | there | {"conditions": each})) for each in (inner, outer))
    if within(inner, outer) and isinstance(decide(BOB, tight, act, known, now), Allow):
        assert isinstance(decide(BOB, wide, act, known, now), Allow)


@given(conditions, conditions, conditions)
def test_within_is_an_order_and_everything_is_within_what_binds_nothing(
    one: Conditions, two: Conditions, three: Conditions
) -> None:
    assert within(one, one)
    assert within(one, UNBOUND)
    if within(one, two) and within(two, three):
        assert within(one, three)
    if within(one, two) and within(two, one):
        assert one == two


@given(grants, acts, facts)
def test_an_excepted_message_is_at_most_read_and_then_alone(granted: Grant | None, act: Act, known: Facts) -> None:
    verdict = decide(BOB, granted, act, replace(known, excepted=True), NOW)
    if ACTS[act].on_message and isinstance(verdict, Allow):
        assert ACTS[act].on_excepted
        assert verdict.alone
