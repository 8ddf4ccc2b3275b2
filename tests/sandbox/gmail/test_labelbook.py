"""The names of labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sandbox.gmail.labelbook import FIXED, MOST_NAME, RESERVED, SYSTEM, LabelBook
from app.sandbox.gmail.refusals import Refusal
from tests.sandbox.practice import refusal_of

NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs", "Cf", "Co", "Cn"]),
    min_size=1,
    max_size=40,
)


def usable(name: str) -> bool:
    plain = name.casefold()
    parts = name.split("/")
    return plain not in RESERVED and not plain.startswith("category_") and all(part.strip() for part in parts)


@given(st.lists(NAMES.filter(usable), max_size=12))
def test_each_name_is_there_once_whatever_its_case(names: list[str]):
    book = LabelBook()
    for name in names:
        for spelled in (name, name.upper(), name.lower()):
            refused = refusal_of(book.create, spelled, {})
            assert refused is None or refused.code in {409, 400}
    own = [label.name.casefold() for label in book if not label.system]
    assert len(own) == len(set(own))
    for name in names:
        found = book.named(name)
        assert found is not None
        assert book.get(found.id) is found


@given(st.text(max_size=300))
def test_any_text_is_a_name_or_is_refused(name: str):
    book = LabelBook()
    refused = refusal_of(book.create, name, {})
    if refused is not None:
        assert str(refused) == "Invalid label name"
        return
    label = book.named(name.strip())
    assert label is not None
    assert 0 < len(label.name) <= MOST_NAME
    assert label.name.isprintable()


@pytest.mark.parametrize("name", [*sorted(RESERVED), "INBOX", "CATEGORY_PERSONAL", "category_own", " Inbox "])
def test_gmails_own_words_are_taken(name: str):
    with pytest.raises(Refusal, match="Invalid label name"):
        LabelBook().create(name, {})


@pytest.mark.parametrize("name", ["Inbox 2", "Work/Inbox", "Sent by Ana", "España/ñandú", "x" * MOST_NAME, "a&b|c"])
def test_names_beside_them_are_free(name: str):
    assert LabelBook().create(name, {}).name == name


def test_a_refused_name_changes_nothing():
    book = LabelBook()
    label = book.create("A", {})
    for name in ("", "Inbox", "a//b"):
        with pytest.raises(Refusal):
            book.rename(label, name)
    assert label.name == "A"
    assert len(list(book)) == len(SYSTEM) + 1


@pytest.mark.parametrize("label", sorted(set(SYSTEM) - FIXED))
def test_most_of_gmails_own_labels_may_be_put_on_and_taken_off(label: str):
    LabelBook().check_changes([label], [])
    LabelBook().check_changes([], [label])


@pytest.mark.parametrize("label", sorted(FIXED))
@pytest.mark.parametrize("adding", [True, False])
def test_some_may_not(label: str, adding: bool):
    with pytest.raises(Refusal, match=f"Invalid label: {label}"):
        LabelBook().check_changes([label] if adding else [], [] if adding else [label])


def test_a_hundred_labels_may_change_at_once():
    book = LabelBook()
    ids = [book.create(f"l{n}", {}).id for n in range(101)]
    book.check_changes(ids[:100], [])
    with pytest.raises(Refusal, match="the limit is 100"):
        book.check_changes(ids, [])
    with pytest.raises(Refusal, match="the limit is 100"):
        book.check_changes([], ids)
