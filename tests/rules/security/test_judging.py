"""What must always hold of the judgement, whatever the mail: private stays private, however it is written."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.security import opens_accounts
from app.rules.security.judging import weight
from tests.rules.security.labelled import LANGUAGES, Labelled, labelled

# Those that are found at all: how many are not is what the figures tell.
OPENING = [mail for mail in labelled() if mail.security and opens_accounts(mail.subject, mail.body, [mail.sender])]
# Those that are found with something to spare and have words of their own: a few cannot outweigh any foot.
CLEAR = [
    mail for mail in OPENING if len(mail.body.split()) >= 10 and weight(mail.subject, mail.body, [mail.sender]) >= 3.5
]
FOOT = {
    "es": "El equipo le desea un buen día. Calle Mayor 12, Madrid.",
    "fr": "Toute l'équipe vous souhaite une bonne journée. Rue Haute, Lyon.",
    "en": "The team wishes you a pleasant day. High Street, York.",
}
a_mail = st.sampled_from(OPENING)
# What a mail program or a sender who hides something may put between two letters: nobody sees any of it.
invisible = st.sampled_from(["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u200e"])


def private(mail: Labelled, *, subject: str | None = None, body: str | None = None) -> bool:
    """Judge a mail with another subject or body."""
    return opens_accounts(mail.subject if subject is None else subject, body or mail.body, [mail.sender])


def without_accents(text: str) -> str:
    """Return a text as people type who have no accents on their keyboard."""
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


@given(st.text(max_size=200), st.text(max_size=400), st.lists(st.text(max_size=40), max_size=3))
def test_any_words_are_judged_without_a_fuss_and_twice_alike(subject: str, body: str, senders: list[str]) -> None:
    assert weight(subject, body, senders) == weight(subject, body, senders)
    assert opens_accounts(subject, body, senders) in (True, False)


@given(st.sampled_from(CLEAR), st.lists(st.sampled_from(LANGUAGES), min_size=1, max_size=30))
def test_harmless_words_after_it_make_nothing_public(mail: Labelled, feet: list[str]) -> None:
    words = [FOOT[mail.lang], *(FOOT[language] for language in feet)]
    assert private(mail, body="\n\n".join([mail.body, *words]))


@given(a_mail)
def test_case_and_accents_make_no_difference(mail: Labelled) -> None:
    assert private(mail, subject=mail.subject.upper(), body=mail.body.upper().replace("HTTP", "http"))
    assert private(mail, subject=without_accents(mail.subject), body=without_accents(mail.body))
    decomposed = (unicodedata.normalize("NFD", text) for text in (mail.subject, mail.body))
    assert private(mail, subject=next(decomposed), body=next(decomposed))


@given(a_mail, invisible, st.integers(1, 6))
def test_signs_that_nobody_sees_hide_nothing(mail: Labelled, sign: str, step: int) -> None:
    def strewn(text: str) -> str:
        return sign.join(text[at : at + step] for at in range(0, len(text), step))

    assert private(mail, subject=strewn(mail.subject), body=strewn(mail.body))


@given(a_mail, st.sampled_from(["\u00a0", "\n ", "\t", "\u2003", "  "]))
def test_other_blanks_hide_nothing(mail: Labelled, blank: str) -> None:
    assert private(mail, subject=mail.subject.replace(" ", blank), body=mail.body.replace(" ", blank))


def test_letters_of_other_scripts_that_look_latin_hide_nothing() -> None:
    assert opens_accounts("Yоur vеrifiсаtiоn соdе", "482913")  # o, e, c and a are Cyrillic
    assert opens_accounts("Ｙｏｕｒ ｃｏｄｅ", "４８２９１３ is your code")  # full width


@given(a_mail)
def test_what_is_private_by_its_beginning_is_private_as_a_whole(mail: Labelled) -> None:
    beginning = " ".join(mail.body.split()[:20])
    if private(mail, body=beginning):
        assert private(mail)


def test_a_mail_in_two_languages_is_judged_in_both() -> None:
    english = "Your verification code is 482913. It expires in ten minutes."
    french = "Bonjour, vous trouverez ci-dessous une traduction de ce message pour votre confort."
    assert opens_accounts("Code", f"{french}\n\n{english}")
    assert opens_accounts("Code", f"{english}\n\n{french}")


def test_the_sender_alone_makes_nothing_private_but_tips_the_balance() -> None:
    words = ("Accounts", "Enter the figures in the app.")
    assert not opens_accounts("Lunch", "See you at noon.", ["security@bank.example"])
    assert not opens_accounts(*words, ["Dan <dan@bank.example>"])
    assert opens_accounts(*words, ["Bank <no-reply@bank.example>"])


def test_a_parcel_or_a_discount_explains_a_code_but_no_verification() -> None:
    assert opens_accounts("Hello", "Your code is 482913")
    assert not opens_accounts("Hello", "Your code is 482913. Show it at the locker to get your parcel.")
    assert opens_accounts("Hello", "Your verification code is 482913. Then you can follow your parcel.")


LARGE = 1_000_000


@pytest.mark.parametrize(
    "evil",
    [
        "1 ",
        "código ",
        "mot de passe ",
        "your code ",
        "code 123456 ",
        "a",
        "1",
        "a1-",
        " ",
        "\n",
        "\u0301",
        "\ufdfa",  # becomes eighteen letters
        "<",
        "<style",
        "<a href=",
        "&#",
        ".",
        "a@",
        "https://",
        "https://a.example/?token=",
        "$1 ",
        "\ud800",
    ],
)
def test_hostile_words_cost_no_time(evil: str) -> None:
    text = evil * (LARGE // len(evil))
    assert opens_accounts(text, text, [text[:LARGE]]) in (True, False)
    opens_accounts("&#" + text, "https://x.example/" + text)
