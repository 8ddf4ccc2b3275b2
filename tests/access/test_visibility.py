"""What an assistant never sees, judged message by message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.visibility import PRIVATE_SENDER, SECURITY, private_because

ALICE, CLARA, MOTHER = "alice@practice.example", "clara@customer.example", "mother@family.example"
MARKED = {MOTHER: True, "@bank.example": True, "news@bank.example": False}


def judge(
    sender: str, *others: str, rules: dict[str, bool] = MARKED, words: tuple[str, str] = ("Sunday", "Lunch?")
) -> str:
    return private_because([sender, *others], [sender], *words, rules)


@pytest.mark.parametrize(
    ("sender", "others"),
    [
        (MOTHER, (ALICE,)),
        ("Mother@Family.Example", (ALICE,)),
        ("ｍother@family.example", (ALICE,)),  # full-width letters are the same letters
        (ALICE, (MOTHER,)),  # what the owner writes to her is as private
        (CLARA, (ALICE, MOTHER)),
        ("anybody@bank.example", (ALICE,)),
    ],
)
def test_mail_with_a_private_person_among_its_people_is_private(sender: str, others: tuple[str, ...]) -> None:
    assert judge(sender, *others) == PRIVATE_SENDER


@pytest.mark.parametrize(
    "sender",
    [
        "mother@family.example.evil.example",
        "mother@farnily.example",
        "stepmother@family.example",
        "mother.of.six@family.example",
        "news@bank.example",  # the exact address beats its domain
        "anybody@sub.bank.example",
        CLARA,
    ],
)
def test_others_are_not_taken_for_her(sender: str) -> None:
    assert judge(sender, ALICE) == ""


def test_an_account_opening_mail_is_private_unless_its_sender_was_cleared() -> None:
    shop, code = "no-reply@shop.example", ("Your verification code", "123 456")
    assert judge(shop, words=code, rules={}) == SECURITY
    assert judge(shop, words=code, rules={shop: False}) == ""
    assert judge(shop, words=code, rules={"@shop.example": False}) == ""


def test_clearing_the_reader_does_not_clear_the_code_she_is_sent() -> None:
    assert judge("no-reply@shop.example", ALICE, words=("Your login code", "123456"), rules={ALICE: False}) == SECURITY


addresses = st.sampled_from([ALICE, CLARA, MOTHER, "news@bank.example", "x@bank.example", "", "no address", "a@b@c"])


@given(st.lists(addresses, max_size=5), st.text(max_size=30), st.text(max_size=30), addresses.filter(bool))
def test_marking_one_more_sender_never_shows_more(people: list[str], subject: str, beginning: str, marked: str) -> None:
    before = private_because(people, people[:1], subject, beginning, MARKED)
    after = private_because(people, people[:1], subject, beginning, {**MARKED, marked: True})
    assert not before or after
