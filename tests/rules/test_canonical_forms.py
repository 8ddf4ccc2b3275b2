"""What a draft's digest passes over and what it does not, in the letters of three languages."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.canonical import content_sha256

LETTERS: dict[str, dict[str, Any]] = {
    "en": {"subject": "Your visit on Friday", "text": "Dear Zoë,\n\n  10:00 suits us — naïve question: where?\n\nBob"},
    "es": {"subject": "Su cita del viernes", "text": "Querida Ñusta:\n\n¿A qué hora viene mañana?\n\n  José"},
    "fr": {"subject": "Votre rendez-vous à l'école", "text": "Chère Zoé,\n\nÇa vous va\u00a0?\nÀ bientôt\n\nFrançois"},
}
ENVELOPE: dict[str, Any] = {
    "to": ["clara@bücher.example", "dan@customer.example"],
    "cc": ["eva@customer.example"],
    "bcc": [],
    "sender": "alice@practice.example",
    "html": "<p>Voilà</p>\n<p>Señora</p>",
    "attachments": [("año.pdf", 10, b"a"), ("été.pdf", 20, b"b")],
}
SPACES = st.text(st.sampled_from(" \t\u00a0"), max_size=4)
LINES = st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=12), max_size=5)


def digest(language: str = "en", **changed: Any) -> bytes:
    return content_sha256(**ENVELOPE | LETTERS[language] | changed)


@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.parametrize("field", ["subject", "text"])
def test_accents_written_apart_are_the_same_letter(language: str, field: str) -> None:
    apart = unicodedata.normalize("NFD", LETTERS[language][field])
    assert digest(language, **{field: apart}) == digest(language)


@pytest.mark.parametrize("language", ["es", "fr"])
def test_a_letter_that_lost_its_accents_is_another_one(language: str) -> None:
    apart = unicodedata.normalize("NFD", LETTERS[language]["text"])
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    assert digest(language, text=bare) != digest(language)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Pay 100 today", "Pay 1OO today"),
        ("Pay 100 today", "Pay １００ today"),
        ("ﬁn", "fin"),
        ("Ça va ?", "Ça va?"),
        ("¿Viene mañana?", "Viene mañana?"),
        ("ano", "аno"),
        ("un  dos", "un dos"),
        ("un\ndos", "un dos"),
        ("un\n\ndos", "un\ndos"),
        ("un\n  dos", "un\ndos"),
        ("un\u200bdos", "undos"),
        ("\u202eabc", "abc"),
        ("m²", "m2"),
        ("Straße", "Strasse"),
        ("l'école", "l’école"),
    ],
)
@pytest.mark.parametrize("field", ["subject", "text", "html"])
def test_what_only_looks_alike_is_never_taken_for_what_was_approved(field: str, one: str, other: str) -> None:
    assert digest(**{field: one}) != digest(**{field: other})


@given(st.data(), LINES)
def test_blanks_at_the_end_of_a_line_and_its_kind_of_ending_change_nothing(
    data: st.DataObject, lines: list[str]
) -> None:
    padded = [line + data.draw(SPACES) for line in lines]
    assert digest(text="\r\n".join(padded)) == digest(text="\n".join(lines))


@given(st.permutations(ENVELOPE["to"] + ENVELOPE["cc"]), st.permutations(ENVELOPE["attachments"]))
def test_the_order_of_recipients_and_attachments_changes_nothing(
    people: list[str], attachments: list[tuple[str, int, bytes]]
) -> None:
    anyhow = digest(to=sorted(people), attachments=sorted(attachments))
    assert digest(to=people, attachments=attachments) == anyhow
    assert digest(to=iter(people), attachments=attachments) == anyhow


@pytest.mark.parametrize("field", ["to", "cc", "bcc"])
@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("clara@BÜCHER.example", "clara@xn--bcher-kva.example"),
        ("<Clara@customer.example>", "clara@customer.example"),
        ("ｃｌａｒａ@customer.example", "clara@customer.example"),
        ("JOSÉ@correo.example", "jose\u0301@correo.example"),
    ],
)
def test_a_recipient_is_one_however_a_provider_writes_the_address(field: str, written: str, same: str) -> None:
    forms: list[dict[str, Any]] = [{field: [written]}, {field: [same]}, {field: [same, written]}]
    assert len({digest(**form) for form in forms}) == 1


@pytest.mark.parametrize(("one", "other"), [("to", "cc"), ("to", "bcc"), ("cc", "bcc")])
def test_whoever_is_moved_from_one_line_to_another_is_noticed(one: str, other: str) -> None:
    nobody: dict[str, Any] = {"to": [], "cc": [], "bcc": []}
    extra = ["x@evil.example"]
    assert digest(**nobody | {one: extra}) != digest(**nobody | {other: extra})


@given(st.text(max_size=30), st.text(max_size=30))
def test_text_and_html_never_stand_for_one_another(text: str, html: str) -> None:
    if digest(text=text, html="") != digest(text=html, html=""):
        assert digest(text=text, html=html) != digest(text=html, html=text)


@pytest.mark.parametrize(
    "attachments",
    [
        [("año.pdf", 20, b"a"), ("été.pdf", 10, b"b")],
        [("año.pdf", 10, b"b"), ("été.pdf", 20, b"a")],
        [("ano.pdf", 10, b"a"), ("été.pdf", 20, b"b")],
        [("año.PDF", 10, b"a"), ("été.pdf", 20, b"b")],
        [("año.pdf", 10, b"a")],
        [("año.pdf", 10, b"a"), ("été.pdf", 20, b"b"), ("été.pdf", 20, b"b")],
    ],
)
def test_attachments_are_bound_to_their_own_names_sizes_and_bytes(attachments: list[tuple[str, int, bytes]]) -> None:
    assert digest(attachments=attachments) != digest()
