"""What a blank takes and what it does not, from people who write in three languages and from those who mean harm."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadRequest
from app.rules.filling import MOST_BLANKS, Blank, BlankKind, blanks_of, filled


def put(kind: str, value: str) -> str:
    return filled(f"{{{{it:{kind}}}}}", {"it": value})


def fits(kind: str, value: str) -> bool:
    try:
        return put(kind, value) == value.strip()
    except BadRequest:
        return False


@pytest.mark.parametrize(
    "value",
    [
        "Clara",
        "Mrs. O'Neill-Smith",
        "señora Núñez",
        "¿la terraza grande?",
        "Mme Lefèvre",
        "l'été à Saint-Étienne",
        "à 9 h 30",
        "el 3 de mayo, a las 10.30",
        "Straße 12",
        "房间三",
        "Ольга",
        "no. 7",
        "+56 2 2345",
        "50 %",
    ],
)
def test_plain_words_of_any_language_fit(value: str) -> None:
    assert put("text", value) == value


@pytest.mark.parametrize(
    "value",
    [
        "evil．example",
        "evil。example",
        "evil｡example",
        "ｗｗｗ．evil",
        "ｈｔｔｐｓ：／／evil",
        "зло.рф",
        "evil.рф",
        "mira évil.example",
        "voir HTTPS:evil",
        "ftp://evil",
        "x@evil.example",
        "｛｛name｝｝",
    ],
)
def test_an_address_of_the_web_does_not_pass_as_words_in_other_letters(value: str) -> None:
    assert not fits("text", value)


@pytest.mark.parametrize(
    "value",
    [
        "１２３４５６７８９０",
        "٠١٢٣٤٥٦٧٨٩",
        "ＥＳ９１２１０００４１８４５０２０００",
        "cuenta 12-345-678-90",
        "fr7630006000011234567890189",
    ],
)
def test_an_account_number_does_not_pass_as_words_in_other_digits(value: str) -> None:
    assert not fits("text", value)


@given(st.dates(min_value=date(1000, 1, 1)), st.times())
def test_every_day_and_every_minute_fit_in_one_spelling_only(day: date, hour: time) -> None:
    assert fits("date", day.isoformat())
    assert fits("time", hour.isoformat("minutes"))
    assert not fits("date", day.strftime("%Y%m%d"))
    assert not fits("date", day.strftime("%G-W%V-%u"))
    assert not fits("time", hour.strftime("%H%M"))
    assert not fits("date", hour.isoformat("minutes"))
    assert not fits("time", day.isoformat())


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("date", "30-11-2026"),
        ("date", "2026-11-30T09:30"),
        ("date", "2026-02-29"),
        ("date", "２０２６-11-30"),
        ("time", "9:30"),
        ("time", "24:01"),
        ("time", "T09:30"),
        ("time", "09:30:00+05:00"),
        ("time", "9 h 30"),
        ("number", "１２"),
        ("number", "٣"),
        ("number", "1 000"),
        ("number", "1.000,50"),
        ("number", "--1"),
        ("number", "nan"),
        ("url", "http://pay.example/1"),
        ("url", "https://pay.example/1 2"),
        ("url", 'https://pay.example/"onclick='),
        ("url", "https://pay.example/" + "a" * 500),
        ("iban", "es9121000418450200051332"),
        ("url", "https://…"),
        ("url", "https://..."),
        ("url", "https://pay"),
        ("url", "https://.example/"),
        ("url", "https://pay..example/"),
        ("url", "https://127.0.0.1/"),
        ("url", "https://bank.example@evil.example/"),
        ("url", "https://bank.example\\@evil.example/"),
        ("url", "https://pay.example:x/"),
        ("url", "https://?pay.example"),
        ("iban", "ES91"),
        ("iban", "ES91 2100 0418 4502 0005 1333"),
        ("iban", "ES91 2100 0418 4520 0005 1332"),
        ("iban", "SE91 2100 0418 4502 0005 1332"),
        ("iban", "ES91 2100 0418 4502\n0005 1332"),
    ],
)
def test_a_value_that_another_reader_might_take_otherwise_is_refused(kind: str, value: str) -> None:
    assert not fits(kind, value)


@given(st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,30}", fullmatch=True), unique=True, max_size=MOST_BLANKS))
def test_blanks_are_told_in_the_order_in_which_they_stand(names: list[str]) -> None:
    text = " y ".join(f"{{{{ {name} }}}}" for name in names + names[:1])
    assert blanks_of(text) == tuple(Blank(name, BlankKind.TEXT) for name in names)
    assert filled(text, dict.fromkeys(names, "año")) == " y ".join(["año"] * len(names + names[:1]))


def test_one_blank_more_than_the_most_is_refused_and_one_that_is_repeated_is_not_counted_again() -> None:
    most = "".join(f"{{{{b{number}}}}}" for number in range(MOST_BLANKS))
    assert len(blanks_of(most * 2)) == MOST_BLANKS
    with pytest.raises(BadRequest, match=str(MOST_BLANKS)):
        blanks_of(most + "{{mas}}")


def test_values_that_change_places_are_each_put_where_they_belong() -> None:
    assert filled("{{a}} y {{b}}, {{a}}", {"a": "b", "b": "a"}) == "b y a, b"
    assert filled(r"{{a}}", {"a": r"\1 \g<0>"}) == r"\1 \g<0>"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("url", "https://bücher.example/ñandú?día=1#aquí"),
        ("url", "https://pay.customer.example:8443/1"),
        ("url", "https://a_b.pay.example"),
        ("iban", "FR76 3000 6000 0112 3456 7890 189"),
        ("iban", "GB29NWBK60161331926819"),
        ("iban", "NO9386011117947"),
    ],
)
def test_whole_links_and_true_accounts_fit(kind: str, value: str) -> None:
    assert fits(kind, value)


@pytest.mark.parametrize(("kind", "value", "said"), [("url", "https://…", "page"), ("iban", "ES00", "digits")])
def test_a_refused_link_or_account_is_told_why(kind: str, value: str, said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        put(kind, value)
