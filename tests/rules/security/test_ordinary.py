"""What people write to each other stays in sight: greeted, signed, with an address and a date in what it quotes."""

from __future__ import annotations

import pytest

from app.rules.security import opens_accounts
from tests.rules.security.labelled import BEGINNING
from tests.rules.security.ordinary import MATTERS, ordinary


@pytest.mark.parametrize("longest", [None, BEGINNING])
def test_letters_that_nothing_was_learnt_from_are_not_hidden(longest: int | None) -> None:
    letters = list(ordinary(600, learnt=False))
    hidden = [each for each in letters if opens_accounts(each.subject, each.body[:longest], [each.sender])]
    assert len(hidden) <= len(letters) // 100, hidden[:5]


@pytest.mark.parametrize("lang", MATTERS)
def test_a_few_words_from_a_person_are_not_hidden(lang: str) -> None:
    assert [each for each in MATTERS[lang] if opens_accounts("Re: Wednesday", each, ["clara@customer.example"])] == []
