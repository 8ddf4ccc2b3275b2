"""A program's key: what it looks like, when it is good, and that it opens no more than the grant it was made under."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.acts import ACTS, Act
from app.access.decide import Actor, Allow, Deny, Facts, Kind
from app.access.identity import digest_of
from app.access.program import new_secret, opened_by, place_of
from app.access.scopes import Scope, closed
from app.models.grant import Grant, GrantStatus, NeedsApproval
from app.models.program_key import ProgramKey
from tests.access.deciding import decide
from tests.access.test_decide import BOB, EVERYTHING, GOOD, NOW, acts, facts, grant, grants


def key(under: Grant, *scopes: str, ended: bool = False, days: float = 1) -> ProgramKey:
    return ProgramKey(
        mailbox_id=under.mailbox_id,
        grant_id=under.id,
        person_id=under.assistant_id,
        name="Nightly labels",
        secret_sha256=b"",
        scopes=list(scopes),
        created_at=NOW - timedelta(days=1),
        expires_at=NOW + timedelta(days=days),
        ended_at=NOW if ended else None,
    )


def program(only: frozenset[Scope]) -> Actor:
    """Bob's program, as the desk knows it for one decision."""
    return replace(BOB, key_id=uuid4(), only=only)


def test_a_secret_is_found_by_scanners_and_names_its_mailbox() -> None:
    mailbox_id = uuid4()
    made = dict(new_secret(mailbox_id) for _ in range(100))
    assert len(made) == len(set(made.values())) == 100
    for secret, digest in made.items():
        assert digest == digest_of(secret)
        assert re.fullmatch(r"dhk_[\w-]{65}", secret, re.ASCII)
        assert place_of(secret) == mailbox_id


@given(st.uuids())
def test_every_mailbox_can_be_named(mailbox_id: UUID) -> None:
    assert place_of(new_secret(mailbox_id)[0]) == mailbox_id


@pytest.mark.parametrize(
    "word",
    ["", "dhk_", "dhk_x", "x" * 69, "dhk_" + "a" * 64, "dhk_" + "a" * 66, "dhk_" + "ä" * 65, "dhk_" + "a" * 64 + "\n",
     "DHK_" + "a" * 65, "dhk_" + "a" * 64 + "=", "dhk_" + "a" * 64 + "\0"],
    ids=range(11),
)  # fmt: skip
def test_what_was_never_a_key_is_not_looked_for(word: str) -> None:
    assert place_of(word) is None


def test_a_key_opens_its_scopes_while_it_lives_under_its_own_grant() -> None:
    given = grant("label", "mail.read")
    assert opened_by(key(given, "label"), given, NOW) == {Scope.LABEL, Scope.LIST}
    assert opened_by(key(given, "label", ended=True), given, NOW) == frozenset()
    assert opened_by(key(given, "label", days=0), given, NOW) == frozenset()
    assert opened_by(key(given, "label"), grant("label"), NOW) == frozenset()  # the next grant of the same person
    assert opened_by(key(given, "label"), None, NOW) == frozenset()
    assert opened_by(None, given, NOW) == frozenset()
    assert opened_by(key(given, "label", "teleport"), given, NOW) == frozenset()


@pytest.mark.parametrize("act", list(Act))
def test_a_key_does_what_its_scope_and_the_grants_both_cover(act: Act) -> None:
    scope, known = ACTS[act].scope, replace(GOOD, approved=True)
    if scope is None or ACTS[act].in_person:
        assert isinstance(decide(program(frozenset(Scope)), grant(*EVERYTHING), act, known, NOW), Deny)
        return
    assert decide(program(closed([scope])), grant(*EVERYTHING), act, known, NOW) == Allow(3)
    without = frozenset(Scope) - {scope}
    assert decide(program(without), grant(*EVERYTHING), act, known, NOW) == Deny("scope_missing")
    assert isinstance(decide(program(frozenset(Scope)), grant("rules.suggest"), act, known, NOW), Deny)


@pytest.mark.parametrize("act", list(Act))
def test_a_key_that_has_ended_does_nothing(act: Act) -> None:
    everything = replace(GOOD, approved=True)
    assert decide(program(frozenset()), grant(*EVERYTHING), act, everything, NOW) == Deny("key_ended")


def test_the_right_to_send_without_asking_is_the_keys_too_or_it_is_none() -> None:
    free = grant("reply.free", needs=NeedsApproval.NEVER)
    assert decide(program(closed(["reply.free"])), free, Act.SEND, GOOD, NOW) == Allow(3)
    assert decide(program(closed(["draft"])), free, Act.SEND, GOOD, NOW) == Deny("send_scope_missing")


@given(grants, acts, facts, st.frozensets(st.sampled_from(Scope)))
def test_V59_a_key_never_allows_what_its_grant_denies_nor_what_it_does_not_name(
    given: Grant | None, act: Act, known: Facts, only: frozenset[Scope]
) -> None:
    by_key = decide(program(only), given, act, known, NOW)
    if isinstance(by_key, Allow):
        assert by_key == decide(BOB, given, act, known, NOW)
        by_template = ACTS[act].with_template and known.untouched_template
        assert ACTS[act].scope in only or (by_template and Scope.REPLY_TEMPLATE in only)
        assert given is not None
        assert given.status == GrantStatus.ACTIVE


@given(grants, acts, facts, st.frozensets(st.sampled_from(Scope)), st.frozensets(st.sampled_from(Scope)))
def test_a_narrower_key_never_does_more(
    given: Grant | None, act: Act, known: Facts, only: frozenset[Scope], fewer: frozenset[Scope]
) -> None:
    if isinstance(decide(program(only & fewer), given, act, known, NOW), Allow):
        assert isinstance(decide(program(only), given, act, known, NOW), Allow)


@given(acts, facts)
def test_no_key_does_what_is_the_owners(act: Act, known: Facts) -> None:
    if ACTS[act].scope is None or ACTS[act].in_person:
        assert not isinstance(decide(program(frozenset(Scope)), grant(*EVERYTHING), act, known, NOW), Allow)


def test_a_program_is_another_caller_than_its_assistant() -> None:
    acting = program(frozenset())
    assert acting.caller == acting.key_id
    assert BOB.caller == BOB.person_id
    assert Actor(kind=Kind.SYSTEM, person_id=None, surface="worker").caller is None
