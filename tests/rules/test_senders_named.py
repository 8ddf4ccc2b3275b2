"""Senders that a rule names: who is meant by an address or a domain, who is a colleague, and who only looks it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadRequest
from app.rules.addresses import LONGEST_ADDRESS, as_sender, domain_of, is_from, normalised, same_organisation
from app.rules.replying import reply_target

LABELS = st.text(st.sampled_from("abcxyz0189éñçü"), min_size=1, max_size=12)
DOMAINS = st.builds("{}.{}".format, LABELS, st.sampled_from(["example", "cl", "fr", "es", "co.uk"]))
LOCALS = st.text(st.sampled_from("abcxyzéñç019.+_-'"), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Mother@Example.com", "mother@example.com"),
        (" <mère@École.example> ", "mère@xn--cole-9oa.example"),
        ("ñandú@Peña.example", "ñandú@xn--pea-8ma.example"),
        ("@PEÑA.example", "@xn--pea-8ma.example"),
        ("@école.example.", "@xn--cole-9oa.example"),
        ("@ｅxample.com", "@example.com"),
        ("@example。com", "@example.com"),
    ],
)
def test_a_sender_is_kept_in_the_form_in_which_mail_is_compared(typed: str, kept: str) -> None:
    assert as_sender(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "@",
        "mother",
        "example.com",
        "mother@example",
        "@localhost",
        "mother@",
        "mother@.",
        "my mother@example.com",
        "la madre @example.com",
        "mère@example.com\nbcc: x@evil.example",
        "mother@example.com\x00",
        "mother\u202e@example.com",
        "a" * LONGEST_ADDRESS + "@example.com",
        "mother@..example",
        "mother@.example",
        "@example..com",
        "mother@example。。com",
        "mother@home@example.com",
        "@@example.com",
    ],
)
def test_what_names_nobody_is_refused(typed: str) -> None:
    with pytest.raises(BadRequest, match=r"mother@example\.com"):
        as_sender(typed)


def test_the_longest_address_is_taken_and_one_sign_more_is_not() -> None:
    longest = "a" * (LONGEST_ADDRESS - len("@example.com")) + "@example.com"
    assert as_sender(longest) == longest
    with pytest.raises(BadRequest):
        as_sender("a" + longest)


@given(LOCALS, DOMAINS)
def test_a_named_sender_and_her_whole_domain_are_recognised_in_any_spelling(local: str, domain: str) -> None:
    address = f"{local}@{domain}"
    for written in (address, address.upper(), unicodedata.normalize("NFD", address), f"<{address}>"):
        assert is_from([written], frozenset([as_sender(address)]))
        assert is_from([written], frozenset([as_sender(f"@{domain}")]))


@given(LOCALS, LOCALS, DOMAINS, DOMAINS)
def test_nobody_else_is_taken_for_a_named_sender(one: str, other: str, here: str, there: str) -> None:
    named = frozenset([as_sender(f"{one}@{here}")])
    same = normalised(f"{one}@{here}") == normalised(f"{other}@{there}")
    assert is_from([f"{other}@{there}"], named) is same
    assert is_from([f"{other}@{there}"], frozenset([as_sender(f"@{here}")])) is (
        domain_of(f"@{here}") == domain_of(f"@{there}")
    )


@pytest.mark.parametrize(
    "address",
    [
        "clara@sub.customer.example",
        "clara@notcustomer.example",
        "clara@customer.example.evil.example",
        "clara@customer-example",
        "clara@сustomer.example",
        "clara@custοmer.example",
        "clara@cust0mer.example",
        "clara@customer.example@evil.example",
        "@customer.example <x@evil.example>",
        "customer.example",
        "",
    ],
)
def test_a_domain_means_itself_and_nothing_that_resembles_it(address: str) -> None:
    assert not is_from([address], frozenset(["@customer.example"]))


def test_one_named_author_among_several_is_enough_and_nobody_is_from_an_empty_list() -> None:
    named = frozenset(["mere@ecole.example", "@customer.example"])
    assert is_from(["x@evil.example", "Clara@Customer.Example"], named)
    assert not is_from(["x@evil.example", "père@ecole.example"], named)
    assert not is_from([], named)
    assert not is_from(["clara@customer.example"], frozenset())


@pytest.mark.parametrize(
    "domain",
    ["gmail.com", "Hotmail.es", "hotmail.fr", "yahoo.co.uk", "outlook.cl", "orange.fr", "laposte.net", "wanadoo.fr",
     "terra.cl", "vtr.net", "gmx.de", "proton.me", "icloud.com", "windowslive.com", "passport.com", "ＧＭＡＩＬ.com"],
)  # fmt: skip
def test_at_everybodys_mail_service_nobody_is_a_colleague_but_oneself(domain: str) -> None:
    assert not same_organisation(f"stranger@{domain}", f"alice@{domain}")
    assert same_organisation(f"ALICE@{domain.lower()}", f"alice@{domain}")


@pytest.mark.parametrize(
    ("address", "own", "colleague"),
    [
        ("bob@practice.example", "alice@Practice.example", True),
        ("josé@xn--pea-8ma.example", "alice@peña.example", True),
        ("zoé@école.example", "alice@ecole.example", False),
        ("bob@mail.practice.example", "alice@practice.example", False),
        ("bob@practice.example", "alice@mail.practice.example", False),
        ("bob@gmail.com", "alice@practice.example", False),
        ("bob@gmailing.example", "alice@gmailing.example", True),
        ("bob@free-lance.example", "alice@free-lance.example", True),
        ("", "", False),
        ("bob", "alice", False),
        ("alice", "alice", False),
    ],
)
def test_a_colleague_is_whoever_has_an_address_at_the_very_same_domain(address: str, own: str, colleague: bool) -> None:
    assert same_organisation(address, own) is colleague


@pytest.mark.parametrize(
    ("reply_to", "target"),
    [
        (["Zoé@XN--COLE-9OA.example"], "Zoé@XN--COLE-9OA.example"),
        (["x@evil.example", "zoé@école.example"], "zoé@école.example"),
        (["zoé@ecole.example"], "luc@école.example"),
        (["zoé@école.example@evil.example"], "luc@école.example"),
        (["zoé@éсole.example"], "luc@école.example"),
    ],
)
def test_a_reply_follows_the_author_through_any_spelling_of_her_domain_only(reply_to: list[str], target: str) -> None:
    assert reply_target(["luc@école.example"], reply_to, [], "alice@practice.example") == target
