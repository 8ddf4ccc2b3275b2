"""The catalogues at work: every sentence in every language, filled and counted."""

from __future__ import annotations

import re
from string import Formatter

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from app.locale.catalogues import CATALOGUES, N_, NAMES, language

FRENCH_SPACES = re.compile(r"(?<![\u00a0\u202f])[;!?»]|(?<![\u00a0\u202f]):(?=\s|$)|«(?!\u00a0)")


def messages(code):
    with (CATALOGUES / code / "LC_MESSAGES" / "deskhand.po").open("rb") as source:
        return [message for message in read_po(source, locale=code) if message.id]


def forms(text):
    return text if isinstance(text, tuple) else (text,)


def test_marking_leaves_a_sentence_as_it_is():
    assert N_("Sign out") == "Sign out"


@pytest.mark.parametrize("code", ["", "de", "EN", "../en", "en\x00"])
def test_a_language_that_is_not_ours_has_no_catalogue(code):
    with pytest.raises(KeyError):
        language(code)


def test_a_catalogue_is_read_once():
    assert language("fr") is language("fr")


def test_each_language_is_called_what_its_speakers_call_it():
    assert [language(code).name for code in NAMES] == ["Español", "Français", "English"]


@pytest.mark.parametrize("code", ["es", "fr"])
def test_every_sentence_can_be_filled_in_every_language(code):
    spoken = language(code)
    braced = [message.id for message in messages("en") if isinstance(message.id, str) and "{" in message.id]
    assert len(braced) > 50
    for sentence in braced:
        names = [name for _, name, spec, _ in Formatter().parse(sentence) if name and not spec]
        if len(names) == len([name for _, name, _, _ in Formatter().parse(sentence) if name]):
            told = spoken.gettext(sentence).format(**dict.fromkeys(names, "VALUE"))
            assert told.count("VALUE") >= len(set(names)), sentence


@pytest.mark.parametrize("code", ["es", "fr"])
def test_every_page_sentence_can_be_filled_in_every_language(code):
    spoken = language(code)
    for message in messages("en"):
        for text in forms(message.id):
            names = re.findall(r"%\((\w+)\)s", text)
            if names and isinstance(message.id, str):
                told = spoken.gettext(text) % dict.fromkeys(names, "VALUE")
                assert told.count("VALUE") == len(names), text


@given(st.integers(min_value=0, max_value=10**7))
def test_a_plural_has_a_form_for_every_count(count):
    for code in NAMES:
        one, many = "%(count)s right", "%(count)s rights"
        told = language(code).ngettext(one, many, count) % {"count": count}
        assert told.startswith(str(count))


@pytest.mark.parametrize(
    ("code", "none", "one", "two"),
    [
        ("es", "0 derechos", "1 derecho", "2 derechos"),
        ("fr", "0 droit", "1 droit", "2 droits"),
        ("en", "0 rights", "1 right", "2 rights"),
    ],
)
def test_nothing_one_and_more_are_counted_as_each_language_counts(code, none, one, two):
    def told(count):
        return language(code).ngettext("%(count)s right", "%(count)s rights", count) % {"count": count}

    assert (told(0), told(1), told(2)) == (none, one, two)


def test_french_has_its_own_spaces_apostrophes_and_quotation_marks():
    texts = [text for message in messages("fr") for text in forms(message.string)]
    assert [text for text in texts if FRENCH_SPACES.search(re.sub(r"\{[^{}]*\}", "", text))] == []
    assert [text for text in texts if re.search(r"\w'\w|[“”\"]", text)] == []


def test_spanish_opens_what_it_closes():
    for message in messages("es"):
        for text in forms(message.string):
            assert (text.count("¿"), text.count("¡")) == (text.count("?"), text.count("!")), text


@pytest.mark.parametrize(
    ("code", "familiar"), [("es", r"\b(tú|tus|tu|contigo|vosotros)\b"), ("fr", r"\b(tu|ton|tes|toi)\b")]
)
def test_readers_are_spoken_to_politely(code, familiar):
    texts = [text for message in messages(code) for text in forms(message.string)]
    assert [text for text in texts if re.search(familiar, text, re.IGNORECASE)] == []
