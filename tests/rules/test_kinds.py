"""What a mail is about: appointments and invitations in three languages, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.conditions import MailKind
from app.rules.kinds import kind_of

APPOINTMENTS = [
    ("Confirmación de su cita", "Le esperamos el martes a las 10."),
    ("Recordatorio", "Le recordamos su cita médica de mañana."),
    ("¿Reunión el jueves?", "¿Podemos reunirnos a las 16?"),
    ("Reprogramar la visita", "No llego el lunes."),
    ("Votre rendez-vous du 3 mars", "Nous confirmons."),
    ("RDV demain", "Toujours bon ?"),
    ("Réunion de chantier", "Jeudi 9 h"),
    ("Your appointment is confirmed", "Tuesday 10:00"),
    ("Hello", "Can we meet on Friday?"),
    ("Rescheduling our call", "Would 3 pm work?"),
    ("Updated invitation: Site visit @ Tue 10am", "When: Tuesday"),
    ("Accepted: Site visit", ""),
]
INVITATIONS = [
    ("¡Estás invitada!", "Mi cumpleaños es el sábado."),
    ("Invitación a la boda de Ana y Luis", "3 de mayo"),
    ("Sábado", "Te invito a cenar en casa."),
    ("Cena", "Por favor confirmar asistencia antes del viernes."),
    ("Invitation au mariage", "Réponse avant le 1er mai"),
    ("Samedi", "Nous vous invitons à notre crémaillère."),
    ("You're invited", "Our summer party"),
    ("Save the date", "3 May"),
    ("Dinner", "RSVP by Friday"),
    ("Wedding", "You are cordially invited to join us."),
]
NEITHER = [
    ("Terrace in March?", "Could you start in March?"),
    ("Factura 2291", "Adjunto la factura de noviembre."),
    ("Garden news", "Roses in November"),
    ("Me llamaron de la consulta", "Nada grave, pero quiero contarte."),
    ("Compte rendu", "Voici le compte rendu."),
    ("Invoice", "Please find the invoice for your order."),
    ("Cita", "El libro cita a Borges."),
]


@pytest.mark.parametrize(("subject", "words"), APPOINTMENTS)
def test_V14_an_appointment_is_known(subject: str, words: str) -> None:
    assert kind_of(subject, words) is MailKind.APPOINTMENT


@pytest.mark.parametrize(("subject", "words"), INVITATIONS)
def test_V16_an_invitation_is_known(subject: str, words: str) -> None:
    assert kind_of(subject, words) is MailKind.INVITATION


@pytest.mark.parametrize(("subject", "words"), NEITHER)
def test_in_doubt_a_mail_is_of_no_kind(subject: str, words: str) -> None:
    assert kind_of(subject, words) is None


@given(st.text(), st.text())
def test_any_words_have_at_most_one_kind(subject: str, words: str) -> None:
    assert kind_of(subject, words) in (None, *MailKind)


def test_a_megabyte_is_looked_at_no_longer_than_a_page() -> None:
    assert kind_of("x" * 1_000_000, "cita " * 1_000_000) is None
