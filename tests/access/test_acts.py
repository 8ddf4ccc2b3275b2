"""The tables of acts and scopes agree with each other and with what a provider can be asked."""

from __future__ import annotations

import inspect

import pytest

from app.access.acts import ACTS, OFFERED, Act
from app.access.scopes import SCOPES, Scope, closed, ordered
from app.providers.protocol import Provider

CALLS = {name for name, value in vars(Provider).items() if inspect.iscoroutinefunction(value)}
WRITES = {"relabel", "move", "create_reply", "update_draft", "delete_draft", "copy_draft", "send_draft"}


def test_every_act_has_its_row() -> None:
    assert set(ACTS) == set(Act)


@pytest.mark.parametrize("act", list(Act))
def test_an_act_names_calls_that_exist(act: Act) -> None:
    assert ACTS[act].calls <= CALLS


@pytest.mark.parametrize("act", [act for act in Act if ACTS[act].looks])
def test_an_act_that_only_looks_has_no_call_that_writes(act: Act) -> None:
    assert not ACTS[act].calls & WRITES


def test_one_act_alone_can_send() -> None:
    assert [act for act in Act if "send_draft" in ACTS[act].calls] == [Act.SEND]
    assert [act for act in Act if ACTS[act].leaves] == [Act.SEND]


def test_no_two_acts_of_an_assistant_write_in_the_same_way_by_different_scopes() -> None:
    scopes: dict[str, set[Scope | None]] = {}
    for rule in ACTS.values():
        for call in rule.calls & WRITES:
            scopes.setdefault(call, set()).add(rule.scope)
    assert scopes["relabel"] == {Scope.LABEL}
    assert scopes["send_draft"] == {Scope.DRAFT}
    assert scopes["copy_draft"] == {None}  # Deskhand alone
    assert scopes["move"] == {Scope.ARCHIVE, Scope.TRASH}


def test_V1_every_scope_is_a_sentence_and_what_is_offered_does_something() -> None:
    assert set(SCOPES) == set(Scope)
    assert all(rule.says and rule.says[0].islower() for rule in SCOPES.values())
    assert len({rule.says for rule in SCOPES.values()}) == len(Scope)
    assert {Scope.LIST, Scope.READ, Scope.LABEL, Scope.DRAFT, Scope.SCHEDULE, Scope.REPLY_FREE} <= OFFERED
    assert Scope.FORWARD_OWNER not in OFFERED  # nothing does it yet, so nobody is asked for it


def test_what_a_scope_implies_is_closed_and_small() -> None:
    for scope in Scope:
        assert closed(closed([scope])) == closed([scope])
    assert closed([]) == frozenset()
    assert closed(["schedule"]) == {Scope.SCHEDULE, Scope.DRAFT, Scope.READ, Scope.LIST}
    with pytest.raises(ValueError, match="teleport"):
        closed(["label", "teleport"])


def test_scopes_are_shown_in_one_order() -> None:
    assert ordered([Scope.SCHEDULE, Scope.LIST, Scope.LABEL]) == [Scope.LIST, Scope.LABEL, Scope.SCHEDULE]
