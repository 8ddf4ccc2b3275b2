"""What was learnt of words: that it is up to date, can be read, and can be learnt again."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from app.rules.security.learnt import ALWAYS, FILE, FROM_MACHINE, MOST, WITH_SECRET, marks, numbers, said
from app.rules.security.words import CODE, words_of
from tests.rules.security.labelled import KEPT_ASIDE, Labelled, labelled
from tests.rules.security.training import learn, learnt_from, seal

AGAIN = "Learn again: .venv/bin/python -m tests.rules.security.training"
a_text = st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=8), max_size=80)


def mail(name: str, subject: str, *, security: bool) -> Labelled:
    """Return a mail that has a subject alone."""
    return Labelled(name, "en", "x@x.example", subject, "", security)


def test_the_numbers_were_learnt_from_the_mails_that_are_there() -> None:
    assert FILE.read_text(encoding="utf-8").partition("\n")[0] == seal(learnt_from()), AGAIN


def test_nothing_is_learnt_from_what_is_kept_aside() -> None:
    aside = {mail.id for mail in labelled() if mail.part == KEPT_ASIDE}
    assert aside
    assert not aside & {mail.id for mail in learnt_from()}


def test_the_numbers_are_finite_and_small() -> None:
    learnt = numbers()
    assert ALWAYS in learnt
    assert all(math.isfinite(number) and abs(number) < 20 for number in learnt.values())


def test_words_of_sign_ins_speak_for_and_words_of_invoices_against() -> None:
    learnt = numbers()
    for yes, no in (("password", "invoice"), ("contrasena", "factura"), ("connexion", "facture")):
        assert learnt[yes] > 0 > learnt[no]


def test_a_few_mails_are_enough_to_learn_what_tells_them_apart() -> None:
    few = [mail(f"a{n}", f"sign in {n}", security=True) for n in range(4)]
    learnt = learn([*few, *(mail(f"b{n}", f"lunch menu {n}", security=False) for n in range(4))])
    assert learnt["sign"] > 0 > learnt["lunch"]


def test_learning_twice_gives_the_same() -> None:
    few = [mail(f"a{n}", f"code {n}", security=n % 2 == 0) for n in range(10)]
    assert learn(few) == learn(few)


def test_what_stands_around_the_words_is_a_mark_too() -> None:
    title = words_of("482913")
    assert title == [CODE]
    found = marks(title, words_of("Hi"), machine=True, secret=True)
    assert {FROM_MACHINE, WITH_SECRET, "@only", "hi"} <= found
    assert not {FROM_MACHINE, WITH_SECRET, "@only"} & marks(["a"], ["hi"], machine=False, secret=False)


def test_what_stands_far_down_changes_nothing() -> None:
    text = ["word"] * MOST
    assert marks([], text, machine=False, secret=False) == marks([], [*text, "password"], machine=False, secret=False)


@given(a_text, a_text)
def test_any_words_have_a_number(title: list[str], text: list[str]) -> None:
    assert math.isfinite(said(marks(title, text, machine=False, secret=True), numbers_once))


numbers_once = numbers()
