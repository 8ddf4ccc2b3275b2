"""Whatever is typed for an address: one plain address comes out, or nothing does."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadRequest
from app.notices.mark import is_ours, mark_key, mark_of
from app.notices.recipients import LONGEST, recipient
from app.rules.addresses import normalised

SIGNS = st.sampled_from(list("ab.@<>,;:\"'\\()[] \r\n\t\0=?+-_éß\u202e。xn"))
ANYTHING = st.one_of(st.text(max_size=80), st.text(SIGNS, max_size=40), st.emails())


@given(ANYTHING)
def test_what_comes_out_is_one_address_that_no_header_and_no_command_can_misread(typed: str) -> None:
    try:
        address = recipient(typed)
    except BadRequest:
        return
    assert address.isascii()
    assert address.isprintable()
    assert len(address) <= LONGEST
    assert address.count("@") == 1
    assert not set(address) & set(' <>,;:"\\()[]')
    assert recipient(address) == address
    message = EmailMessage(policy=SMTP)
    message["To"] = Address(addr_spec=address)
    assert message["To"].addresses[0].addr_spec == address
    assert message.as_bytes().count(b"\r\n") <= 3


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" Dan@Example.COM ", "Dan@example.com"),
        ("dan+x@b\u00fccher.example", "dan+x@xn--bcher-kva.example"),
        ("o'brien@example.com", "o'brien@example.com"),
        ("dan@example\u3002com", "dan@example.com"),
        ("dan@example.com.", "dan@example.com"),
        ("d@a-b.example", "d@a-b.example"),
    ],
)
def test_an_address_keeps_its_own_spelling_and_its_domain_becomes_ascii(typed: str, address: str) -> None:
    assert recipient(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        ".dan@x.example", "dan.@x.example", "d..n@x.example", "dan@x..example", "dan@-x.example", "dan@x-.example",
        "dan@x.1", "dan@x", "dan@[1.2.3.4]", "dan@1.2.3.4", "dan", "@", "", "dan@x.example\0",
        "dan@" + "a" * 64 + ".example", "d" * 65 + "@x.example", "dan@" + "a." * 130 + "example",
    ],
)  # fmt: skip
def test_what_no_mail_server_would_take_is_refused_at_once(typed: str) -> None:
    with pytest.raises(BadRequest):
        recipient(typed)


@given(st.binary(min_size=1, max_size=40), st.uuids(), st.emails(), st.emails(), st.integers(0, 90))
def test_a_mark_holds_for_its_recipient_under_its_key_and_as_it_was_written(
    secret: bytes, notice_id: UUID, to: str, other: str, place: int
) -> None:
    key = mark_key(secret)
    mark = mark_of(key, notice_id, to)
    assert is_ours(key, mark, [other, to])
    assert is_ours(key, mark.replace("; ", ";\r\n "), [to.upper()])
    assert is_ours(key, mark, [other]) == (normalised(other) == normalised(to))
    assert not is_ours(mark_key(secret + b"x"), mark, [to])
    bent = list(mark)
    bent[place % len(mark)] = "Z"
    assert is_ours(key, "".join(bent), [to]) == ("".join(bent) == mark)
