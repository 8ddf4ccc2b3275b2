"""Codes and tokens of Entra in any order: what is alive is what nobody ended, and access tokens are ended by time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from app import clock
from app.sandbox.entra.grants import ACCESS_LIFE, Cause, Grants
from tests.sandbox.outlook import ALICE, BOB

PEOPLE = st.sampled_from([ALICE, BOB])
CLIENTS = st.sampled_from(["practice", "sign-in"])


@dataclass
class Known:
    """What the model knows of a token."""

    owner: tuple[str, str]
    born: float
    cause: Cause | None = None


class EntraMachine(RuleBasedStateMachine):
    """People consent, programs refresh, somebody ends it, time goes by."""

    refreshes, accesses = Bundle("refreshes"), Bundle("accesses")

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        clock.practise(offset_file=Path(self.folder.name) / "practice-clock")
        self.grants = Grants()
        self.refresh: dict[str, Known] = {}
        self.access: dict[str, Known] = {}
        self.agreed: dict[tuple[str, str], set[str]] = {}
        self.passed = 0.0

    @rule(target=refreshes, email=PEOPLE, client=CLIENTS, scope=st.sampled_from(["Mail.Send", "Mail.ReadWrite"]))
    def consents(self, email: str, client: str, scope: str) -> str:
        """What was agreed to before stays agreed to."""
        self.grants.agree(email.upper(), client, [scope])
        self.agreed.setdefault((email, client), set()).add(scope)
        token = self.grants.new_refresh(client, email, (scope,))
        self.refresh[token] = Known((email, client), self.passed)
        return token

    @rule(target=accesses, email=PEOPLE, client=CLIENTS)
    def gets_an_access_token(self, email: str, client: str) -> str:
        """For 75 minutes."""
        token = self.grants.new_access(client, email, ["Mail.Send"])
        self.access[token] = Known((email, client), self.passed)
        return token

    @rule(email=PEOPLE, client=st.one_of(st.none(), CLIENTS), cause=st.sampled_from(Cause))
    def ends(self, email: str, client: str | None, cause: Cause) -> None:
        """The first cause is the one that is told."""
        self.grants.end_all(email, client, cause=cause)
        for known in self.refresh.values():
            if known.owner[0] == email and client in {None, known.owner[1]}:
                known.cause = known.cause or cause
        if cause is Cause.CONSENT:
            gone = [key for key in self.agreed if key[0] == email and client in {None, key[1]}]
            for key in gone:
                del self.agreed[key]

    @rule(seconds=st.sampled_from([60, 1_800, 5_000, 90_000]))
    def time_goes_by(self, seconds: int) -> None:
        """Minutes, or a day."""
        clock.move(timedelta(seconds=seconds))
        self.passed += seconds

    @invariant()
    def refresh_tokens_are_as_the_model_says(self) -> None:
        """None is forgotten, none ends for a reason of another's."""
        assert {token: one.ended for token, one in self.grants.refreshes.items()} == {
            token: known.cause for token, known in self.refresh.items()
        }

    @invariant()
    def access_tokens_end_by_time_alone(self) -> None:
        """An ended consent does not touch them."""
        for token, known in self.access.items():
            found = self.grants.accesses.get(token)
            if self.passed - known.born < ACCESS_LIFE.total_seconds():
                assert found is not None
                assert found.expires > clock.now()
            else:
                assert found is None or found.expires <= clock.now()

    @invariant()
    def agreed_is_what_was_agreed(self) -> None:
        """By each program for itself."""
        for email in (ALICE, BOB):
            for client in ("practice", "sign-in"):
                assert self.grants.covered(email, "", client) == self.agreed.get((email, client), set())

    def teardown(self) -> None:
        """Put the clock back."""
        clock.practise()
        self.folder.cleanup()


EntraMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)


class TestEntra(EntraMachine.TestCase):
    """Hypothesis drives the machine."""


@pytest.fixture
def grants(moving_clock: None) -> Grants:
    """No grants yet."""
    return Grants()


def test_an_administrators_yes_is_for_the_tenant_and_the_program(grants: Grants):
    grants.agree_for_all("contoso", "practice", ["Mail.Send"])
    grants.agree_for_all("contoso", "practice", ["Mail.ReadWrite"])
    assert grants.covered(ALICE, "contoso", "practice") == {"Mail.Send", "Mail.ReadWrite"}
    assert grants.covered(ALICE, "contoso", "other") == grants.covered(BOB, "fabrikam", "practice") == frozenset()


def test_only_a_consent_that_ended_since_cuts_a_token_off(grants: Grants):
    grants.new_refresh("practice", ALICE, ())
    old = grants.accesses[grants.new_access("practice", ALICE, ())]
    other = grants.accesses[grants.new_access("sign-in", ALICE, ())]
    assert not grants.cut_off(old)
    grants.end_all(ALICE, cause=Cause.REVOKED)
    clock.move(timedelta(seconds=1))
    new = grants.accesses[grants.new_access("practice", ALICE, ())]
    assert [grants.cut_off(one) for one in (old, other, new)] == [True, False, False]


def test_tokens_cannot_be_guessed_from_one_another(grants: Grants):
    made = [grants.new_access("practice", ALICE, ()) for _ in range(50)]
    made += [grants.new_refresh("practice", ALICE, ()) for _ in range(50)]
    assert len(set(made)) == 100
    assert all(len(token) > 150 for token in made)
