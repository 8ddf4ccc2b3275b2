"""What a public letter quotes of a private one is left out for assistants, whoever's mail program has quoted it."""

from __future__ import annotations

import pytest

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
