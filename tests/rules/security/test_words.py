"""The words of a mail, and the signs that stand for what is no word."""

from __future__ import annotations

import pytest

from app.rules.security.words import ADDRESS, AMOUNT, CODE, MOMENT, MOST, NUMBER, STOP, TOKEN_LINK, words_of


@pytest.mark.parametrize(
    "code",
    [
        "482913", "4829", "88213764", "482 913", "482-913", "4 8 2 9 1 3", "7 4 1 - 9 0 2", "55-21-90", "482-913-77",
        "G-482913", "K7-204-LM", "N4W8K", "QX-8831", "B7K-2QM", "amber-falcon-204", "４８２９１３",
    ],
)  # fmt: skip
def test_a_code_is_one_sign_however_it_is_grouped(code: str) -> None:
    assert words_of(f"it is {code}") == ["it", "is", CODE]
    assert words_of(f"{code} it is") == [CODE, "it", "is"]
    assert words_of(f"it is: {code}.") == ["it", "is", CODE, STOP]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("4 829 €", AMOUNT),
        ("$2,400.00", AMOUNT),
        ("£84.12", AMOUNT),
        ("EUR 59,90", AMOUNT),
        ("1.200.000 pesos", AMOUNT),
        ("482.913", AMOUNT),
        ("20 %", AMOUNT),
        ("0.41 ETH", AMOUNT),
        ("12:30", MOMENT),
        ("9 h 20", MOMENT),
        ("23/11/2026", MOMENT),
        ("2026-11-23", MOMENT),
        ("2026", MOMENT),
        ("+56 9 8123 4567", NUMBER),
        ("06 12 34 56 78", NUMBER),
        ("985112004821930", NUMBER),
        ("alice@rojas.example", ADDRESS),
        ("<alice@rojas.example>", ADDRESS),
    ],
)
def test_amounts_dates_telephones_and_addresses_are_no_codes(text: str, sign: str) -> None:
    assert words_of(f"so {text} then") == ["so", sign, "then"]


@pytest.mark.parametrize("word", ["2nd", "10am", "3km", "2fa", "16h"])
def test_a_number_with_its_measure_is_a_word(word: str) -> None:
    assert words_of(word) == [word]


def test_two_step_and_three_d_are_words() -> None:
    assert words_of("2-step and 3-D") == ["2", "step", "and", "3", "d"]


def test_accents_case_and_apostrophes_are_levelled() -> None:
    assert words_of("Code d’accès: ÉTÉ") == ["code", "d", "acces", "ete"]
    assert words_of("didn't don’t") == ["didnt", "dont"]
    assert words_of("Contraseña CONTRASEN\u0303A") == ["contrasena", "contrasena"]


def test_sentences_and_paragraphs_end_with_a_stop_but_lines_do_not() -> None:
    assert words_of("One. Two!\n\nThree\nfour, v2.1 www") == [
        "one", STOP, "two", STOP, STOP, "three", "four", "v2", "1", "www",
    ]  # fmt: skip


def test_of_html_the_words_are_left() -> None:
    page = '<style>p{color:red}</style><p class="x">Your <b>code</b>&nbsp;is&#58; 482913</p>'
    assert words_of(page) == ["your", "code", "is", CODE]


@pytest.mark.parametrize(
    "link",
    [
        "https://a.example/reset?token=77ab01c9ffed",
        "https://a.example/auth/magic/kJ8s0aQz77LmP2",
        "https://a.example/activar?uid=88213&code=0fa2c991",
        '<a href="https://a.example/verify/3f8a9d0c771b">Go</a>',
    ],
)
def test_a_link_with_a_secret_is_noted(link: str) -> None:
    assert words_of(f"here {link}")[-1] == TOKEN_LINK


@pytest.mark.parametrize(
    "link",
    [
        "https://a.example/garden",
        "https://a.example/news?utm_source=x&key=abcdefgh",
        "https://meet.example/abc-defg-hij",
        "https://a.example/unsubscribe?token=77ab01c9ffed",
    ],
)
def test_an_ordinary_link_leaves_nothing(link: str) -> None:
    assert words_of(f"here {link} end") == ["here", "end"]


def test_only_the_beginning_is_read() -> None:
    assert len(words_of("word " * (2 * MOST))) == MOST
