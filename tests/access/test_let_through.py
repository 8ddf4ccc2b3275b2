"""Which mail of private people an owner lets through, and where what is shown of a letter ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.quotations import MOST, quotations, without_quotes
from app.access.visibility import PrivateRules, beginning_without_private, is_labelled, let_through

ALICE, CLARA, MOTHER, DOCTOR = "alice@a.example", "clara@c.example", "mother@f.example", "results@clinic.example"
RULES = PrivateRules(
    senders={MOTHER: True, "@clinic.example": True, "front@clinic.example": True, "news@clinic.example": False},
    excepted={MOTHER: frozenset({"appointment"}), "@clinic.example": frozenset({"appointment", "invitation"})},
    labels=frozenset({"family", "médico", "privé"}),
)
APPOINTMENTS = [
    ("Our appointment", "Can we move the appointment to Thursday at 10:00?"),
    ("Cita del jueves", "¿Podemos mover la cita a las 10:00?"),
    ("Rendez-vous", "Pouvons-nous déplacer le rendez-vous à jeudi 10 h ?"),
]
INVITATIONS = [
    ("Party", "You are invited to my birthday party"),
    ("Fiesta", "Te invito a mi fiesta de cumpleaños"),
    ("Fête", "Je t’invite à ma fête d’anniversaire"),
]


@pytest.mark.parametrize("words", APPOINTMENTS)
def test_an_appointment_of_hers_is_let_through_where_the_owner_says_so(words: tuple[str, str]) -> None:
    assert let_through([MOTHER, ALICE], [MOTHER], *words, RULES)
    assert let_through([MOTHER, DOCTOR], [MOTHER], *words, RULES)  # both are private, both with this kind
    assert not let_through([MOTHER, ALICE], [MOTHER], *words, PrivateRules(senders=RULES.senders))


@pytest.mark.parametrize("words", INVITATIONS)
def test_a_kind_is_let_through_for_those_alone_whom_it_was_said_of(words: tuple[str, str]) -> None:
    assert let_through([DOCTOR], [DOCTOR], *words, RULES)
    assert not let_through([MOTHER], [MOTHER], *words, RULES)
    assert not let_through([DOCTOR, MOTHER], [DOCTOR], *words, RULES)


@pytest.mark.parametrize("words", APPOINTMENTS)
@pytest.mark.parametrize(
    ("people", "authors"),
    [
        ([ALICE, MOTHER], [ALICE]),  # what the owner writes to her
        ([CLARA, ALICE], [CLARA]),  # nobody private has written it
        (["front@clinic.example"], ["front@clinic.example"]),  # marked by itself, without the domain's exception
        (["news@clinic.example"], ["news@clinic.example"]),
        ([MOTHER], []),
    ],
    ids=["to her", "nobody private", "marked by itself", "shown anyway", "no author"],
)
def test_without_a_private_author_of_that_kind_nothing_is_let_through(
    people: list[str], authors: list[str], words: tuple[str, str]
) -> None:
    assert not let_through(people, authors, *words, RULES)


CODES = [
    ("Appointment", "Confirm your appointment. Your verification code is 482 913."),
    ("Cita", "Confirma tu cita. Tu código de verificación es 482 913."),
    ("Rendez-vous", "Votre code de vérification est 482 913."),
]


@pytest.mark.parametrize("words", CODES)
def test_a_code_is_not_let_through_by_calling_it_an_appointment(words: tuple[str, str]) -> None:
    machine = "no-reply@clinic.example"
    assert not let_through([machine], [machine], *words, RULES)
    assert let_through([machine], [machine], words[0], "Our appointment. Mi cita. Notre rendez-vous.", RULES)


@pytest.mark.parametrize(
    "words", [("Sunday", "Lunch?"), ("Domingo", "¿Almuerzo?"), ("Dimanche", "On mange ?"), ("", "")]
)
def test_mail_of_no_kind_is_not_let_through(words: tuple[str, str]) -> None:
    assert not let_through([MOTHER, ALICE], [MOTHER], *words, RULES)


@pytest.mark.parametrize(
    ("labels", "private"),
    [
        (["Family"], True),
        (["Work", "FAMILY"], True),
        (["MÉDICO"], True),
        (["Privé"], True),
        (["Family/School"], False),
        (["Fam"], False),
        ([], False),
    ],
)
def test_a_label_is_private_whatever_its_capitals_and_only_as_a_whole(labels: list[str], private: bool) -> None:
    assert is_labelled(labels, RULES) is private
    assert not is_labelled(labels, PrivateRules())


@pytest.mark.parametrize(
    "quoted",
    [
        "On Sunday, Clara wrote:\nSecret",
        "El domingo, Clara escribió:\nSecret",
        "El domingo, Clara escribio:\nSecret",
        "Le dimanche, Clara a écrit :\nSecret",
        "From: Clara\nSubject: The terrace\nSecret",
        "De: Clara\nAsunto: La terraza\nSecret",
        "De : Clara\nObjet : La terrasse\nSecret",
        "De : clara@c.example\nSecret",
        "  > Secret",
        "____________________\nSecret",
    ],
)
def test_ones_own_words_end_where_a_quotation_begins(quoted: str) -> None:
    assert without_quotes(f"Mine.\n\n{quoted}") == "Mine."


@pytest.mark.parametrize("own", ["Nota: mañana no", "PS: merci", "Hours: 9-17\n\nDan", "5 > 3", "a\n_____\nb"])
def test_a_colon_or_a_sign_in_ones_own_words_ends_nothing(own: str) -> None:
    assert without_quotes(own) == own


lines = st.lists(
    st.sampled_from(["Hello", "", "> hola", ">> salut", "Dan wrote:", "De : Clara", "Objet : Fête", "-----"]),
    max_size=12,
)


@given(lines)
def test_what_is_left_begins_the_letter_and_has_nothing_more_to_cut(given_: list[str]) -> None:
    text = "\n".join(given_)
    left = without_quotes(text)
    assert text.startswith(left)
    assert without_quotes(left) == left
    assert ">" not in left


@pytest.mark.parametrize(
    ("end", "shown"),
    [("De: Madre <mot", False), ("De : Mère moth…", False), ("From: x@clin", False), ("mo", True), ("Bonjour", True)],
)
def test_first_words_are_kept_unless_their_cut_off_end_may_be_a_private_address(end: str, shown: bool) -> None:
    assert (beginning_without_private(f"Hola. {end}", RULES.senders) != "") is shown
    assert beginning_without_private(f"Hola. {end}", {MOTHER: False}) == f"Hola. {end}"


@pytest.mark.parametrize("name", ["Subject", "Asunto", "Objet", "Sujet", "SUBJECT"])
def test_a_quotation_names_its_subject_in_each_language(name: str) -> None:
    (quoted,) = quotations(["Yes.", "", "Von : Clara", f"{name} : La terraza", "", "Hello"])
    assert (quoted.first, quoted.subject) == (2, "La terraza")


@given(lines)
def test_quotations_stand_inside_the_letter_and_lack_the_signs_of_quoting(given_: list[str]) -> None:
    for quoted in quotations(given_):
        assert 0 <= quoted.first < len(given_)
        assert not any(line.startswith(">") for line in quoted.text.split("\n"))


def test_after_the_most_that_are_told_apart_the_rest_is_the_last_ones() -> None:
    told = list(quotations([line for n in range(MOST + 5) for line in (f"> letter {n}", "yes")]))
    assert len(told) == MOST
    assert told[-1].text.endswith(f"letter {MOST + 4}\nyes")
