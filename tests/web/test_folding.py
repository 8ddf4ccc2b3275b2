"""Sentences are translated when a page is compiled, with the same outcome as when it is shown."""

from __future__ import annotations

import re

import pytest
from jinja2 import nodes
from markupsafe import Markup

from app.locale.catalogues import Language
from app.web.render import environment


class Shouting:
    """A catalogue that shouts, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def gettext(self, sentence: str) -> str:
        self.asked += 1
        return re.sub(r"(%\(\w+\)s)|([^%]+)", lambda part: part[1] or part[2].upper(), sentence)

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.gettext(one if count == 1 else many)


@pytest.fixture
def catalogue():
    return Shouting()


@pytest.fixture
def render(catalogue):
    pages = environment(Language("en", catalogue))
    return lambda source, **values: pages.from_string(source).render(values)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ('{{ _("home") }}', "HOME"),
        ("{{ gettext('a < b & \"c\"') }}", 'A < B & "C"'),
        ("{% trans %}two\n   lines{% endtrans %}", "TWO LINES"),
        ("{% trans %}100% sure{% endtrans %}", "100% SURE"),
        ('{{ _("100%% sure") }}', "100% SURE"),
        ("{% trans name=who %}hello {{ name }}{% endtrans %}", "HELLO &lt;b&gt;"),
        ('{{ _("hello %(name)s", name=who) }}', "HELLO &lt;b&gt;"),
        ("{{ _(sentence) }}", "LATER"),
        ('{{ [_("a"), "b"]|join("-") }}', "A-b"),
        ('{{ _("one" if no else "two") }}', "TWO"),
        ("{% trans count=2 %}one letter{% pluralize %}{{ count }} letters{% endtrans %}", "2 LETTERS"),
        ("{% set _ = upper %}{{ who }}", "&lt;b&gt;"),
    ],
)
def test_a_page_says_the_same_translated_early_or_late(render, source, shown):
    values = {"who": "<b>", "sentence": "later", "no": False, "upper": str.upper}
    assert render(source, **values) == shown


def test_a_sentence_without_variables_is_asked_for_once_however_often_it_is_shown(catalogue):
    page = environment(Language("en", catalogue)).from_string('{{ _("home") }}{% trans %}sign out{% endtrans %}')
    assert {page.render() for _ in range(5)} == {"HOMESIGN OUT"}
    assert catalogue.asked == 2


def test_what_is_folded_is_safe_and_everything_else_is_escaped_as_before(render):
    assert render("{{ a }}{{ b }}", a="<i>", b=Markup("<i>")) == "&lt;i&gt;<i>"
    assert render('{{ "<i>" }}') == "&lt;i&gt;"


def test_a_folded_page_is_left_with_constants(catalogue):
    tree = environment(Language("en", catalogue)).parse('{{ _("home") }}{{ _(x) }}')
    assert [type(call.args[0]) for call in tree.find_all(nodes.Call)] == [nodes.Name]
