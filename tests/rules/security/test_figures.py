"""How well mail that opens accounts is told from other mail: on the half it was developed on and on the other."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.rules.security.labelled import BEGINNING, KEPT_ASIDE, LANGUAGES, PARTS, figures, labelled

RECALL, FALSE = 0.99, 0.05
MAILS = list(labelled())


def test_the_set_is_large_varied_and_both_kinds_are_in_each_half() -> None:
    assert len({mail.id for mail in MAILS}) == len(MAILS)
    assert len({(mail.sender, mail.subject, mail.body) for mail in MAILS}) == len(MAILS)
    counted = Counter((mail.lang, mail.part, mail.security) for mail in MAILS)
    assert len(counted) == len(LANGUAGES) * len(PARTS) * 2
    assert min(counted.values()) >= 30
    assert min(Counter(mail.lang for mail in MAILS if mail.part in PARTS[:2]).values()) >= 150


@pytest.mark.parametrize("longest", [None, BEGINNING])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", PARTS)
def test_V17_mail_that_opens_accounts_is_found_and_hardly_any_other_is_hidden(
    part: str, language: str, longest: int | None
) -> None:
    found = figures((mail for mail in MAILS if (mail.part, mail.lang) == (part, language)), longest)
    assert found.recall >= RECALL, found
    assert found.false_rate <= FALSE, found


def test_half_of_it_was_kept_aside() -> None:
    share = sum(mail.part == KEPT_ASIDE for mail in MAILS) / sum(mail.part in PARTS[:2] for mail in MAILS)
    assert 0.45 < share < 0.55
