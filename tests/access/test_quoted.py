"""What a public letter quotes of a private one is left out for assistants, whoever's mail program has quoted it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.access.first_words import first_quotations
from app.access.quotations import headings, may_quote, quotations, without_quotes
from app.access.visibility import beginning_without_private, without_private

RULES = {"mother@family.example": True, "@clinic.example": True, "front@clinic.example": False}
QUOTES = {
    "ours": "2026-11-22 14:05 UTC, Mother <mother@family.example>:\n> Secret",
    "Gmail": "On Sun, 22 Nov 2026 at 14:05, Mother <mother@family.example> wrote:\n\n> Secret",
    "Gmail, wrapped": "El dom, 22 nov 2026, Mother de Alice\n<mother@family.example> escribió:\n> Secret",
    "Outlook": "From: Mother <mother@family.example>\nSent: Sunday\nTo: Alice\nSubject: Lunch\n\nSecret",
    "Outlook, French": "De : Mother <MOTHER@family.example>\nEnvoyé : dimanche\n\nSecret",
    "Outlook, older": "-----Original Message-----\nFrom: Mother [mailto:mother@family.example]\n\nSecret",
    "Apple": "> On 22 Nov 2026, at 14:05, Mother <mother@family.example> wrote:\n> \n> Secret",
    "a private domain": "From: Dr. D. <results@clinic.example>\n\nSecret",
    "forwarded twice": "From: Dan <dan@elsewhere.example>\n\nSee below\n\n> From: mother@family.example\n> Secret",
}


@pytest.mark.parametrize("program", QUOTES)
def test_V17_nothing_of_a_private_letter_is_left_and_the_words_above_stay(program: str) -> None:
    shown = without_private(f"Shall we cut it?\n\n{QUOTES[program]}", RULES)
    assert shown.startswith("Shall we cut it?")
    assert "Secret" not in shown
    assert "mother" not in shown.casefold()


@pytest.mark.parametrize(
    "text",
    [
        "From: Clara <client@customer.example>\n\nHello",
        "Write to front@clinic.example, please.",
        "mother@family.example.org is somebody else",
        "No address at all\n\n> quoted",
        "",
    ],
)
def test_what_names_nobody_private_stays_whole(text: str) -> None:
    assert without_private(text, RULES) == text
    assert beginning_without_private(text, RULES) == text


@pytest.mark.parametrize(
    "end", ["<mother@family.example> Secret", "<mother@fam", "<moth", "results@cli", "mother@family.example"]
)
def test_V17_first_words_end_where_a_private_address_begins_even_if_it_is_cut_off(end: str) -> None:
    assert beginning_without_private(f"Shall we? From: Mother {end}", RULES) == ""
    assert beginning_without_private("Shall we meet my", {"@clinic.example": True}) == "Shall we meet my"


CODE = "Your verification code is 482 913. It expires in ten minutes."
RESET = "Someone asked to reset your password. Click here to choose a new one."
OPENING = {
    "a quoted code": f"> {CODE}",
    "Gmail": f"On Sun, 22 Nov 2026 at 14:05, Bank <no-reply@bank.example> wrote:\n\n> {CODE}",
    "Gmail, wrapped": f"El dom, 22 nov 2026 a las 14:05, Banco\n<no-reply@bank.example> escribió:\n\n> {CODE}",
    "no address": f"The bank wrote:\n> Hello Alice,\n>\n> {CODE}",
    "not marked": "Le dim. 22 nov., la banque a écrit :\n\nBonjour,\n\nVotre code de vérification est 482 913.",
    "Outlook": f"From: Bank\nSent: Sunday\nTo: Alice\nSubject: Sign in\n\n{CODE}",
    "in the subject": "From: Bank\nSent: Sunday\nSubject: Your verification code: 482 913\n\nHave a nice day.",
    "Outlook, French": "De : Banque\nEnvoyé : dimanche\nObjet : Votre code de vérification\n\n482 913",
    "forwarded": f"---------- Forwarded message ---------\nFrom: Shop\nDate: Sunday\nSubject: Hello\n\n{RESET}",
    "older": f"-----Original Message-----\n{CODE}",
    "a quotation in a quotation": f"> Yes, please.\n>\n>> {CODE}",
    "after another": f"Dan wrote:\n> Is it in yet?\n\nThe bank wrote:\n> {CODE}",
}


@pytest.mark.parametrize("program", OPENING)
def test_V17_of_a_quoted_mail_that_opens_accounts_nothing_is_left_and_the_words_above_stay(program: str) -> None:
    shown = without_private(f"Can you do this for me?\nThanks!\n\n{OPENING[program]}\n\nBye", {})
    assert shown.startswith("Can you do this for me?\nThanks!")
    assert "482" not in shown
    assert "password" not in shown
    assert "no-reply@bank.example" not in shown


def test_what_stands_before_the_quoted_code_is_left() -> None:
    shown = without_private(f"Here it is.\n\nDan wrote:\n> Is it in yet?\n\nThe bank wrote:\n> {CODE}", {})
    assert shown == "Here it is.\n\nDan wrote:\n> Is it in yet?"


def test_the_quoted_mail_of_a_sender_whom_the_owner_shows_is_left() -> None:
    text = f"See below\n\nOn Sunday, Shop <no-reply@shop.example> wrote:\n> {CODE}"
    assert without_private(text, {"no-reply@shop.example": False}) == text
    assert without_private(text, {"@shop.example": False}) == text
    assert without_private(text, {"@shop.example": False, "no-reply@shop.example": True}) == "See below"


@pytest.mark.parametrize(
    "text",
    [
        "Dan wrote:\n> Shall we reset the meeting?\n\nYes",
        "Phone: 06 12 34 56 78\nMail: dan@elsewhere.example\nDan",
        "From: Clara\nSubject: The terrace\n\n4829 mm, as agreed",
        "-----\nDan, gardener\n-----",
        "> first\n\n> second\n>> third",
        "On Sunday, Dan wrote:",
    ],
)
def test_ordinary_quotations_are_left(text: str) -> None:
    assert without_private(text, {}) == text


@pytest.mark.parametrize(
    "evil", ["> \n" * 100_000, "a: b\n" * 100_000, "-" * 500_000, ">" * 500_000, "x wrote:\n" * 50_000, "> " * 250_000]
)
def test_hostile_quotations_cost_no_time(evil: str) -> None:
    assert without_private(evil, {}) == evil


@pytest.mark.parametrize(
    "line", ["-----Original Message-----", "  ---- Mensaje original ----", "-- On Sunday - Dan --"]
)
def test_words_between_two_rules_begin_a_quotation(line: str) -> None:
    assert without_quotes(f"Yes.\n\n{line}\nSecret") == "Yes."


@pytest.mark.parametrize("line", ["-----", "- - -", "-- ", "--x", "a -- b --"])
def test_a_rule_or_a_signature_alone_begins_none(line: str) -> None:
    assert without_quotes(f"Yes.\n{line}\nDan") == f"Yes.\n{line}\nDan"


@pytest.mark.parametrize("evil", ["-", "- ", "_", " ", "a:", "a@", "wrote", "* "])
def test_a_hostile_line_costs_no_time(evil: str) -> None:
    without_quotes(evil * 50_000 + "x")


MARKED = {"mother@family.example": True}
UNNAMED = {
    "Thunderbird": "On 22/11/2026 14:05, Mother wrote:\n> Secret",
    "Thunderbird, wrapped": "On Sunday, 22 November 2026 at 14:05,\nMother wrote:\n> Secret",
    "by hand": "Eve writes:\n> Secret",
    "Spanish": "Mamá escribió:\n> Secret",
    "Spanish, by hand": "Mamá escribe:\n\n> Secret",
    "French": "Maman a écrit\u00a0:\n> Secret",
    "French, by hand": "Maman écrit :\n> Secret",
    "German": "Am 22.11.26 um 14:05 schrieb Mutter:\n> Secret",
    "not marked": "El dom., 22 nov, Mamá escribió:\n\nSecret",
    "Outlook within a firm": "De: Mamá\nEnviado el: domingo\nPara: Alice\nAsunto: Almuerzo\n\nSecret",
    "nobody named": "-----Mensaje original-----\n\nSecret",
    "hers in the owner's": "On 22/11/2026, Mother of Alice Amsel wrote:\n> Secret",
    "quoted within": "On 22/11, Clara <client@customer.example> wrote:\n> Yes.\n> On 21/11, Mother wrote:\n>> Secret",
}
KNOWN = ("Alice Amsel", "Clara Client")


@pytest.mark.parametrize("program", UNNAMED)
def test_V17_a_quotation_of_nobody_knows_whom_is_left_out_where_somebody_is_private(program: str) -> None:
    shown = without_private(f"Shall we cut it?\n\n{UNNAMED[program]}", MARKED, known=KNOWN)
    assert shown.startswith("Shall we cut it?")
    assert "Secret" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "On 22/11/2026 14:05, Alice Amsel wrote:\n> Shall we start in March?\n\nYes, please.",
        "El 22/11/26 a las 14:05, alice  amsel escribió:\n> ¿Marzo?",
        "Le 22/11/2026 à 14:05, Alice Amsel a écrit :\n> En mars ?",
        "Am 22.11.26 um 14:05 schrieb Alice Amsel:\n> März?",
        "From: Alice Amsel\nSent: Sunday\nTo: Clara\nSubject: Terrace\n\nMarch?",
        "Clara Client wrote:\n> March?",
        "On 22/11, Alice <alice@practice.example> wrote:\n> March?",
        "> March?\n\nYes.",
        "This is what I wrote: nothing.",
        "Phone: 06 12 34 56 78\nMail: dan@elsewhere.example",
        "-- \nDan, gardener\n-----",
    ],
)
def test_what_is_quoted_of_people_of_the_conversation_stays_readable(text: str) -> None:
    assert without_private(text, MARKED, known=KNOWN) == text


def test_who_has_no_private_people_loses_no_quotation() -> None:
    for text in UNNAMED.values():
        assert without_private(text, {}) == without_private(text, {"shop@shop.example": False}) == text


@pytest.mark.parametrize(
    "begins",
    [
        "On Sun, 22 Nov 2026 Mother wrote: > Secret",
        "Mamá escribe: Secret",
        "Maman a écrit : > Secret",
        "From: Mother Sent: Sunday To: Alice Secret",
        "De : Maman Envoyé : dimanche Secret",
        "Am 22. Nov schrieb Mutter: Secret",
    ],
)
def test_V17_first_words_end_before_somebody_unknown_is_quoted(begins: str) -> None:
    shown = beginning_without_private(f"Shall we? {begins}", MARKED, known=KNOWN)
    assert shown.startswith("Shall we?")
    assert "Secret" not in shown
    mine = f"Yes. On 22/11/2026 14:05, Alice Amsel wrote: > {begins[:0]}March?"
    assert beginning_without_private(mine, MARKED, known=KNOWN) == mine


@pytest.mark.parametrize(
    "line", ["Eve writes:", "Eve escribe:", "Eve a écrit\u00a0:", "Eva ha scritto:", "Am 1.1. schrieb Eva:"]
)
def test_what_is_shown_alone_ends_at_any_heading(line: str) -> None:
    assert without_quotes(f"Yes.\n\n{line}\nSecret") == "Yes."


PIECES = st.sampled_from(
    [
        *(
            "On Sunday, Mother wrote:",
            "El lunes Ana escribió",
            "a écrit :",
            "Am Montag schrieb Eva :",
            "wrote",
            ":",
            ">",
        ),
        *("---", "--", "-----Original Message-----", "_____", "____", "From: Eva", "De : Eva", "Subject: x", "From"),
        *(
            "Eva wrote on 1/1/26 9:00",
            "wrote ----",
            "Eva---1/1/2026 9:00---",
            "* Eva [1/1]:",
            "To: x",
            "*De :* Eva",
            "1",
        ),
        *("Eva", "\u2014", "\uff1a", "\u203a", "mother@family.example", " ", "\n", "\n\n", "\t", "\u00a0"),
    ]
)


@settings(max_examples=800)
@given(st.lists(PIECES, max_size=5).map("".join))
def test_a_text_without_the_signs_of_a_quotation_holds_none(text: str) -> None:
    lines = text.split("\n")
    assert may_quote(text) or not [*quotations(lines), *headings(lines), *first_quotations(text)]
