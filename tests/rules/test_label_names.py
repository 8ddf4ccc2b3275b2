"""One label is one however its name is written: a condition or a private mark must not depend on a capital letter."""

from __future__ import annotations

import unicodedata

import pytest

from app.access.conditions import MailFacts, covers
from app.access.visibility import PrivateRules, is_labelled
from app.models.conditions import Conditions
from app.rules.label_names import same


@pytest.mark.parametrize(
    ("written", "there"),
    [
        ("clients", "Clients"),
        ("FAMÍLIA", unicodedata.normalize("NFD", "Família")),
        (unicodedata.normalize("NFD", "Privé"), "privé"),
        ("Garden  terrace ", "Garden Terrace"),
        ("STRASSE", "Straße"),
    ],
)
def test_a_label_left_out_stays_out_however_its_name_is_written(written: str, there: str) -> None:
    mail = MailFacts(authors=("clara@customer.example",), labels=frozenset({there, "Other"}))
    assert not covers(Conditions(labels_out=frozenset({written})), mail)
    assert covers(Conditions(labels_in=frozenset({written})), mail)
    assert is_labelled([there], PrivateRules(labels=frozenset({same(written)})))


@pytest.mark.parametrize("other", ["Client", "Clients/Old", "Сlients", "Cl ients", ""])
def test_another_label_is_another(other: str) -> None:
    mail = MailFacts(authors=("clara@customer.example",), labels=frozenset({other}))
    assert covers(Conditions(labels_out=frozenset({"Clients"})), mail)
    assert not covers(Conditions(labels_in=frozenset({"Clients"})), mail)
    assert not is_labelled([other], PrivateRules(labels=frozenset({"clients"})))
