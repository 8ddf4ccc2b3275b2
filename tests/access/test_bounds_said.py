"""Conditions as sentences: each that binds is told, in the reader's language, and none that binds nothing."""

from __future__ import annotations

from datetime import time
from itertools import combinations
from uuid import UUID

import pytest

from app.access.bounds_said import APPROVALS, OWN_APPROVALS, approval_said, bounds_said
from app.access.levels import LEVELS, Level
from app.locale.catalogues import language
from app.models.conditions import UNBOUND, Conditions, Hours, MailKind, Recipients, Span
from app.models.grant import Grant, NeedsApproval

EN, ES, FR = language("en"), language("es"), language("fr")
WEEK = tuple(Span(day=day, begins=time(9), ends=time(17, 30)) for day in range(5))

EACH = {
    "senders": frozenset({"@customer.example"}),
    "labels_in": frozenset({"Clients, “new”"}),
    "labels_out": frozenset({"Family"}),
    "kinds": frozenset({MailKind.APPOINTMENT}),
    "existing_threads_only": True,
    "recipients": Recipients.INTERNAL,
    "hours": Hours(zone="America/Santiago", spans=WEEK),
    "changes_a_day": 20,
    "sends_a_day": 0,
    "templates": frozenset({UUID(int=1), UUID(int=2)}),
}


def said(**bound: object) -> list[str]:
    return bounds_said(Conditions.model_validate(bound), EN)


def test_V2_what_is_not_bound_is_not_told() -> None:
    assert bounds_said(UNBOUND, EN) == []


def test_V1_conditions_are_sentences_in_plain_words() -> None:
    assert said(**EACH) == [
        "Only mail from @customer.example",
        "Only mail with one of these labels: “Clients, “new””",
        "Never mail with one of these labels: “Family”",
        "Only mail about appointments",
        "Only Monday to Friday 09:00–17:30, Santiago time",
        "Changes in the mailbox: at most 20 a day",
        "Replies that leave: at most 0 a day",
        "Of the approved texts only those that were chosen, this many: 2",
        "Replies only inside the owner's own domain",
        "Only answers to what has come in, nothing begun anew",
    ]


def test_every_condition_there_is_has_its_sentence() -> None:
    # `approve_first` is told with the approval.
    assert set(EACH) | {"approve_first"} == set(Conditions.model_fields)
    for name, value in EACH.items():
        assert len(said(**{name: value})) == 1, name


@pytest.mark.parametrize("spoken", [ES, FR])
def test_each_language_tells_them_in_its_own_words(spoken: object) -> None:
    told = bounds_said(Conditions.model_validate(EACH), spoken)  # type: ignore[arg-type]
    assert len(told) == len(EACH)
    assert not set(told) & set(said(**EACH))
    assert any("20" in sentence for sentence in told)


def test_V10_hours_are_told_in_the_readers_words() -> None:
    hours = Conditions(hours=Hours(zone="America/Santiago", spans=WEEK))
    assert bounds_said(hours, ES) == ["Solo de lunes a viernes 9:00–17:30, hora de Santiago de Chile"]
    assert bounds_said(hours, FR) == ["Seulement du lundi au vendredi 09:00–17:30, heure de Santiago"]


@pytest.mark.parametrize(
    ("spans", "told"),
    [
        ([(0, 9, 12), (0, 14, 18), (1, 9, 12), (1, 14, 18)], "Monday to Tuesday 09:00–12:00 and 14:00–18:00"),
        ([(0, 14, 18), (0, 9, 12)], "Monday 09:00–12:00 and 14:00–18:00"),
        ([(0, 9, 12), (2, 9, 12)], "Monday 09:00–12:00; Wednesday 09:00–12:00"),
        ([(5, 0, 0), (6, 0, 0)], "Saturday to Sunday all day"),
        ([(4, 22, 0)], "Friday 22:00–00:00"),
    ],
)
def test_days_with_the_same_hours_are_taken_together(spans: list[tuple[int, int, int]], told: str) -> None:
    made = tuple(Span(day=day, begins=time(begins), ends=time(ends)) for day, begins, ends in spans)
    assert said(hours=Hours(zone="UTC", spans=made)) == [f"Only {told}, UTC time"]


def test_no_hour_at_all_is_said_so() -> None:
    assert said(hours=Hours(zone="UTC", spans=())) == ["At no hour at all"]


def test_any_choice_of_kinds_has_a_sentence_of_its_own() -> None:
    chosen = [combination for size in (1, 2) for combination in combinations(MailKind, size)]
    told = [said(kinds=frozenset(kinds)) for kinds in chosen]
    assert len({each[0] for each in told}) == len(chosen)


def test_conditions_of_a_later_version_say_that_nothing_is_allowed() -> None:
    (told,) = bounds_said(None, EN)
    assert "nothing is allowed" in told


@pytest.mark.parametrize("asks", list(NeedsApproval))
def test_when_the_owner_is_asked_is_told_to_each_side_in_its_words(asks: NeedsApproval) -> None:
    grant = Grant(needs_approval=asks, conditions=Conditions(approve_first=7))
    hers, his = approval_said(grant, str, to_owner=True), approval_said(grant, str)
    assert hers == OWN_APPROVALS[asks].format(count=7)
    assert his == APPROVALS[asks].format(count=7)
    assert hers != his
    assert ("7" in hers) == (asks is NeedsApproval.FIRST)


def test_a_wish_for_approval_of_a_later_version_is_told_as_always() -> None:
    grant = Grant(needs_approval="on_sundays", conditions=UNBOUND)
    assert approval_said(grant, str) == APPROVALS[NeedsApproval.ALWAYS]


def test_V14_the_level_of_the_diary_sees_appointments_and_invitations_alone() -> None:
    rule = LEVELS[Level.DIARY]
    assert bounds_said(rule.conditions, EN)[0] == "Only mail about appointments or with invitations"
    assert rule.scopes == {"mail.list", "mail.read", "reply.template"}
    assert rule.needs_approval is NeedsApproval.ALWAYS
