"""What the forms mean: ticks, end dates, hours by name."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.acts import OFFERED
from app.access.levels import LEVELS, Level
from app.access.reasons import HELD
from app.access.scopes import SCOPES, Scope, closed
from app.actions.preview import Preview
from app.errors import BadRequest
from app.locale.catalogues import language
from app.models.draft import ScheduledSend, SendState
from app.models.grant import Grant, GrantStatus, NeedsApproval
from app.web.console.hours import HourForm, Preset, preset_moments, presets
from app.web.console.standing import STOPPED, TO_DO, grant_state, to_do, why
from app.web.console.terms import InviteForm, TermsForm, approvals_within, day_of, sentences, ticks
from app.web.console.tried import EFFECTS, TriedTerms, as_query, effects

EN = language("en")
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
ZONES = st.sampled_from(["UTC", "America/Santiago", "Europe/Paris", "Asia/Kathmandu", "Pacific/Apia", "Africa/Cairo"])


def test_what_can_be_ticked_is_what_can_be_done_in_the_order_of_the_table() -> None:
    values = [value for value, _sentence, _with in ticks(EN)]
    assert values == [scope.value for scope in SCOPES if scope in OFFERED]
    assert [value for value, *_ in ticks(EN, only=["label", "mail.list"])] == ["mail.list", "label"]


def test_a_tick_says_what_comes_with_it() -> None:
    notes = {value: note for value, _sentence, note in ticks(EN)}
    assert notes["mail.list"] == ""
    assert notes["label"] == "with seeing the list"
    assert notes["draft"] == "with reading"


@pytest.mark.parametrize("code", ["es", "fr", "en"])
def test_every_right_is_a_sentence_in_every_language(code: str) -> None:
    said = sentences(language(code), [scope.value for scope in Scope])
    assert len(said) == len(set(said)) == len(Scope)
    if code != "en":
        assert not set(said) & set(sentences(EN, [scope.value for scope in Scope]))


def test_a_word_of_a_later_version_is_left_out() -> None:
    assert sentences(EN, ["mail.list", "mail.fly"]) == sentences(EN, ["mail.list"])


@pytest.mark.parametrize("level", list(Level))
def test_a_level_ticks_only_what_is_offered(level: Level) -> None:
    assert closed(LEVELS[level].scopes) <= OFFERED


def test_the_preview_says_of_every_right_that_can_be_ticked_what_it_does() -> None:
    assert set(EFFECTS) >= OFFERED
    found = Preview(seen=12, private={})
    given = dict(effects(TriedTerms(scopes=["draft", "mail.fly"]), found, EN)[index] for index in range(2))
    assert given == {True: "reads these 12"}
    told = effects(TriedTerms(scopes=["label"]), found, EN)
    assert (True, "puts labels on these 12 and takes them off") in told
    assert (False, SCOPES[Scope.READ].says) in told


@pytest.mark.parametrize(
    ("now", "left"),
    [
        (NeedsApproval.NEVER, set(NeedsApproval)),
        (NeedsApproval.FIRST, {"always", "first"}),
        (NeedsApproval.FREE_TEXT, {"always", "free_text"}),
        (NeedsApproval.ALWAYS, {"always"}),
        ("on_sundays", {"always"}),
    ],
)
def test_an_access_can_be_narrowed_only_to_what_asks_as_much(now: NeedsApproval, left: set[str]) -> None:
    assert {value for value, _sentence in approvals_within(now)} == left


def test_terms_that_are_tried_come_back_from_their_address_as_they_were() -> None:
    typed = TriedTerms(
        tried=True, scopes=["mail.read"], senders="a@b.example\n@c.example", kinds=["invitation"], hours="own",
        begins=["", "9:00"], ends=["", "10:00"], zone="UTC", internal=True, sends_a_day="0", until=date(2027, 1, 4),
    )  # fmt: skip
    again = TriedTerms.model_validate(parsed(as_query(typed)))
    assert again == typed
    assert "csrf" not in as_query(InviteForm(until=date(2027, 1, 4), csrf="secret", do="see"))
    assert as_query(TriedTerms()) == "tried=yes&needs_approval=always"


def parsed(query: str) -> dict[str, object]:
    """Return an address's query as a form has it: a list for each name that may have several."""
    several = ("scopes", "kinds", "begins", "ends")
    return {
        name: values if name in several else values[0]
        for name, values in parse_qs(query, keep_blank_values=True).items()
    }


def test_the_level_of_a_trainee_lets_nothing_leave_unseen() -> None:
    rule = LEVELS[Level.TRAINEE]
    assert rule.needs_approval is NeedsApproval.ALWAYS
    assert Scope.REPLY_FREE not in rule.scopes


@given(day=DAYS, zone=ZONES)
def test_an_end_date_is_meant_with_its_day(day: date, zone: str) -> None:
    end = TermsForm(until=day).end_in(zone)
    assert day_of(end, zone) == day
    assert day_of(end + timedelta(minutes=2), zone) == day + timedelta(days=1)


@given(st.datetimes(datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2030-12-31")))
def test_the_hours_by_name_are_nine_in_the_morning_and_still_to_come(now: datetime) -> None:
    found = presets(now)
    assert {moment.time() for moment in found.values()} == {time(9)}
    assert found[Preset.TOMORROW].date() == now.date() + timedelta(days=1)
    monday = found[Preset.MONDAY]
    assert monday.weekday() == 0
    assert timedelta() < monday.date() - now.date() <= timedelta(days=7)


@given(zone=ZONES)
def test_the_moments_by_name_are_in_order_and_each_named_once(zone: str) -> None:
    found = preset_moments(zone)
    assert list(found.values()) == sorted(set(found.values()))
    assert Preset.TOMORROW in found
    assert all(moment.astimezone(ZoneInfo(zone)).hour == 9 for moment in found.values())


def test_an_hour_is_a_name_or_a_date_with_a_time() -> None:
    form = HourForm(day=date(2027, 1, 4), hour=time(9, 30, 59, tzinfo=UTC))
    assert form.wall_time("UTC") == datetime.fromisoformat("2027-01-04T09:30")
    for nothing in (HourForm(), HourForm(day=date(2027, 1, 4)), HourForm(hour=time(9))):
        with pytest.raises(BadRequest):
            nothing.wall_time("UTC")


NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "hours", "shown"),
    [
        (GrantStatus.ACTIVE, 1, "active"),
        (GrantStatus.ACTIVE, 0, "expired"),
        (GrantStatus.PAUSED, -1, "paused"),
        (GrantStatus.REVOKED, -1, "revoked"),
    ],
)
def test_an_access_past_its_end_is_shown_as_over(status: GrantStatus, hours: int, shown: str) -> None:
    grant = Grant(status=status, begins_at=NOW - timedelta(days=1), expires_at=NOW + timedelta(hours=hours))
    assert grant_state(grant, NOW) == shown


@pytest.mark.parametrize("reason", list(HELD))
def test_whatever_is_held_says_why_and_mostly_what_to_do(reason: str) -> None:
    send = ScheduledSend(state=SendState.HELD, reason=reason)
    assert why(send, EN) == HELD[reason]
    assert bool(to_do(send, EN)) == (reason in TO_DO)


def test_a_way_on_is_named_for_every_reason_but_the_private_one() -> None:
    assert set(HELD) - set(TO_DO) == {"private"}


@pytest.mark.parametrize("reason", list(STOPPED))
def test_what_is_over_says_how_and_asks_for_nothing(reason: str) -> None:
    send = ScheduledSend(state=SendState.CANCELLED, reason=reason)
    assert why(send, EN) == STOPPED[reason]
    assert to_do(send, EN) == ""


def test_what_goes_well_says_nothing() -> None:
    for state in (SendState.PREPARED, SendState.SENT, SendState.INTENT):
        send = ScheduledSend(state=state, reason="")
        assert (why(send, EN), to_do(send, EN)) == ("", "")
