"""Where an audit chain is found to be broken, whoever bends it and however cleverly."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.chain import FIRST_HASH, FORMAT, Said, broken_at, broken_in, digest, said

ACTIONS = ["message.read", "Réponse envoyée", "Señal añadida", "label.added", "draft.sent"]
Chain = list[tuple[Said, str]]


def chain_of(actions: list[str], first: int = 1, previous: str = FIRST_HASH.hex()) -> Chain:
    chain: Chain = []
    for seq, action in enumerate(actions, start=first):
        told = said({"seq": seq, "prev_hash": previous, "action": action})
        previous = digest(told).hex()
        chain.append((told, previous))
    return chain


def break_of(chain: Chain, seq: int, last: str) -> int | None:
    """Return what both ways of asking answer: about entries, and about a file."""
    exported = {
        "format": FORMAT,
        "entries": [{"said": told, "hash": hashed} for told, hashed in chain],
        "end": {"seq": seq, "hash": last},
    }
    count, at = broken_in(json.loads(json.dumps(exported)))
    assert count == len(chain)
    assert at == broken_at(chain, seq, last)
    return at


GOOD = chain_of(ACTIONS)
END = (len(GOOD), GOOD[-1][1])


def test_a_chain_in_three_languages_is_whole() -> None:
    assert break_of(GOOD, *END) is None


@pytest.mark.parametrize("place", range(1, 6))
def test_a_chain_that_is_forged_from_one_entry_on_ends_elsewhere(place: int) -> None:
    previous = GOOD[place - 2][1] if place > 1 else FIRST_HASH.hex()
    forged = GOOD[: place - 1] + chain_of(["forged", *ACTIONS[place:]], place, previous)
    assert break_of(forged, *END) == len(GOOD) + 1
    assert break_of(forged, len(forged), forged[-1][1]) is None


@pytest.mark.parametrize("place", range(1, 6))
def test_an_entry_that_stands_twice_is_found_at_the_second(place: int) -> None:
    assert break_of(GOOD[:place] + GOOD[place - 1 :], *END) == place + 1


@pytest.mark.parametrize("kept", range(5))
def test_a_chain_that_is_cut_short_lacks_the_entry_after_its_last(kept: int) -> None:
    assert break_of(GOOD[:kept], *END) == kept + 1


@pytest.mark.parametrize("kept", range(1, 5))
def test_a_chain_whose_beginning_is_gone_is_broken_at_its_first(kept: int) -> None:
    assert break_of(GOOD[kept:], *END) == 1
    assert break_of(chain_of(ACTIONS[kept:], kept + 1, GOOD[kept - 1][1]), *END) == 1


@pytest.mark.parametrize("previous", ["", "0" * 63, "f" * 64, "00" * 33])
def test_a_chain_begins_with_the_digest_of_nothing_and_no_other(previous: str) -> None:
    chain = chain_of(ACTIONS, previous=previous)
    assert break_of(chain, len(chain), chain[-1][1]) == 1


@pytest.mark.parametrize(
    ("seq", "last"), [(4, END[1]), (6, END[1]), (5, GOOD[3][1]), (5, END[1].upper()), (5, ""), (0, FIRST_HASH.hex())]
)
def test_an_end_that_is_not_the_last_entrys_is_a_missing_entry(seq: int, last: str) -> None:
    assert END[1] != END[1].upper()
    assert break_of(GOOD, seq, last) == 6


@given(st.integers(0, 4), st.integers(0, 63), st.sampled_from("0123456789abcdef"))
def test_one_other_digit_in_a_digest_is_found_at_its_entry(place: int, digit: int, sign: str) -> None:
    told, hashed = GOOD[place]
    bent = hashed[:digit] + sign + hashed[digit + 1 :]
    expected = None if bent == hashed else place + 1
    assert break_of([*GOOD[:place], (told, bent), *GOOD[place + 1 :]], *END) == expected


@given(st.lists(st.sampled_from(ACTIONS), max_size=4), st.lists(st.sampled_from(ACTIONS), max_size=4))
def test_two_histories_end_alike_only_if_they_are_the_same(one: list[str], other: list[str]) -> None:
    assert (chain_of(one)[-1:] == chain_of(other)[-1:]) is (one == other)


@given(st.permutations(["seq", "prev_hash", "action", "reason"]))
def test_the_order_of_columns_changes_no_digest(order: list[str]) -> None:
    columns = {"seq": 1, "prev_hash": FIRST_HASH, "action": "Réponse envoyée", "reason": "año"}
    assert digest(said({name: columns[name] for name in order})) == digest(said(columns))


@pytest.mark.parametrize(
    ("one", "other"),
    [("1", 1), ("None", None), ("[]", []), (["a", "b"], ["b", "a"]), (["ab"], ["a", "b"]), ("e\u0301", "é"),
     ("Año", "año"), (" ", ""), ([""], []), (0, None)],
)  # fmt: skip
def test_what_is_not_the_same_is_never_said_the_same(one: Any, other: Any) -> None:
    assert digest(said({"seq": 1, "reason": one})) != digest(said({"seq": 1, "reason": other}))
