"""When one more letter fits: tables of cases, and what must hold of every mailbox whatever was sent before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.mailbox import AccountKind, Unit
from app.rules.sending_limits import DAY, MINUTE, Allowance, Taken, kind_of, next_moment, share_of

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
EXCHANGE = (
    Allowance(most=8, window=DAY, unit=Unit.RECIPIENTS),
    Allowance(most=2, window=MINUTE, unit=Unit.MESSAGES),
)


def sent(*ago: timedelta, recipients: int = 1) -> list[Taken]:
    return [Taken(at=NOON - each, recipients=recipients) for each in ago]


@pytest.mark.parametrize(
    ("taken", "recipients", "fits"),
    [
        ([], 1, NOON),
        ([], 8, NOON),
        ([], 9, None),  # it never does
        (sent(SECOND), 1, NOON),
        (sent(SECOND * 20, SECOND * 50), 1, NOON + SECOND * 10),  # two in this minute
        (sent(SECOND * 20, MINUTE), 1, NOON),  # a minute ago is over
        (sent(DAY - SECOND, MINUTE * 5, recipients=4), 1, NOON + SECOND),  # a day's number
        (sent(DAY - SECOND, MINUTE * 5, recipients=4), 5, NOON + DAY - MINUTE * 5),  # more of it has to go
        (sent(DAY, recipients=8), 8, NOON),
        (sent(-SECOND * 5), 1, NOON),  # one that waits for its own hour is in nobody's way
        (sent(SECOND, SECOND, -SECOND * 59, -SECOND * 59), 1, NOON + SECOND * 119),  # behind those who wait already
    ],
)
def test_a_letter_waits_for_the_first_moment_at_which_it_fits(
    taken: list[Taken], recipients: int, fits: datetime | None
) -> None:
    assert next_moment(taken, EXCHANGE, recipients, NOON) == fits


def test_without_a_limit_everything_fits() -> None:
    assert next_moment(sent(*[SECOND] * 50), (), 1000, NOON) == NOON


LETTERS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 40)), max_size=40)  # to how many, seconds since the last
ALLOWANCES = st.lists(
    st.builds(
        Allowance,
        most=st.integers(1, 8),
        window=st.integers(1, 300).map(lambda seconds: timedelta(seconds=seconds)),
        unit=st.sampled_from(Unit),
    ),
    max_size=3,
)


def _in_window(taken: list[Taken], allowance: Allowance, end: datetime) -> int:
    inside = [each for each in taken if end - allowance.window < each.at <= end]
    return sum(each.recipients if allowance.unit is Unit.RECIPIENTS else 1 for each in inside)


@given(LETTERS, ALLOWANCES)
def test_I8_whatever_is_asked_for_no_stretch_of_time_holds_more_than_is_allowed(
    letters: list[tuple[int, int]], allowances: list[Allowance]
) -> None:
    """Each letter leaves at the moment it was told, and is then counted by those behind it."""
    taken: list[Taken] = []
    now = NOON
    for recipients, later in letters:
        now += SECOND * later
        at = next_moment(taken, allowances, recipients, now)
        if at is None:
            assert any(recipients > each.most for each in allowances if each.unit is Unit.RECIPIENTS)
            continue
        assert at >= now
        taken.append(Taken(at=at, recipients=recipients))
        assert all(_in_window(taken, each, at) <= each.most for each in allowances)


@given(LETTERS, ALLOWANCES, st.integers(0, 4))
def test_nobody_waits_longer_than_she_has_to(
    letters: list[tuple[int, int]], allowances: list[Allowance], recipients: int
) -> None:
    """There is no earlier second at which it would have fitted."""
    taken, now = [], NOON
    for others, later in letters:
        now -= SECOND * later
        taken.append(Taken(at=now, recipients=others))
    at = next_moment(taken, allowances, recipients, NOON)
    if at is None:
        return
    moment = NOON
    while moment < at:
        with_it = [*taken, Taken(at=moment, recipients=recipients)]
        assert any(_in_window(with_it, each, moment) > each.most for each in allowances)
        moment += SECOND


@pytest.mark.parametrize(
    ("provider", "subject", "address", "kind"),
    [
        ("gmail", "1", "alice@gmail.com", AccountKind.GMAIL),
        ("gmail", "1", "Alice@GoogleMail.com", AccountKind.GMAIL),
        ("gmail", "1", "alice@amsel.example", AccountKind.WORKSPACE),
        ("gmail", "1", "alice@notgmail.com", AccountKind.WORKSPACE),
        ("graph", "9188040d-6c67-4c5b-b112-36a304b66dad/7", "alice@gmail.com", AccountKind.OUTLOOK),
        ("graph", "11111111-6c67-4c5b-b112-36a304b66dad/7", "alice@outlook.com", AccountKind.EXCHANGE),
    ],
)
def test_the_kind_of_an_account_is_told_by_what_nobody_can_choose_freely(
    provider: str, subject: str, address: str, kind: AccountKind
) -> None:
    assert kind_of(provider, subject, address) is kind


@pytest.mark.parametrize(("per_day", "ours"), [(500, 400), (2000, 1600), (10_000, 8000), (4, 3), (1, 1)])
def test_a_fifth_of_the_day_is_left_to_the_owner(per_day: int, ours: int) -> None:
    assert share_of(per_day) == ours
