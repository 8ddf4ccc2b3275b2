"""What stands in a blank for plain words is no account number and no address of the web, however it is spaced."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadRequest
from app.rules.filling import filled

IBAN = "ES9121000418450200051332"


@pytest.mark.parametrize(
    "value",
    [
        "ES91  2100  0418  4502  0005  1332",  # two blanks: mail programs show one
        "ES91.2100.0418.4502.0005.1332",
        "ES91/2100/0418/4502/0005/1332",
        "ES91 - 2100 - 0418 - 4502 - 0005 - 1332",
        "ES91\u20132100\u20130418\u20134502\u20130005\u20131332",
        "ES91\u00b72100\u00b70418\u00b74502\u00b70005\u00b71332",
    ],
)
def test_an_account_number_is_one_however_it_is_spaced(value: str) -> None:
    assert "".join(filter(str.isalnum, value)) == IBAN
    with pytest.raises(BadRequest):
        filled("Please pay the deposit to {{name}}.", {"name": value})


@pytest.mark.parametrize(
    "value",
    [
        "\u0926\u093f\u0932\u094d\u0932\u0940.com/pay",  # a Hindi name ends in a vowel sign, which is no letter
        "i\u2764.ws/pay",  # a domain that exists
        "evil.\u092d\u093e\u0930\u0924",  # .bharat, the ending of India
    ],
)
def test_an_address_of_the_web_is_one_in_every_script(value: str) -> None:
    with pytest.raises(BadRequest):
        filled("Dear {{name}}", {"name": value})


def test_what_two_blanks_make_together_is_judged_too() -> None:
    for text, values in (
        ("Dear {{first}}{{last}},", {"first": "evil", "last": ".com/pay"}),
        ("Dear {{first}}.{{last}},", {"first": "evil", "last": "com/pay"}),
        ("Pay to {{one}} {{two}} {{three}}", {"one": "ES91 2100", "two": "0418 4502", "three": "0005 1332"}),
    ):
        with pytest.raises(BadRequest):
            filled(text, values)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Dear {{first}} {{last}},", {"first": "Clara", "last": "Núñez"}),
        ("Dear Mr. {{last}}.", {"last": "Ortiz"}),
        ("See you {{when}}.", {"when": "30/11/2026, 10:30 or 11:45, or on 2026-12-01"}),
        ("{{what}} for {{who}}", {"what": "Room B12, 30 people", "who": "the Wednesday group"}),
        ("Our account is ES91 2100 0418 4502 0005 1332, {{name}}.", {"name": "Clara"}),
        ("See https://practice.example or write to {{name}}.", {"name": "Clara"}),
        (
            "Booking {{number:number}} at {{hour:time}}, {{name}}",
            {"number": "12345678", "hour": "10:30", "name": "Zoé"},
        ),
    ],
)
def test_plain_words_fit_beside_what_the_owner_has_written(text: str, values: dict[str, str]) -> None:
    said = filled(text, values)
    assert all(value in said for value in values.values())


@given(st.integers(1, len(IBAN) - 1), st.text(alphabet=" .-/\u00b7\u2013,_", max_size=5))
def test_wherever_an_account_is_cut_in_two_it_is_found(cut: int, between: str) -> None:
    with pytest.raises(BadRequest):
        filled("Pay to {{one}}" + between + "{{other}}", {"one": IBAN[:cut], "other": IBAN[cut:]})
