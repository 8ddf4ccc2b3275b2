"""What a reply must be before anybody writes it, and who may send it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.errors import InvalidMessage
from app.providers.base import Address, SendAs
from app.providers.replying import MOST_RECIPIENTS, checked, chosen_sender, plain_name, plain_spec
from tests.providers.wires import reply_to_clara

REPLY = reply_to_clara("18c0", private_id="a1b2c3")
CLARA = REPLY.to[0]
OWN = SendAs(email="alice@practice.example", verified=True, default=True)
OFFICE = SendAs(email="Office@practice.example", verified=True)
PENDING = SendAs(email="pending@practice.example")


def test_a_usual_reply_can_be_written() -> None:
    assert checked(REPLY) is REPLY
    assert checked(replace(REPLY, to=(CLARA,) * (MOST_RECIPIENTS - 1), cc=(CLARA,)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"private_id": ""},
        {"private_id": "a b"},
        {"private_id": "a'b"},
        {"private_id": "x" * 201},
        {"private_id": "a\r\nBcc: b@x.example"},
        {"to": ()},
        {"to": (CLARA,) * MOST_RECIPIENTS, "cc": (CLARA,)},
    ],
)
def test_what_cannot_be_written_is_refused_before_anybody_is_asked(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidMessage):
        checked(replace(REPLY, **wrong))


def test_the_default_sends_unless_another_is_wished_for() -> None:
    assert chosen_sender((OFFICE, OWN), "") == OWN
    assert chosen_sender((OWN, OFFICE), "OFFICE@practice.example") == OFFICE
    assert chosen_sender((OFFICE,), "") == OFFICE


@pytest.mark.parametrize("wanted", [PENDING.email, "stranger@x.example", "office@practice.example ", "a\r\nb"])
def test_nobody_sends_from_what_is_not_hers(wanted: str) -> None:
    with pytest.raises(InvalidMessage):
        chosen_sender((OWN, OFFICE, PENDING), wanted)


def test_a_mailbox_without_an_address_sends_nothing() -> None:
    with pytest.raises(InvalidMessage):
        chosen_sender((PENDING,), "")


@pytest.mark.parametrize(
    ("given", "written"),
    [("Clara@customer.example", "Clara@customer.example"), ("joe@b\u00fccher.example", "joe@xn--bcher-kva.example")],
)
def test_an_address_is_written_in_ascii(given: str, written: str) -> None:
    assert plain_spec(given) == written


@pytest.mark.parametrize(
    "given",
    ["", "@", "a@", "@b.example", "a b@c.example", "a@b.example,c@d.example", "\u00f1@x.example", "a@x\r\nBcc:b@y"],
)
def test_what_is_no_address_is_not_written_to(given: str) -> None:
    with pytest.raises(InvalidMessage):
        plain_spec(given)


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("Clara Client", "Clara Client"),
        ('Clara "<all@x.example>" Client', "Clara all x.example Client"),
        ("=?utf-8?q?x=0D=0ABcc?=", "utf-8?q?x=0D=0ABcc"),
        ("a\r\nBcc: b", "a Bcc b"),
        ("Zo\u00eb", "Zo\u00eb"),
    ],
)
def test_a_name_makes_no_address_and_no_header(given: str, left: str) -> None:
    assert plain_name(given) == left
    assert plain_name(Address(email="x@x.example", name=given).name) == left
