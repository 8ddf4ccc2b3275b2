"""Mail programs that name the writer of what they quote, and no address, each in its own way: none shows her words."""

from __future__ import annotations

import time

import pytest

from app.access.quotations import MOST, without_quotes
from app.access.visibility import beginning_without_private, without_private

RULES = {"mother@family.example": True}
KNOWN = ("Clara Client", "Alice Amsel")
HEADS = {
    "Thunderbird": "{who} wrote on 11/27/2026 10:00 AM:\n> Secret",
    "Thunderbird, long date": "{who} wrote on Friday, 27 November 2026 at 10:00:\n> Secret",
    "Thunderbird, Spanish": "{who} escribió el 27/11/2026 a las 10:00:\n> Secret",
    "Thunderbird, French": "{who} a écrit le 27/11/2026 à 10:00 :\n> Secret",
    "Thunderbird, German": "{who} schrieb am 27.11.26 um 10:00:\n> Secret",
    "Zoho": "---- On Sun, 27 Nov 2026 10:00:00 -0300 {who} wrote ----\nSecret",
    "Zoho, marked": "---- On Sun, 27 Nov 2026 10:00:00 -0300 {who} wrote ---\n> Secret",
    "mutt": "* {who} [2026-11-27 10:00]:\n> Secret",
    "Notes": "{who}---27/11/2026 10:00:00---Secret",
    "on one line": "On Sun, 27 Nov 2026 at 10:00, {who} wrote: Secret",
    "on one line, French": "Le 27/11/2026 10:00, {who} a écrit : Secret",
    "in a language of no list": "27.11.2026 10:00, {who}:\n> Secret",
    "Apple, French": "Le 27 nov. 2026 à 10:00, {who} a écrit\u00a0:\n> Secret",
    "Apple, Spanish": "El 27 nov 2026, a la(s) 10:00, {who} escribió:\n> Secret",
    "Outlook": "From: {who}\nSent: Sunday\nTo: Clara\nSubject: x\n\nSecret",
    "Outlook, Spanish": "De: {who}\nEnviado el: domingo\nPara: Clara\nAsunto: x\n\nSecret",
    "Outlook, French": "De\u00a0: {who}\nEnvoyé\u00a0: dimanche\nÀ\u00a0: Clara\nObjet\u00a0: x\n\nSecret",
    "Outlook, bold": "*De :* {who}\n*Envoyé :* dimanche\n*À :* Clara\n*Objet :* x\n\nSecret",
    "Outlook, date first": "Date: Sunday\nFrom: {who}\nSubject: x\n\nSecret",
    "fields apart": "From: {who}\n\nSent: Sunday\n\nTo: Clara\n\nSecret",
    "Thunderbird forwards": (
        "-------- Forwarded Message --------\nSubject: x\nDate: Sunday\nFrom: {who}\nTo: Clara\n\nSecret"
    ),
    "Thunderbird forwards, Spanish": (
        "-------- Mensaje reenviado --------\nAsunto: x\nFecha: domingo\nDe: {who}\nPara: Clara\n\nSecret"
    ),
    "Roundcube": "-------- Message original --------\nObjet: x\nDate: dimanche\nDe: {who}\nÀ: Clara\n\nSecret",
    "a forward within": "> -------- Forwarded Message --------\n> Subject: x\n> Date: y\n> From: {who}\n>\n> Secret",
}
NOBODY = {
    "no From": "-------- Forwarded Message --------\nSubject: x\nDate: Sunday\nTo: Clara\n\nSecret",
    "From alone": "-----Original Message-----\nFrom: Mother\n\nSecret",
    "on behalf": "From: Mother On Behalf Of Father\nSent: Sunday\n\nSecret",
    "by a name with hyphens": "----- Forwarded by Anne-Marie on 2026-11-27 -----\n\nSecret",
    "where it is from": "My mother says:\n\n> Secret",
}


def one_line(text: str) -> str:
    """Return a text as a provider gives first words."""
    return " ".join(text.split())


@pytest.mark.parametrize("program", HEADS)
def test_I3_what_somebody_unknown_wrote_is_left_out(program: str) -> None:
    text = f"Hi Alice.\n\n{HEADS[program].format(who='Mother')}"
    shown, first = (
        without_private(text, RULES, known=KNOWN),
        beginning_without_private(one_line(text), RULES, known=KNOWN),
    )
    for each in (shown, first, without_quotes(text)):
        assert each.startswith("Hi Alice.")
        assert "Secret" not in each


@pytest.mark.parametrize("program", NOBODY)
def test_I3_who_is_not_said_to_have_written_it_is_nobody_known(program: str) -> None:
    text = f"Hi Alice.\n\n{NOBODY[program]}"
    assert without_private(text, RULES, known=KNOWN) == "Hi Alice."
    assert "Secret" not in beginning_without_private(one_line(text), RULES, known=KNOWN)


@pytest.mark.parametrize("program", HEADS)
def test_what_somebody_of_the_conversation_wrote_stays_readable(program: str) -> None:
    text = f"Hi Alice.\n\n{HEADS[program].format(who='Clara Client')}"
    assert without_private(text, RULES, known=KNOWN) == text
    assert beginning_without_private(one_line(text), RULES, known=KNOWN) == one_line(text)
    assert without_private(text, {}) == text


def test_I3_the_second_and_the_last_of_many_are_looked_at_too() -> None:
    two = "Yes. Clara Client wrote: > Shall we? On Sunday Mother wrote: > Secret"
    assert beginning_without_private(two, RULES, known=KNOWN) == "Yes. Clara Client wrote: > Shall we?"
    two = "From: Clara Client Sent: Sunday Subject: a Yes. Subject: b Date: Monday From: Mother Secret"
    assert beginning_without_private(two, RULES, known=KNOWN) == two.partition(" Subject: b")[0]
    both = "On 1/1/2026 Clara Client wrote: > Shall we? On 2/1/2026 Mother wrote: > Secret"
    assert without_private(both, RULES, known=KNOWN) == ""
    many = "> Shall we?\n\nYes.\n\n" * (MOST + 5)
    assert "Secret" not in without_private(f"{many}Mother wrote:\n> Secret", RULES, known=KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "She wrote to us on 3 March and asked: shall we come?",
        "As I wrote on Monday: we start in March.",
        "What we wrote in 2024: nothing - not a word.",
        "Ella escribió el informe: son 3 páginas.",
        "Lo que escribió mi socia -- en 2024 -- vale.",
        "Il a écrit le rapport : 3 pages.",
        "He writes: novels, mostly.\nHours: 9-17 -- Monday to Friday",
        "Two things -- as agreed -- and one more: the terrace.\n\n---\n\nThank you",
        "Price---10.00---each, 5 > 3",
        "Agenda:\n- 10:00: coffee\n- 11:30: the plan",
        "Date: 3 May\nPlace: the garden",
        "De: 9:00 a 10:00",
        "-- \nDan, gardener",
        "Dear Alice:\n\nyes, please.",
    ],
)
def test_ordinary_words_stay_whole_whoever_is_private(text: str) -> None:
    assert without_private(text, {}) == without_private(text, RULES, known=KNOWN) == text
    assert beginning_without_private(one_line(text), {}) == one_line(text)


@pytest.mark.parametrize(
    "words",
    [
        "She wrote to us on 3 March and asked: shall we come?",
        "As I wrote on Monday: we start in March.",
        "Ella escribió el informe: son 3 páginas.",
        "Il a écrit le rapport : 3 pages.",
        "Two things -- as agreed -- and one more: the terrace. --- Thank you",
        "Date: 3 May Place: the garden. To: everybody",
        "De: 9:00 a 10:00",
        "Your journey. From: Madrid To: Sevilla",
        "Price---10.00---each, 5 > 3",
    ],
)
def test_ordinary_first_words_stay_whole_where_somebody_is_private(words: str) -> None:
    assert beginning_without_private(words, RULES, known=KNOWN) == words


EVIL = (
    *("-", "_", "a:", "wrote", "wrote:", "wrote on 1 ", "schrieb ", "schrieb 1:", "---a ", "---1/1/11", "--- a-b-"),
    *(
        "[1]: > ",
        "From: ",
        "from: a date: ",
        "a:\n> b\n\n",
        "Clara Client wrote:\n\n",
        "> \n",
        "wrote on 1 " * 25 + "x:\n",
    ),
    *(
        "on 1 " * 50 + "\n",
        "On 1 wrote " * 20 + "\n",
        "on 1" + "wrote" * 50 + "\n",
        "-" * 200 + "x-y\n",
        "From: Clara Client\n\nDate: x\n\n",
    ),
)


@pytest.mark.parametrize("evil", EVIL)
def test_hostile_words_cost_no_time_where_somebody_is_private(evil: str) -> None:
    text = evil * (100_000 // len(evil)) + "x"
    begun = time.process_time()
    without_private(text, RULES, known=KNOWN)
    beginning_without_private(text, RULES, known=KNOWN)
    without_quotes(text)
    assert time.process_time() - begun < 10
