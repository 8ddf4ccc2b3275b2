"""Codes and tokens in any order: what is alive is what nobody ended, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from app import clock
from app.sandbox.google.grants import ACCESS_LIFE, IDLE_LIFE, Grants, Refresh
from tests.sandbox.practice import ALICE, BOB, GMAIL, MODIFY

PEOPLE = st.sampled_from([ALICE, BOB])
CLIENTS = st.sampled_from(["practice", "sign-in"])


@dataclass
class Known:
    """What the model knows of a token."""

    owner: tuple[str, str]
    kind: str
    born: float
    used: float
    ends: float | None


class GrantMachine(RuleBasedStateMachine):
    """People consent, programs refresh, somebody revokes, time goes by."""

    tokens = Bundle("tokens")

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        clock.practise(offset_file=Path(self.folder.name) / "practice-clock")
        self.grants = Grants()
        self.known: dict[str, Known] = {}
        self.passed = 0.0

    @rule(target=tokens, email=PEOPLE, client=CLIENTS, days=st.sampled_from([None, 7]))
    def consents(self, email: str, client: str, days: int | None) -> str:
        """A refresh token, in testing with an end."""
        now = clock.now()
        ends = now + timedelta(days=days) if days else None
        token = self.grants.new_refresh(Refresh(client, email, (MODIFY,), now, ends))
        end = self.passed + days * 86_400 if days else None
        self.known[token] = Known((email, client), "refresh", self.passed, self.passed, end)
        return token

    @rule(target=tokens, token=tokens)
    def refreshes(self, token: str) -> object:
        """An access token, if the refresh token lives."""
        refresh = self.grants.refresh(token)
        assert (refresh is not None) == (self.lives(token) and self.known[token].kind == "refresh")
        if refresh is None:
            return multiple()
        self.known[token].used = self.passed
        access = self.grants.new_access(refresh.client_id, refresh.email, refresh.scopes)
        self.known[access] = Known(self.known[token].owner, "access", self.passed, self.passed, None)
        return access

    @rule(token=tokens)
    def revokes(self, token: str) -> None:
        """All of that person's tokens for that client go."""
        alive = self.lives(token)
        assert self.grants.end(token) is alive
        if alive:
            owner = self.known[token].owner
            self.known = {key: one for key, one in self.known.items() if one.owner != owner}

    @rule(email=PEOPLE)
    def changes_the_password(self, email: str) -> None:
        """All of that person's tokens go."""
        self.grants.end_all(email)
        self.known = {key: one for key, one in self.known.items() if one.owner[0] != email}

    @rule(seconds=st.sampled_from([60, 1_800, 3_700, 86_400, 5 * 86_400, 100 * 86_400]))
    def time_goes_by(self, seconds: int) -> None:
        """Minutes, or a hundred days."""
        clock.move(timedelta(seconds=seconds))
        self.passed += seconds

    def lives(self, token: str) -> bool:
        """Say what the model says; the sandbox's steps are seconds apart, so no case is near the edge."""
        known = self.known.get(token)
        if known is None:
            return False
        if known.kind == "access":
            return self.passed - known.born < ACCESS_LIFE.total_seconds()
        idle = self.passed - known.used >= IDLE_LIFE.total_seconds()
        return not idle and (known.ends is None or self.passed < known.ends)

    @invariant()
    def access_tokens_live_as_the_model_says(self) -> None:
        """And a refresh token never opens a mailbox."""
        for token, known in self.known.items():
            opened = self.grants.access(token)
            assert (opened is not None) == (known.kind == "access" and self.lives(token))

    @invariant()
    def no_two_are_the_same(self) -> None:
        """A token is one of one kind."""
        assert not self.grants.accesses.keys() & self.grants.refreshes.keys()

    def teardown(self) -> None:
        """Put the clock back."""
        clock.practise()
        self.folder.cleanup()


GrantMachine.TestCase.settings = settings(max_examples=80, stateful_step_count=30, deadline=None)


class TestGrants(GrantMachine.TestCase):
    """Hypothesis drives the machine."""


@pytest.fixture
def grants(moving_clock: None) -> Grants:
    """No grants yet."""
    return Grants()


def refresh(grants: Grants, email: str = ALICE, client: str = "practice") -> str:
    return grants.new_refresh(Refresh(client, email, (MODIFY,), clock.now()))


def test_an_unknown_token_is_nothing(grants: Grants):
    assert grants.access("x") is None
    assert grants.refresh("x") is None
    assert grants.end("x") is False


def test_a_hundred_tokens_of_one_person_and_client_live(grants: Grants):
    first = [refresh(grants) for _ in range(100)]
    others = refresh(grants, BOB), refresh(grants, ALICE, "sign-in")
    assert all(grants.refresh(token) for token in (*first, *others))
    refresh(grants)
    assert grants.refresh(first[0]) is None
    assert all(grants.refresh(token) for token in (*first[1:], *others))


def test_what_was_agreed_to_goes_with_the_grant(grants: Grants):
    grants.agreed = {(ALICE, "practice"): (MODIFY,), (ALICE, "sign-in"): ("openid",), (BOB, "practice"): (GMAIL,)}
    grants.end(refresh(grants))
    assert set(grants.agreed) == {(ALICE, "sign-in"), (BOB, "practice")}
    grants.end_all(ALICE)
    assert set(grants.agreed) == {(BOB, "practice")}


def test_tokens_cannot_be_guessed_from_one_another(grants: Grants):
    made = [grants.new_access("practice", ALICE, ()) for _ in range(50)]
    assert len(set(made)) == 50
    assert all(len(token) > 100 for token in made)
    assert len({token[7:30] for token in made}) == 50
