"""Papers that this installation has signed: anything may be said, and no byte of it changed afterwards."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import assume, given
from hypothesis import strategies as st

from app.access.acts import Act
from app.actions import signing
from app.actions.certificate import Checked, Flown, _outcome
from app.actions.freeze import CHANGED
from app.actions.signing import certified, is_certified
from app.models.audit import AuditEntry

SECRET = b"this installation's own secret"
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
SAYS = st.dictionaries(st.text('abcñé漢"\\', max_size=6), VALUES, max_size=4)
SAID = {"owner": {"name": "Núñez"}, "mailboxes": [{"address": "a@x.example"}], "complete": True}
SEND = uuid4()


def at(paper: dict[str, Any]) -> str:
    return json.dumps(paper, ensure_ascii=False)


@given(SAYS)
def test_a_paper_is_good_however_it_was_written_down(says: dict[str, Any]) -> None:
    made = certified(says, SECRET)
    for text in (json.dumps(made, indent=3), at(dict(reversed(made.items()))), json.dumps(made, sort_keys=True)):
        assert is_certified(json.loads(text), SECRET)
    kept = json.dumps(signing.signed(SECRET, says), indent=1, sort_keys=True)
    assert signing.opened(SECRET, kept) == says


@given(SAYS, SAYS)
def test_a_signature_is_for_one_content_alone(says: dict[str, Any], others: dict[str, Any]) -> None:
    assume(json.dumps(says, sort_keys=True) != json.dumps(others, sort_keys=True))
    assert not is_certified(certified(says, SECRET) | {"says": others}, SECRET)
    signature = signing.signed(SECRET, says)[signing.FIELD]
    assert signing.opened(SECRET, at({**others, signing.FIELD: signature})) is None


@given(SAYS, st.binary(min_size=1, max_size=40))
def test_no_other_installation_s_secret_makes_or_opens_one(says: dict[str, Any], secret: bytes) -> None:
    assume(secret != SECRET)
    assert not is_certified(certified(says, secret), SECRET)
    assert signing.opened(SECRET, at(signing.signed(secret, says))) is None


@pytest.mark.parametrize("number", range(64))
def test_each_byte_of_a_signature_counts(number: int) -> None:
    made = certified(SAID, SECRET)
    raw = bytearray.fromhex(made["signature"])
    raw[number] ^= 1
    assert not is_certified(made | {"signature": raw.hex()}, SECRET)


@pytest.mark.parametrize("name", ["says", "public_key", "signature"])
@pytest.mark.parametrize("given_", [None, "", "00", [], {}, 7, "zz"])
def test_a_paper_with_a_part_missing_or_replaced_is_none(name: str, given_: object) -> None:
    made = certified(SAID, SECRET)
    assert not is_certified(made | {name: given_}, SECRET)
    assert not is_certified({key: value for key, value in made.items() if key != name}, SECRET)


def test_one_letter_changed_anywhere_in_what_is_said_is_noticed() -> None:
    text, spoilt = at(certified(SAID, SECRET)["says"]), 0
    for number, letter in enumerate(text):
        if letter.isalpha():
            try:
                says = json.loads(f"{text[:number]}X{text[number + 1 :]}")
            except ValueError:
                continue
            spoilt += 1
            assert not is_certified(certified(SAID, SECRET) | {"says": says}, SECRET)
    assert spoilt > 30


def test_a_stranger_checks_a_paper_with_the_key_beside_its_signature() -> None:
    made = certified(SAID, SECRET)
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(made["public_key"]))
    plain = json.dumps(SAID, sort_keys=True, separators=(",", ":")).encode()
    key.verify(bytes.fromhex(made["signature"]), plain)
    with pytest.raises(InvalidSignature):
        key.verify(bytes.fromhex(made["signature"]), plain + b" ")


def test_a_receipt_is_no_certificate_of_removal_though_one_key_signs_both() -> None:
    assert certified(SAID, SECRET)["public_key"] == signing.signing_key(SECRET).public_key().public_bytes_raw().hex()
    value = signing._text(bytes.fromhex(certified(SAID, SECRET)["signature"]))
    assert signing.opened(SECRET, at({**SAID, signing.FIELD: {"value": value}})) is None


@pytest.mark.parametrize(
    "beside",
    [
        {"public_key": signing._text(bytes(32))},
        {"public_key": None},
        {"algorithm": "none"},
        {"signed_by": "somebody else"},
    ],
)
def test_what_stands_beside_a_signature_is_ours_too(beside: dict[str, Any]) -> None:
    made = signing.signed(SECRET, SAID)
    assert signing.opened(SECRET, at(made)) == SAID
    assert signing.opened(SECRET, at(made | {signing.FIELD: made[signing.FIELD] | beside})) is None
    without = {key: value for key, value in made[signing.FIELD].items() if key not in beside}
    if without != made[signing.FIELD]:
        assert signing.opened(SECRET, at(made | {signing.FIELD: without})) is None


def test_a_signature_has_one_spelling() -> None:
    made = signing.signed(SECRET, SAID)
    value = made[signing.FIELD]["value"]
    assert value.endswith("==")
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".index(value[-3])
    other = f"{value[:-3]}{'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'[last ^ 1]}=="
    for spelt in (other, f"{value[:5]}*{value[5:]}", f"{value}\n", f" {value}", f"{value}=", value.rstrip("=")):
        assert signing.opened(SECRET, at(made | {signing.FIELD: made[signing.FIELD] | {"value": spelt}})) is None


def test_a_paper_that_says_one_thing_twice_is_none() -> None:
    text = at(signing.signed(SECRET, SAID))
    assert signing.opened(SECRET, text) == SAID
    assert signing.opened(SECRET, '{"complete": false, ' + text[1:]) is None


def test_a_paper_is_good_only_if_it_is_ours_and_every_chain_holds_it() -> None:
    assert Checked(said={}, holds=(("a", True), ("b", True))).good
    assert not Checked(said={}, holds=(("a", True), ("b", False))).good
    assert not Checked(holds=(("a", True),)).good


def entry(action: Act, phase: str, outcome: str, reason: str = "") -> AuditEntry:
    fixed: dict[str, Any] = {
        "mailbox_id": uuid4(),
        "seq": 1,
        "at": datetime(2026, 1, 1, tzinfo=UTC),
        "prev_hash": b"",
        "hash": b"",
    }
    words = {"action": action.value, "phase": phase, "outcome": outcome, "reason": reason, "decision": "allow"}
    return AuditEntry(**(fixed | words | {"actor_kind": "system", "surface": ""}))


@pytest.mark.parametrize(
    ("later", "ended", "reason"),
    [
        ([], "", ""),
        ([(Act.SEND, "begin", "")], "", ""),
        ([(Act.SEND, "end", "no_answer")], "", ""),
        ([(Act.SEND, "end", "crashed"), (Act.RECOVER, "whole", "done")], "sent", ""),
        ([(Act.SEND, "end", "done")], "sent", ""),
        ([(Act.SEND, "end", "conflict")], "held", CHANGED),
        ([(Act.RECOVER, "whole", "held", "draft_gone")], "held", "draft_gone"),
        ([(Act.RECOVER, "whole", "needs_human", "unknown")], "needs_human", "unknown"),
        ([(Act.RETIRE, "begin", "")], "", ""),
        ([(Act.RETIRE, "end", "done")], "held", CHANGED),
        ([(Act.RETIRE, "end", "done"), (Act.SEND, "end", "done")], "sent", ""),
    ],
)
def test_a_paper_says_of_a_reply_what_its_chain_says(later: list[tuple[Any, ...]], ended: str, reason: str) -> None:
    told: Flown = _outcome(SEND, [entry(*each) for each in later])
    assert (told.ended, told.reason) == (ended, reason)
    assert (told.entry is None) == (ended == "")
