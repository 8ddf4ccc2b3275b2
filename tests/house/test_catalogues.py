"""The catalogues: what is missing, half done or has lost a {name} is found, whole catalogues pass."""

import pytest

from tests.house import catalogues

HEAD = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)


def entry(msgid: str, msgstr: str, mark: str = "") -> str:
    return f'{mark}msgid "{msgid}"\nmsgstr "{msgstr}"\n\n'


@pytest.fixture
def compare(tmp_path):
    """A function that writes catalogues by language and returns what is wrong with them."""

    def compared(**languages: str) -> list[str]:
        for language, text in languages.items():
            path = tmp_path / "app" / "locale" / language / "LC_MESSAGES" / "messages.po"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(HEAD + text, encoding="utf-8")
        return catalogues.check(tmp_path).failures

    return compared


HELLO = {"es": entry("Hello {name}", "Hola, {name}"), "fr": entry("Hello {name}", "Bonjour {name}")}


def test_whole_catalogues_pass_and_english_may_stand_for_itself(compare):
    assert compare(**HELLO, en=entry("Hello {name}", "")) == []
    assert compare(**HELLO, en=entry("Hello {name}", "Hello {name}")) == []


def test_an_empty_folder_is_told_and_passes(tmp_path):
    outcome = catalogues.check(tmp_path)
    assert outcome.failures == []
    assert outcome.notes == ["app/locale is empty, so no catalogue was compared"]


def test_a_language_without_a_catalogue_fails(compare):
    assert compare(**HELLO) == ["app/locale/en has no catalogue"]


def test_a_sentence_that_is_not_translated_is_named(compare):
    found = compare(es=entry("Hello {name}", ""), fr=HELLO["fr"], en=entry("Hello {name}", ""))
    assert len(found) == 1
    assert "es/LC_MESSAGES/messages.po" in found[0]
    assert found[0].endswith("'Hello {name}' is not translated")


def test_a_sentence_that_one_language_lacks_is_named(compare):
    more = entry("Good bye", "Au revoir")
    assert compare(es=HELLO["es"], fr=HELLO["fr"] + more, en=entry("Hello {name}", "") + entry("Good bye", "")) == [
        "app/locale/es lacks 'Good bye'"
    ]


def test_a_fuzzy_translation_fails(compare):
    found = compare(es=entry("Hello", "Hola", "#, fuzzy\n"), fr=entry("Hello", "Bonjour"), en=entry("Hello", ""))
    assert len(found) == 1
    assert "is fuzzy" in found[0]


@pytest.mark.parametrize("translated", ["Hola", "Hola, {nombre}", "Hola, {name} {name2}", "Hola, %(name)s"])
def test_a_translation_with_other_placeholders_fails(compare, translated):
    found = compare(es=entry("Hello {name}", translated), fr=HELLO["fr"], en=entry("Hello {name}", ""))
    assert len(found) == 1
    assert "has other placeholders" in found[0]


def test_a_plural_needs_both_forms_and_may_leave_its_number_out_of_the_singular(compare):
    def plural(one: str, many: str) -> str:
        return f'msgid "One letter"\nmsgid_plural "{{n}} letters"\nmsgstr[0] "{one}"\nmsgstr[1] "{many}"\n\n'

    good = {"es": plural("Una carta", "{n} cartas"), "fr": plural("{n} lettre", "{n} lettres")}
    assert compare(**good, en=plural("", "")) == []
    assert any("not translated" in line for line in compare(**good, en=plural("One letter", "")))
    assert any(
        "placeholders" in line for line in compare(**{**good, "es": plural("Una", "{m} cartas")}, en=plural("", ""))
    )


def test_a_catalogue_that_cannot_be_read_fails_with_a_sentence(compare):
    found = compare(**HELLO, en=entry("Hello", "") + "what is this?\n")
    assert any("cannot be read" in line for line in found)
