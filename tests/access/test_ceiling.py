"""A lead and the owner's ceiling: what she may do is to name and to remove, and what she gives is never above it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.acts import ACTS, Act
from app.access.ceiling import Terms, fits, fitted
from app.access.decide import Actor, Allow, Deny, Facts, Kind
from app.access.facts import LeadFacts
from app.access.scopes import Scope
from app.models.conditions import UNBOUND, Conditions
from app.models.grant import Grant, NeedsApproval
from tests.access.deciding import decide
from tests.access.test_decide import GOOD, NINE_TO_FIVE, NOW, SUNDAYS, acts, conditions, facts, grants

CHARLIE = Actor(kind=Kind.LEAD, person_id=uuid4(), surface="test")
NAMING = {Act.NAME_MEMBER, Act.REMOVE_MEMBER}
leadings = st.one_of(
    st.none(), st.builds(LeadFacts, hers=st.booleans(), lives=st.booleans(), fits=st.sampled_from([None, True, False]))
)
terms = st.builds(
    Terms,
    scopes=st.lists(st.sampled_from([*Scope, "teleport"]), max_size=4, unique=True),
    needs_approval=st.sampled_from(NeedsApproval),
    conditions=st.one_of(st.none(), conditions),
    until=st.sampled_from([NOW, NOW + timedelta(days=1), NOW + timedelta(days=2)]),
)


def led(*, hers: bool = True, lives: bool = True, fit: bool | None = True) -> Facts:
    return replace(GOOD, leading=LeadFacts(hers=hers, lives=lives, fits=fit))


@pytest.mark.parametrize("act", list(Act))
def test_a_lead_has_no_act_that_looks_into_a_mailbox(act: Act) -> None:
    rule = ACTS[act]
    if rule.by_lead:
        assert (rule.scope, rule.calls, rule.on_message, rule.own_draft) == (None, frozenset(), False, False)
        assert not rule.leaves
    assert rule.by_lead == (act in {*NAMING, Act.REVIEW, Act.LEAD_NOTES})


@given(grants, acts, facts, leadings)
def test_a_lead_can_never_do_or_see_anything_of_a_message(
    granted: Grant | None, act: Act, known: Facts, leading: LeadFacts | None
) -> None:
    """Not by a grant of her own either: under that she sits at another desk, as an assistant."""
    verdict = decide(CHARLIE, granted, act, replace(known, leading=leading), NOW)
    if isinstance(verdict, Allow):
        assert ACTS[act].by_lead
        assert leading is not None
        assert leading.hers
        assert act is not Act.NAME_MEMBER or (leading.lives and leading.fits is True)
        assert act is not Act.LEAD_NOTES or leading.lives


def test_a_lead_names_below_the_ceiling_of_a_live_team_and_removes_always() -> None:
    assert decide(CHARLIE, None, Act.NAME_MEMBER, led(), NOW) == Allow(None)
    assert decide(CHARLIE, None, Act.NAME_MEMBER, led(fit=False), NOW) == Deny("beyond_ceiling")
    assert decide(CHARLIE, None, Act.NAME_MEMBER, led(fit=None), NOW) == Deny("beyond_ceiling")
    assert decide(CHARLIE, None, Act.NAME_MEMBER, led(lives=False), NOW) == Deny("team_over")
    assert decide(CHARLIE, None, Act.REMOVE_MEMBER, led(lives=False, fit=None), NOW) == Allow(None)
    for act in NAMING:
        assert decide(CHARLIE, None, act, led(hers=False), NOW) == Deny("no_grant")
        assert decide(CHARLIE, None, act, GOOD, NOW) == Deny("no_grant")
    assert decide(CHARLIE, None, Act.READ, led(), NOW) == Deny("owner_only")


@given(terms, terms)
def test_what_is_left_below_a_ceiling_is_within_both(wanted: Terms, ceiling: Terms) -> None:
    left = fitted(wanted, ceiling)
    if left is not None:
        assert fits(left, ceiling)
        assert fits(left, wanted)
    if fits(wanted, ceiling):
        assert left == wanted


@given(terms)
def test_what_cannot_be_read_never_fits(wanted: Terms) -> None:
    unread = replace(wanted, conditions=None)
    assert not fits(unread, wanted)
    assert not fits(wanted, unread)
    assert not fits(replace(wanted, scopes=["teleport"]), wanted)
    assert not fits(replace(wanted, scopes=[]), wanted)


def bound(**given_: object) -> Terms:
    return Terms(
        scopes=["label"],
        needs_approval=NeedsApproval.ALWAYS,
        conditions=Conditions.model_validate(given_) if given_ else UNBOUND,
        until=NOW,
    )


def test_lists_with_nothing_in_common_leave_nothing_rather_than_everything() -> None:
    """An empty list binds nothing: were it kept, a narrower ceiling would open the mailbox."""
    assert fitted(bound(senders={"@one.example"}), bound(senders={"@two.example"})) is None
    left = fitted(bound(senders={"@one.example", "@two.example"}), bound(senders={"@two.example"}))
    assert left is not None
    assert left.conditions == Conditions(senders=frozenset({"@two.example"}))


def test_hours_are_cut_to_what_lies_in_both() -> None:
    long = NINE_TO_FIVE.model_copy(
        update={"spans": (NINE_TO_FIVE.spans[0].model_copy(update={"ends": SUNDAYS.spans[0].ends}),)}
    )
    left = fitted(bound(hours=long), bound(hours=NINE_TO_FIVE))
    assert left is not None
    assert left.conditions is not None
    assert left.conditions.hours == NINE_TO_FIVE
    assert fitted(bound(hours=SUNDAYS), bound(hours=NINE_TO_FIVE)) is None  # in two zones nobody can say
