"""What is quoted below a reply, and how a draft's own words are told from it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.providers.base import Address, Folder, Message
from app.providers.quoting import attribution, split_quote, with_quote

LETTER = Message(
    id="1",
    thread_id="1",
    folder=Folder.INBOX,
    date=datetime(2026, 11, 22, 14, 5, tzinfo=UTC),
    authors=(Address(email="clara@customer.example", name="Clara Client"),),
)
LINE = "2026-11-22 14:05 UTC, Clara Client <clara@customer.example>:"


def test_the_original_stands_below_with_its_date_and_author_in_no_language() -> None:
    assert with_quote("Yes.", LETTER, "Could you?\n\nThanks\n> older") == (
        f"Yes.\n\n{LINE}\n> Could you?\n>\n> Thanks\n> > older\n"
    )


def test_an_original_without_words_is_not_quoted() -> None:
    assert with_quote("Yes.", LETTER, " \n") == "Yes."


def test_an_original_without_author_still_has_its_date() -> None:
    anonymous = Message(id="1", thread_id="1", folder=Folder.INBOX, date=LETTER.date)
    assert attribution(anonymous) == "2026-11-22 14:05 UTC:"


def test_a_very_long_original_is_cut() -> None:
    assert len(with_quote("Yes.", LETTER, "x" * 1_000_000)) < 101_000


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=80), st.text(max_size=80))
def test_own_words_and_quotation_come_apart_again(own: str, original: str) -> None:
    original = " ".join(original.split())
    own = own.strip()
    text, quoted = split_quote(with_quote(own, LETTER, original))
    if own.startswith(">"):  # a reply of quotations alone is not taken apart with certainty
        return
    assert text == own
    assert bool(quoted) == bool(original)


@given(st.text(max_size=200))
def test_nothing_is_lost_in_taking_apart(text: str) -> None:
    own, quoted = split_quote(text)
    assert "".join((own + quoted).split()) == "".join(text.split())


GMAILS = "On Sun, Nov 22, 2026 at 2:05 PM Clara Client <clara@customer.example> wrote:"
WRAPPED = "On Sun, Nov 22, 2026 at 2:05 PM Clara Client <\nclara@customer.example> wrote:"
FRENCH = "Le dim. 22 nov. 2026 à 14:05, Clara Client <clara@customer.example> a écrit :"


@pytest.mark.parametrize("head", [LINE, GMAILS, WRAPPED, FRENCH], ids=["ours", "gmail", "wrapped", "french"])
def test_what_mail_programs_quote_is_told_too(head: str) -> None:
    assert split_quote(f"Yes.\n\n{head}\n\n> Could you?\n> Thanks\n") == ("Yes.", f"{head}\n\n> Could you?\n> Thanks")


@pytest.mark.parametrize(
    "text",
    [
        "Yes.",
        "My terms:\n> 10 % off\n> never again",  # looks like a quotation, and hides words that nobody quoted
        f"Yes.\n\n{LINE}\n> Could you?\n\nI resign.",
        f"{LINE}\n> Could you?\nNo, never.\n> Thanks",
        "> Could you?\nYes.",
        "",
        "\n\n",
    ],
)
def test_no_words_are_taken_for_a_quotation_without_a_sure_sign(text: str) -> None:
    own, quoted = split_quote(text)
    assert (own, quoted) == (text, "")
