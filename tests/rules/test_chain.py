"""A chain of entries by itself: what is hashed, and where it is found to be broken."""

from __future__ import annotations

import hashlib
import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.chain import FIRST_HASH, FORMAT, Said, broken_at, broken_in, digest, said

words = st.text(max_size=8)
values = st.one_of(words, st.integers(-9, 9), st.none(), st.lists(words, max_size=2))
extras = st.dictionaries(st.sampled_from(["action", "reason", "labels_after", "fence", "later"]), values, max_size=4)


class Word(StrEnum):
    """A word of an enumeration."""

    YES = "yes"


def exported(extra: list[dict[str, Any]]) -> dict[str, Any]:
    """Return an exported chain whose entries say these things."""
    entries: list[dict[str, Any]] = []
    last = FIRST_HASH.hex()
    for number, more in enumerate(extra, start=1):
        told: Said = said({**more, "seq": number, "prev_hash": bytes.fromhex(last)})
        last = digest(told).hex()
        entries.append({"said": told, "hash": last, "shown": {}})
    return {"format": FORMAT, "entries": entries, "end": {"seq": len(entries), "hash": last}}


def test_what_is_said_is_what_json_can_hold_and_nothing_that_is_empty() -> None:
    moment = datetime(2026, 1, 1, 0, 0, 0, 250_000, tzinfo=UTC)
    given_columns = {
        "hash": b"\1\xff",
        "at": moment,
        "id": UUID(int=7),
        "word": Word.YES,
        "text": "ä",
        "number": 0,
        "nothing": None,
        "empty": "",
        "none": [],
        "no_bytes": b"",
    }
    assert said(given_columns) == {
        "hash": "01ff",
        "at": moment.timestamp(),
        "id": str(UUID(int=7)),
        "word": "yes",
        "text": "ä",
        "number": 0,
    }


def test_a_moment_is_the_same_in_every_zone() -> None:
    moment = datetime(2026, 7, 1, 12, 0, 0, 1, tzinfo=UTC)
    elsewhere = moment.astimezone(timezone(timedelta(hours=13)))
    assert said({"at": moment}) == said({"at": elsewhere}) != said({"at": moment + timedelta(microseconds=1)})


def test_the_digest_is_over_the_canonical_form_that_the_page_describes() -> None:
    written = '{"at": 1767225600.0, "labels_after": ["\\u00c4"], "seq": 1}'
    told: Said = {"seq": 1, "labels_after": ["Ä"], "at": 1767225600.0}
    assert digest(told) == hashlib.sha256(written.encode()).digest()


@given(st.lists(extras, max_size=6))
def test_a_chain_is_whole_after_it_went_through_a_file(extra: list[dict[str, Any]]) -> None:
    log = json.loads(json.dumps(exported(extra)))
    assert broken_in(log) == (len(extra), None)


@given(st.lists(extras, min_size=1, max_size=6), st.data())
def test_whatever_is_changed_in_one_entry_is_found_there(extra: list[dict[str, Any]], data: st.DataObject) -> None:
    log = exported(extra)
    number = data.draw(st.integers(1, len(extra)))
    changed = deepcopy(log)
    changed["entries"][number - 1]["said"]["outcome"] = "changed"
    assert broken_in(changed)[1] == number
    # Its own digest mended, the entry after it does not follow any more; of the last one, the end.
    entry = changed["entries"][number - 1]
    entry["hash"] = digest(entry["said"]).hex()
    assert broken_in(changed)[1] == number + 1


@given(st.lists(extras, min_size=2, max_size=6), st.data())
def test_whatever_is_left_out_or_put_elsewhere_is_found(extra: list[dict[str, Any]], data: st.DataObject) -> None:
    log = exported(extra)
    place = data.draw(st.integers(0, len(extra) - 2))
    without = deepcopy(log)
    del without["entries"][place]
    assert broken_in(without)[1] == place + 1
    swapped = deepcopy(log)
    entries = swapped["entries"]
    entries[place], entries[place + 1] = entries[place + 1], entries[place]
    assert broken_in(swapped)[1] == place + 1
    cut = deepcopy(log)
    del cut["entries"][-1]
    assert broken_in(cut)[1] == len(extra)


def test_an_empty_chain_ends_where_it_begins() -> None:
    assert broken_at([], 0, FIRST_HASH.hex()) is None
    assert broken_at([], 1, FIRST_HASH.hex()) == 1


@pytest.mark.parametrize(
    "wrong",
    [None, [], {}, "x", {"format": "other"}, {"format": FORMAT}, {"format": FORMAT, "entries": [], "end": {}},
     {"format": FORMAT, "entries": [{"said": 7, "hash": ""}], "end": {"seq": 1, "hash": ""}},
     {"format": FORMAT, "entries": 7, "end": {"seq": 1, "hash": ""}},
     {"format": FORMAT, "entries": [], "end": {"seq": "x", "hash": ""}}],
)  # fmt: skip
def test_what_is_no_exported_chain_is_no_broken_one_either(wrong: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong with it, it is no log
        broken_in(wrong)
