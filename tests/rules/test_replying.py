"""To whom a reply goes: worked out here, and never where a stranger's Reply-To points."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadRequest
from app.rules.addresses import domain_of, normalised
from app.rules.replying import reply_target

ALICE, CLARA, BOSS = "alice@practice.example", "clara@customer.example", "boss@customer.example"


def test_a_reply_goes_to_the_author() -> None:
    assert reply_target([CLARA], [], [ALICE], ALICE) == CLARA


def test_a_colleague_at_the_authors_own_domain_may_get_it() -> None:
    assert reply_target([CLARA], [BOSS], [ALICE], ALICE) == BOSS


@pytest.mark.parametrize("elsewhere", ["clara@evil.example", "clara@customer.example.evil.example", "nobody", ""])
def test_a_reply_to_elsewhere_is_passed_over(elsewhere: str) -> None:
    assert reply_target([CLARA], [elsewhere], [ALICE], ALICE) == CLARA


def test_ones_own_mail_is_answered_to_whom_it_was_written() -> None:
    assert reply_target(["Alice@Practice.Example"], [], [CLARA, BOSS], ALICE) == CLARA
    with pytest.raises(BadRequest):
        reply_target([ALICE], [], [], ALICE)


@pytest.mark.parametrize("authors", [[], [CLARA, BOSS]])
def test_without_one_author_nobody_is_chosen(authors: list[str]) -> None:
    with pytest.raises(BadRequest, match="no single author"):
        reply_target(authors, [], [ALICE], ALICE)


addresses = st.sampled_from([CLARA, BOSS, "x@evil.example", "CLARA@CUSTOMER.EXAMPLE", "@", "", "nobody"])


@given(addresses, st.lists(addresses, max_size=4))
def test_a_reply_never_leaves_the_authors_domain(author: str, reply_to: list[str]) -> None:
    found = reply_target([author], reply_to, [ALICE], ALICE)
    assert domain_of(found) == domain_of(author)
    assert normalised(found) in {normalised(each) for each in (author, *reply_to)}


@pytest.mark.parametrize("service", ["gmail.com", "hotmail.com", "outlook.es"])
def test_at_a_service_that_everybody_uses_a_reply_goes_to_the_author_alone(service: str) -> None:
    clara = f"clara@{service}"
    assert reply_target([clara], [f"evil@{service}"], [], ALICE) == clara
    assert reply_target([clara], [f"Clara@{service}"], [], ALICE) == f"Clara@{service}"
