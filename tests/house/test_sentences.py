"""The sentences of the code: every kind of place that speaks to people is heard, and nothing else."""

from __future__ import annotations

import pytest

from tests.house import catalogues, sentences


@pytest.fixture
def heard(tmp_path):
    """A function that writes files of a little code base and returns the sentences found, with where they stand."""

    def collect(**files: str) -> dict[object, list[str]]:
        (tmp_path / "app" / "web" / "pages").mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            path = tmp_path / "app" / name.replace("__", "/")
            path = path.with_suffix(".html" if "pages" in name else ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        found = sentences.collect(tmp_path)
        return {message.id: [where for where, _ in message.locations] for message in found if message.id}

    return collect


def test_marked_sentences_of_python_are_heard(heard):
    code = (
        'A = N_("Home")\nB = _("Hello")\nC = gettext("Bye")\nD = ngettext("One letter", "{n} letters", 2)\nE = "no"\n'
    )
    assert heard(web__x=code) == {
        "Home": ["app/web/x.py"],
        "Hello": ["app/web/x.py"],
        "Bye": ["app/web/x.py"],
        ("One letter", "{n} letters"): ["app/web/x.py"],
    }


def test_sentences_of_pages_are_heard_as_the_pages_will_ask_for_them(heard):
    page = (
        "{% trans %}\n  Two\n  lines{% endtrans %}\n"
        "{% trans name=x %}Hello {{ name }}{% endtrans %}{{ _('Sign out') }}<p>never translated</p>"
    )
    assert heard(web__pages__x=page).keys() == {"Two lines", "Hello %(name)s", "Sign out"}


ERRORS = '''
class AppError(Exception):
    """Something went wrong."""

class Gone(AppError):
    """It is gone: a long
    sentence."""

class BadSetting(AppError):
    """A setting is wrong: {why}"""

class Unrelated(Exception):
    """No sentence for people."""
'''


def test_errors_say_their_docstring_and_what_they_are_raised_with(heard):
    more = (
        "class FarGone(errors.Gone):\n    '''Very far.'''\n"
        "raise Gone('Gone for good.')\nraise errors.Gone('Gone again.', x=1)\nraise Unrelated('not heard')\n"
        "raise Gone(text)\nraise Gone()\nraise Gone\nraise BadSetting('for the operator alone')\n"
    )
    assert heard(errors=ERRORS, actions__x=more).keys() == {
        "Something went wrong.",
        "It is gone: a long sentence.",
        "A setting is wrong: {why}",
        "Very far.",
        "Gone for good.",
        "Gone again.",
    }


def test_errors_are_raised_with_constants_and_one_of_two(heard):
    code = (
        "LATE = 'Too late.'\nOVER = 'Over.'\nUNSAID = 'Nobody is told this.'\n"
        "raise Gone(LATE)\nraise Gone(OVER if late else None)\nraise Gone('Now.' if late else elsewhere)\n"
    )
    assert heard(errors=ERRORS, actions__x=code).keys() >= {"Too late.", "Over.", "Now."}
    assert "Nobody is told this." not in heard(errors=ERRORS, actions__x=code)


def test_tables_say_sentences(heard):
    assert heard(access__x='R = Rule(says="put labels on mail", gmail="gmail.modify")').keys() == {"put labels on mail"}


@pytest.mark.parametrize("name", ["sandbox__x", "cli__demo__x", "cli"])
def test_the_command_line_is_heard_where_it_marks_and_not_where_it_refuses(heard, name):
    code = (
        'A = N_("the invitation")\nB = translate("One letter " "left")\nC = Gone("no such command")\n'
        'D = Row(says="for operators")\nE = data.translate(bytes.maketrans(b"-_", b"+/"))\nF = translate(A)\n'
    )
    own = {sentence for sentence, files in heard(errors=ERRORS, **{name: code}).items() if "app/errors.py" not in files}
    assert own == {"the invitation", "One letter left"}


@pytest.mark.parametrize(
    "code", ["translate(sentence)", "N_()", 'ngettext("one", many, 2)', 'N_("")', "_(3)", 'x("no")']
)
def test_what_is_no_plain_sentence_is_not_heard(heard, code):
    assert heard(web__x=code) == {}


def test_a_page_that_does_not_compile_is_not_passed_over(heard):
    with pytest.raises(Exception, match="translatable sections"):
        heard(web__pages__x="{% trans %}Never closed{% endtran %}")


def test_the_update_keeps_translations_drops_what_nobody_says_and_then_is_current(tmp_path, heard):
    heard(web__x='A = N_("Home")\nB = N_("Old")\n')
    catalogues.write(tmp_path)
    path = tmp_path / "app" / "locale" / "es" / "LC_MESSAGES" / "deskhand.po"
    path.write_text(path.read_text().replace('msgid "Home"\nmsgstr ""', 'msgid "Home"\nmsgstr "Inicio"'))
    assert catalogues.stale(tmp_path) == []
    heard(web__x='A = N_("Home")\nB = N_("New")\n')
    assert len(catalogues.stale(tmp_path)) == 3
    catalogues.write(tmp_path)
    text = path.read_text()
    assert 'msgstr "Inicio"' in text
    assert "Old" not in text
    assert 'msgid "New"\nmsgstr ""' in text
    assert catalogues.stale(tmp_path) == []
    before = path.stat().st_mtime_ns
    catalogues.write(tmp_path)
    assert path.stat().st_mtime_ns == before
