"""What binds a grant, word for word in English, Spanish and French."""

from __future__ import annotations

import re
from datetime import time
from uuid import UUID

import pytest
from hypothesis import given

from app.access.bounds_said import approval_said, bounds_said
from app.access.levels import LEVELS, Level
from app.locale.catalogues import language
from app.models.conditions import UNBOUND, Conditions, Hours, MailKind, Recipients, Span
from app.models.grant import Grant, NeedsApproval
from tests.access.test_decide import conditions

CODES = ("en", "es", "fr")
WEEKEND = tuple(Span(day=day, begins=time(), ends=time()) for day in (5, 6))
SAYS: list[tuple[str, dict[str, object], tuple[str, str, str]]] = [
    (
        "senders",
        {"senders": {"zoe@b.example", "@a.example"}},
        (
            "Only mail from @a.example, zoe@b.example",
            "Solo correo de @a.example, zoe@b.example",
            "Seulement le courrier de @a.example, zoe@b.example",
        ),
    ),
    (
        "labels that it bears",
        {"labels_in": {"Work", "Clients"}},
        (
            "Only mail with one of these labels: “Clients”, “Work”",
            "Solo correo con una de estas etiquetas: «Clients», «Work»",
            "Seulement le courrier portant l’un de ces libellés : « Clients », « Work »",
        ),
    ),
    (
        "labels that it does not bear",
        {"labels_out": {"Family"}},
        (
            "Never mail with one of these labels: “Family”",
            "Nunca correo con una de estas etiquetas: «Family»",
            "Jamais de courrier portant l’un de ces libellés : « Family »",
        ),
    ),
    (
        "invitations",
        {"kinds": {MailKind.INVITATION}},
        (
            "Only mail with invitations",
            "Solo correo con invitaciones",
            "Seulement le courrier avec des invitations",
        ),
    ),
    (
        "whole days",
        {"hours": Hours(zone="Europe/Madrid", spans=WEEKEND)},
        (
            "Only Saturday to Sunday all day, Madrid time",
            "Solo de sábado a domingo todo el día, hora de Madrid",
            "Seulement du samedi au dimanche toute la journée, heure de Madrid",
        ),
    ),
    (
        "no hour",
        {"hours": Hours(zone="Europe/Madrid", spans=())},
        ("At no hour at all", "A ninguna hora", "À aucune heure"),
    ),
    (
        "no change at all",
        {"changes_a_day": 0},
        (
            "Changes in the mailbox: at most 0 a day",
            "Cambios en el buzón: 0 al día como máximo",
            "Changements dans la boîte : 0 par jour au plus",
        ),
    ),
    (
        "so many replies",
        {"sends_a_day": 12},
        (
            "Replies that leave: at most 12 a day",
            "Respuestas que salen: 12 al día como máximo",
            "Réponses qui partent : 12 par jour au plus",
        ),
    ),
    (
        "chosen texts",
        {"templates": {UUID(int=1), UUID(int=2), UUID(int=3)}},
        (
            "Of the approved texts only those that were chosen, this many: 3",
            "De los textos aprobados, solo los elegidos, en este número: 3",
            "Parmi les textes approuvés, seulement ceux qui ont été choisis, à ce nombre : 3",
        ),
    ),
    (
        "inside the domain",
        {"recipients": Recipients.INTERNAL},
        (
            "Replies only inside the owner's own domain",
            "Respuestas solo dentro del dominio de la persona titular",
            "Réponses seulement à l’intérieur du domaine de la personne titulaire",
        ),
    ),
]
APPROVALS: list[tuple[NeedsApproval, str, str]] = [
    (NeedsApproval.ALWAYS, "Usted aprueba cada respuesta", "Vous approuvez chaque réponse avant"),
    (NeedsApproval.FIRST, "en este número: 7", "à ce nombre : 7"),
    (NeedsApproval.FREE_TEXT, "que no sea exactamente un texto", "qui n’est pas exactement un texte"),
    (NeedsApproval.NEVER, "sin preguntarle", "sans vous demander"),
]


def plain(sentence: str) -> str:
    return re.sub(r"\s", " ", sentence)


@pytest.mark.parametrize(("number", "code"), list(enumerate(CODES)))
@pytest.mark.parametrize(("bound", "told"), [row[1:] for row in SAYS], ids=[row[0] for row in SAYS])
def test_a_condition_is_told_word_for_word(
    bound: dict[str, object], told: tuple[str, str, str], number: int, code: str
) -> None:
    said = bounds_said(Conditions.model_validate(bound), language(code))
    assert [plain(each) for each in said] == [told[number]]


@pytest.mark.parametrize("code", CODES)
def test_an_unbound_grant_has_no_sentence_and_an_unreadable_one_has_one(code: str) -> None:
    assert bounds_said(UNBOUND, language(code)) == []
    (told,) = bounds_said(None, language(code))
    assert "Deskhand" in told


@pytest.mark.parametrize(("asks", "spanish", "french"), APPROVALS)
def test_the_owner_reads_in_her_language_when_she_is_asked(asks: NeedsApproval, spanish: str, french: str) -> None:
    grant = Grant(needs_approval=asks, conditions=Conditions(approve_first=7))
    assert spanish in plain(approval_said(grant, language("es").gettext, to_owner=True))
    assert french in plain(approval_said(grant, language("fr").gettext, to_owner=True))


@given(conditions)
def test_all_languages_tell_as_many_conditions_as_bind_and_no_placeholder_is_left(bound: Conditions) -> None:
    binding = [name for name, value in bound if value != getattr(UNBOUND, name) and name != "approve_first"]
    for code in CODES:
        said = bounds_said(bound, language(code))
        assert len(said) == len(binding)
        assert not any("{" in each or "}" in each for each in said)


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("code", ["es", "fr"])
def test_a_level_has_its_name_and_meaning_in_each_language(level: Level, code: str) -> None:
    rule, translate = LEVELS[level], language(code).gettext
    assert translate(rule.name) != rule.name
    assert translate(rule.says) != rule.says
