"""Whatever is given below a ceiling is nowhere wider than it, nor than what was asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.ceiling import Terms, fits, fitted
from app.access.conditions import MailFacts, asks_as_much, covers, within
from app.access.scopes import closed
from app.models.conditions import UNBOUND, Conditions, Hours, MailKind, Recipients, Span
from app.models.grant import NeedsApproval
from app.rules.hours import open_at
from tests.access.test_decide import NOW, conditions, mails

DAY = timedelta(days=1)
spans = st.builds(
    lambda day, begins, lasts: Span(day=day, begins=time(begins), ends=time((begins + lasts) % 24)),
    st.integers(0, 1),
    st.integers(0, 12),
    st.integers(1, 12),
)
weeks = st.builds(Hours, zone=st.just("UTC"), spans=st.lists(spans, max_size=4).map(tuple))
terms = st.builds(
    Terms,
    scopes=st.lists(st.sampled_from(["mail.list", "mail.read", "label", "draft"]), min_size=1, unique=True),
    needs_approval=st.sampled_from(NeedsApproval),
    conditions=conditions,
    until=st.sampled_from([NOW, NOW + DAY]),
)
moments = st.integers(0, 2 * 48).map(lambda halves: NOW.replace(hour=0) + timedelta(minutes=30 * halves))


def under(**bound: object) -> Terms:
    return Terms(
        scopes=["draft"],
        needs_approval=NeedsApproval.ALWAYS,
        conditions=Conditions.model_validate(bound),
        until=NOW + DAY,
    )


WIDER: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("another sender", {"senders": {"a@x.example", "b@x.example"}}, {"senders": {"a@x.example"}}),
    ("everybody instead of one", {}, {"senders": {"a@x.example"}}),
    ("a label more", {"labels_in": {"Clients", "Work"}}, {"labels_in": {"Clients"}}),
    ("a label no longer shut out", {"labels_out": {"Work"}}, {"labels_out": {"Work", "Family"}}),
    ("both kinds", {"kinds": set(MailKind)}, {"kinds": {MailKind.APPOINTMENT}}),
    ("letters begun anew", {}, {"existing_threads_only": True}),
    ("recipients outside", {}, {"recipients": Recipients.INTERNAL}),
    ("any hour", {}, {"hours": Hours(zone="UTC", spans=())}),
    ("one change more", {"changes_a_day": 6}, {"changes_a_day": 5}),
    ("sending without a number", {}, {"sends_a_day": 0}),
    ("trusted one reply earlier", {"approve_first": 4}, {"approve_first": 5}),
]


@pytest.mark.parametrize(("wide", "narrow"), [row[1:] for row in WIDER], ids=[row[0] for row in WIDER])
def test_what_is_wider_in_one_thing_does_not_fit_and_the_narrower_does(
    wide: dict[str, Any], narrow: dict[str, Any]
) -> None:
    assert not fits(under(**wide), under(**narrow))
    assert fits(under(**narrow), under(**wide))
    left = fitted(under(**wide), under(**narrow))
    assert left is None or left.conditions == under(**narrow).conditions


def test_a_domain_and_an_address_of_it_never_fit_below_each_other() -> None:
    domain, address = under(senders={"@x.example"}), under(senders={"a@x.example"})
    assert not fits(domain, address)
    assert not fits(address, domain)
    assert fitted(domain, address) is None


def test_more_time_more_scopes_or_fewer_questions_do_not_fit() -> None:
    ceiling = under()
    assert fits(ceiling, ceiling)
    assert not fits(replace(ceiling, until=ceiling.until + timedelta(seconds=1)), ceiling)
    assert not fits(replace(ceiling, scopes=["draft", "label"]), ceiling)
    assert not fits(replace(ceiling, needs_approval=NeedsApproval.NEVER), ceiling)
    assert fits(replace(ceiling, scopes=["mail.read"]), ceiling)  # which draft brings with it


def test_terms_above_a_ceiling_in_everything_come_down_to_it() -> None:
    ceiling = under(labels_out={"Family"}, sends_a_day=2, existing_threads_only=True)
    above = replace(under(), scopes=["draft", "label"], needs_approval=NeedsApproval.NEVER, until=NOW + 9 * DAY)
    left = fitted(above, ceiling)
    assert left == replace(ceiling, scopes=["mail.list", "mail.read", "draft"])


COVERS: list[tuple[dict[str, Any], bool]] = [
    ({}, True),
    ({"senders": {"@x.example"}}, True),
    ({"senders": {"b@x.example"}}, False),
    ({"labels_in": {"Clients", "Work"}}, True),
    ({"labels_in": {"Work"}}, False),
    ({"labels_out": {"Clients"}}, False),
    ({"labels_in": {"Clients"}, "labels_out": {"Trabajo"}}, False),
    ({"labels_out": {"clients"}}, False),
    ({"kinds": {MailKind.INVITATION}}, True),
    ({"kinds": {MailKind.APPOINTMENT}}, False),
]


@pytest.mark.parametrize(("bound", "covered"), COVERS)
def test_a_mail_is_covered_if_every_condition_holds(bound: dict[str, Any], covered: bool) -> None:
    labels = frozenset({"Clients", "Trabajo"})
    mail = MailFacts(authors=("A@X.example",), labels=labels, kind=MailKind.INVITATION)
    assert covers(Conditions.model_validate(bound), mail) is covered


@given(terms, terms)
def test_what_is_left_has_no_scope_day_or_unasked_reply_that_one_of_the_two_lacks(one: Terms, other: Terms) -> None:
    left = fitted(one, other)
    if left is not None:
        assert closed(left.scopes) <= closed(one.scopes) & closed(other.scopes)
        assert left.until <= min(one.until, other.until)
        assert all(asks_as_much(left.needs_approval, each.needs_approval) for each in (one, other))


@given(terms, terms, mails)
def test_mail_that_one_of_the_two_does_not_cover_is_not_covered_by_what_is_left(
    one: Terms, other: Terms, mail: MailFacts
) -> None:
    left = fitted(one, other)
    if left is not None and covers(left.conditions or UNBOUND, mail):
        assert covers(one.conditions or UNBOUND, mail)
        assert covers(other.conditions or UNBOUND, mail)


@given(weeks, weeks, moments)
def test_the_hours_left_are_those_that_lie_in_both(one: Hours, other: Hours, moment: datetime) -> None:
    left = fitted(under(hours=one), under(hours=other))
    assert left is not None
    assert left.conditions is not None
    assert left.conditions.hours is not None
    assert open_at(left.conditions.hours, moment) == (open_at(one, moment) and open_at(other, moment))


@given(conditions, conditions, mails)
def test_mail_that_the_inner_conditions_cover_the_outer_cover_too(
    inner: Conditions, outer: Conditions, mail: MailFacts
) -> None:
    if within(inner, outer) and covers(inner, mail):
        assert covers(outer, mail)


ASKS = [
    (NeedsApproval.ALWAYS, set(NeedsApproval)),
    (NeedsApproval.FIRST, {NeedsApproval.FIRST, NeedsApproval.NEVER}),
    (NeedsApproval.FREE_TEXT, {NeedsApproval.FREE_TEXT, NeedsApproval.NEVER}),
    (NeedsApproval.NEVER, {NeedsApproval.NEVER}),
]


@pytest.mark.parametrize(("wanted", "instead_of"), ASKS)
def test_a_wish_for_approval_asks_as_much_as_these_and_no_others(
    wanted: NeedsApproval, instead_of: set[NeedsApproval]
) -> None:
    assert {now for now in NeedsApproval if asks_as_much(wanted, now)} == instead_of
