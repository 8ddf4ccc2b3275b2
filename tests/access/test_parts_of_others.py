"""What the owner, her instructions, Deskhand itself, the levels of trust and the keys of programs are good for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.acts import ACTS, OFFERED, Act
from app.access.decide import Actor, Allow, Decision, Deny, Facts, Kind
from app.access.facts import LeadFacts
from app.access.levels import FIRST_REPLIES, LEVELS, Level
from app.access.program import new_secret, opened_by, place_of
from app.access.scopes import Scope, closed
from app.models.grant import Grant, NeedsApproval
from app.models.mailbox import MailboxState
from app.models.program_key import ProgramKey
from tests.access.deciding import decide
from tests.access.test_decide import ALICE, BOB, DESKHAND, GOOD, NOW, acts, by, facts, grant, grants

BY_RULE = {Act.LABEL, Act.ARCHIVE, Act.TRASH}
BY_DESKHAND = {Act.RECOVER, Act.RETIRE, Act.LEAVE}
# What needs no provider, and so is the owner's in whatever state the connection is.
OFFLINE = {
    *(Act.CANCEL, Act.APPROVE, Act.INVITE, Act.MAKE_KEY, Act.END_KEY, Act.GRANT, Act.REVOKE, Act.STOP, Act.TEMPLATE),
    *(Act.SENDER_RULE, Act.PRIVATE_LABEL, Act.DISCONNECT, Act.LEAVE, Act.EXPORT, Act.ERASE, Act.EXPORT_LOG),
    *(
        Act.OWN_LOG,
        Act.SEE_TEMPLATES,
        Act.SEE_HOURS,
        Act.TEAM,
        Act.END_TEAM,
        Act.NAME_MEMBER,
        Act.REMOVE_MEMBER,
        Act.REVIEW,
    ),
    *(Act.OWNER_PAGE, Act.ZONE, Act.HOURS, Act.SENDING_LIMIT, Act.HANDOVER, Act.SEE_HANDOVER, Act.LEAD_NOTES),
    Act.CONFIRM_RESTORED,
}
NOT_ACTIVE = "mailbox_not_active"
SHUT = {MailboxState.RECONCILING: "mailbox_reconciling"}
BROKEN = [state for state in MailboxState if state is not MailboxState.ACTIVE]


@pytest.mark.parametrize("act", list(Act))
def test_the_owner_may_do_everything_at_a_mailbox_that_works(act: Act) -> None:
    hidden = Facts(mailbox_state=MailboxState.ACTIVE, private="sender", excepted=True, owner_answers=True)
    assert decide(ALICE, None, act, hidden, NOW) == Allow(None)


@pytest.mark.parametrize("state", BROKEN)
@pytest.mark.parametrize("act", list(Act))
def test_at_one_that_does_not_work_she_may_do_what_needs_no_provider(act: Act, state: MailboxState) -> None:
    restored = state is MailboxState.RECONCILING  # then she looks, to say whether all is as it should be
    wanted = Allow(None) if act in OFFLINE or (restored and ACTS[act].looks) else Deny(SHUT.get(state, NOT_ACTIVE))
    assert decide(ALICE, None, act, replace(GOOD, mailbox_state=state), NOW) == wanted


@pytest.mark.parametrize("act", list(Act))
def test_at_one_that_came_back_from_a_backup_nobody_else_does_anything_but_look_after_it_and_take_away(
    act: Act,
) -> None:
    known = replace(GOOD, mailbox_state=MailboxState.RECONCILING, leading=LeadFacts(hers=True, lives=True, fits=True))
    lead, shut = Actor(kind=Kind.LEAD, person_id=BOB.person_id, surface="test"), Deny("mailbox_reconciling")
    everything = grant(*Scope, needs=NeedsApproval.NEVER)
    assert decide(BOB, everything, act, known, NOW) == shut
    assert decide(by(*Act), None, act, known, NOW) == shut
    assert decide(DESKHAND, None, act, known, NOW) == (Allow(None) if act in BY_DESKHAND else shut)
    assert decide(lead, None, act, known, NOW) == (Allow(None) if act is Act.REMOVE_MEMBER else shut)


@pytest.mark.parametrize("act", list(Act))
def test_an_instruction_that_names_every_act_does_three_of_them(act: Act) -> None:
    assert decide(by(*Act), None, act, GOOD, NOW) == (Allow(None) if act in BY_RULE else Deny("owner_only"))


WITHOUT: list[tuple[str, Actor, Facts, Decision]] = [
    ("not known to be public", by(Act.TRASH), replace(GOOD, private=None), Deny("facts_unknown")),
    ("a code", by(Act.TRASH), replace(GOOD, private="security"), Deny("private")),
    ("excepted for assistants", by(Act.TRASH), replace(GOOD, excepted=True), Deny("private")),
    ("taken back and private", by(Act.TRASH, live=False), replace(GOOD, private="sender"), Deny("instruction_gone")),
    ("no instruction", replace(by(Act.TRASH), instruction=None), GOOD, Deny("instruction_gone")),
    ("only the owner answers it", by(Act.TRASH), replace(GOOD, owner_answers=True), Allow(None)),
    ("unlike any mail", by(Act.TRASH), replace(GOOD, mail=None, used=None), Allow(None)),
]


@pytest.mark.parametrize(("actor", "known", "wanted"), [row[1:] for row in WITHOUT], ids=[row[0] for row in WITHOUT])
def test_an_instruction_to_throw_away_ends_where_its_mail_is_private(
    actor: Actor, known: Facts, wanted: Decision
) -> None:
    assert decide(actor, None, Act.TRASH, known, NOW) == wanted


@pytest.mark.parametrize("act", list(Act))
def test_deskhand_itself_does_what_tidies_up_and_no_more(act: Act) -> None:
    assert decide(DESKHAND, None, act, GOOD, NOW) == (Allow(None) if act in BY_DESKHAND else Deny("owner_only"))


@given(st.sampled_from([DESKHAND, by(*Act)]), grants, acts, facts)
def test_an_assistants_grant_widens_neither_deskhand_nor_an_instruction(
    actor: Actor, granted: Grant | None, act: Act, known: Facts
) -> None:
    if not isinstance(decide(actor, None, act, known, NOW), Allow):
        assert not isinstance(decide(actor, granted, act, known, NOW), Allow)


def given_at(level: Level) -> Grant:
    rule = LEVELS[level]
    return grant(*rule.scopes, needs=rule.needs_approval, conditions=rule.conditions)


@pytest.mark.parametrize("level", Level)
def test_a_level_ticks_scopes_that_are_offered_and_all_that_they_bring(level: Level) -> None:
    scopes = LEVELS[level].scopes
    assert scopes <= OFFERED
    assert closed(scopes) == scopes


@given(acts, facts.map(lambda known: replace(known, mailbox_state=MailboxState.ACTIVE, private="", own_draft=True)))
def test_a_higher_level_allows_whatever_a_lower_one_does(act: Act, known: Facts) -> None:
    ladder = [Level.TRAINEE, Level.TRUSTED, Level.FULL]
    allowed = [isinstance(decide(BOB, given_at(level), act, known, NOW), Allow) for level in ladder]
    assert all(higher >= lower for lower, higher in pairwise(allowed))


@pytest.mark.parametrize(
    ("level", "sent", "leaves"),
    [
        (Level.TRAINEE, 1000, False),
        (Level.TRUSTED, FIRST_REPLIES - 1, False),
        (Level.TRUSTED, FIRST_REPLIES, True),
        (Level.FULL, 0, True),
    ],
)
def test_a_reply_leaves_unasked_from_the_rung_where_it_is_said(level: Level, sent: int, leaves: bool) -> None:
    verdict = decide(BOB, given_at(level), Act.SEND, replace(GOOD, sent_before=sent), NOW)
    assert isinstance(verdict, Allow) is leaves
    assert (LEVELS[level].needs_approval is NeedsApproval.NEVER) == (level is Level.FULL)


@given(st.uuids(), st.uuids())
def test_two_mailboxes_have_no_key_in_common(one: UUID, other: UUID) -> None:
    (first, kept), (second, beside) = new_secret(one), new_secret(other)
    assert first != second
    assert kept != beside
    assert (place_of(first) == place_of(second)) is (one == other)
    assert place_of(f" {first}") is place_of(f"{first}\n") is place_of(first.upper()) is None


@given(st.frozensets(st.sampled_from(Scope)), st.integers(-2, 2), st.booleans(), st.booleans())
def test_a_key_opens_what_it_names_until_the_moment_it_ends(
    named: frozenset[Scope], seconds: int, ended: bool, hers: bool
) -> None:
    under = grant("label")
    key = ProgramKey(
        grant_id=under.id if hers else uuid4(),
        scopes=list(named),
        expires_at=NOW + timedelta(seconds=seconds),
        ended_at=NOW if ended else None,
    )
    lives = hers and not ended and seconds > 0
    assert opened_by(key, under, NOW) == (closed(named) if lives else frozenset())
