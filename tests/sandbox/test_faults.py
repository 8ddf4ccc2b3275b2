"""The plan of what goes wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.sandbox.faults import Fault, FaultPlan, Kind

SEND = "/gmail/v1/users/me/drafts/send"


def plan(*faults: dict[str, Any]) -> FaultPlan:
    made = FaultPlan()
    made.replace([Fault.model_validate({"fault": "before"} | fault) for fault in faults])
    return made


def struck(made: FaultPlan, method: str = "POST", path: str = SEND, provider: str = "gmail") -> Kind | None:
    fault = made.take(provider, method, path)
    return fault.fault if fault else None


def test_an_empty_plan_hits_nothing():
    assert struck(plan()) is None


def test_a_fault_hits_once_unless_told_otherwise():
    made = plan({})
    assert [struck(made) for _ in range(3)] == [Kind.BEFORE, None, None]


@given(after=st.integers(0, 5), times=st.integers(0, 5), calls=st.integers(0, 15))
def test_after_calls_pass_and_times_are_hit(after: int, times: int, calls: int):
    made = plan({"after": after, "times": times})
    hit = [struck(made) is not None for _ in range(calls)]
    assert hit == [after <= n < after + times for n in range(calls)]


@pytest.mark.parametrize(
    ("pattern", "path", "meant"),
    [
        (SEND, SEND, True),
        ("*/drafts/send", SEND, True),
        ("/gmail/*", SEND, True),
        ("/gmail/v1/users/*/drafts/send", SEND, True),
        ("*", SEND, True),
        ("/gmail/v1/users/me/drafts", SEND, False),
        ("*/messages/send", SEND, False),
        ("*/DRAFTS/send", SEND, False),
        ("*%2F*", "/gmail/v1/users/me/messages/a%2Fb", True),
    ],
)
def test_paths_are_patterns(pattern: str, path: str, meant: bool):
    assert (struck(plan({"path": pattern}), path=path) is not None) is meant


def test_provider_and_method_choose_as_well():
    assert struck(plan({"provider": "graph"})) is None
    assert struck(plan({"provider": "gmail"})) is Kind.BEFORE
    assert struck(plan({"method": "post"})) is Kind.BEFORE
    assert struck(plan({"method": "GET"})) is None


def test_other_calls_do_not_count():
    made = plan({"path": SEND, "after": 1})
    assert struck(made, path="/gmail/v1/users/me/profile") is None
    assert struck(made) is None
    assert struck(made, path="/gmail/v1/users/me/profile") is None
    assert struck(made) is Kind.BEFORE


def test_the_first_of_two_strikes_first():
    made = plan({"fault": "reset"}, {"fault": "hang"})
    assert [struck(made) for _ in range(3)] == [Kind.RESET, Kind.HANG, None]


def test_each_counts_the_calls_it_means():
    made = plan({"fault": "reset"}, {"fault": "hang", "after": 1})
    assert [struck(made) for _ in range(2)] == [Kind.RESET, Kind.HANG]


def test_a_new_plan_replaces_the_old_and_leaves_what_was_given_alone():
    given_ = Fault(fault=Kind.BEFORE)
    made = FaultPlan()
    made.replace([given_])
    struck(made)
    assert given_.times == 1
    made.replace([])
    assert struck(made) is None


@pytest.mark.parametrize(
    "wrong", [{"fault": "explode"}, {}, {"fault": "before", "times": -1}, {"fault": "before", "foo": 1}]
)
def test_what_is_no_fault_is_refused(wrong: dict[str, Any]):
    with pytest.raises(ValidationError):
        Fault.model_validate(wrong)
