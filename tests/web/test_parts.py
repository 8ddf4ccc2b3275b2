"""The pieces of pages: sound for a screen reader, and harmless whatever is put into them."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from app.locale.catalogues import language
from app.web.render import environment
from app.web.states import STATES, state_shown
from tests.web.kit import HOSTILE, add_kit
from tests.web.site import token_of, visit
from tests.web.structure import read


@pytest.fixture
async def kit(site, monkeypatch):
    """The page with every piece, as Alice sees it."""
    add_kit(site, monkeypatch)
    async with visit(site, as_="alices-secret") as browser:
        answer = await browser.get("/kit")
    assert answer.status_code == 200, answer.text
    return read(answer.text)


def part(source, code="en"):
    return environment(language(code)).from_string('{% import "parts.html" as parts %}' + source).render()


async def test_all_pieces_together_make_a_sound_page(kit):
    assert kit.faults == []


async def test_what_people_wrote_never_becomes_part_of_the_page(kit):
    assert kit.all("script") == []
    assert not [image for image in kit.all("img") if not image["src"].startswith("/static/")]
    assert HOSTILE in [field.get("value") for field in kit.all("input")]
    assert kit.text.count("{{ 7*7 }}") >= 3


async def test_the_head_says_who_is_signed_in_and_signs_out_by_a_form(kit):
    assert "Alice <b>Fernández</b>" in kit.text
    assert {"method": "post", "action": "/sign-out"} in kit.all("form")
    assert [field["value"] for field in kit.all("input") if field.get("name") == "csrf"] == [
        token_of("alices-secret")
    ] * 4


async def test_whoever_gave_no_name_is_called_by_their_address(site):
    async with visit(site, as_="bobs-secret") as browser:
        page = read((await browser.get("/")).text)
    assert "bob@example.fr" in page.text
    assert page.lang == "fr"


async def test_times_are_shown_in_the_readers_zone_which_is_named(kit):
    moments = [moment["datetime"] for moment in kit.all("time")]
    assert set(moments) == {"2026-11-22T12:05:00+00:00", "2026-11-22"}
    assert "dom, 22 nov 2026, 9:05 (Santiago de Chile)" in kit.text
    assert "22 de noviembre de 2026" in kit.text
    assert "12.345,5" in kit.text


async def test_the_way_here_ends_at_this_page(kit):
    trail = [
        link["href"] for link in kit.all("a") if link["href"].startswith("/owner") and "logins" not in link["href"]
    ]
    assert trail == ["/owner", "/owner", "/owner/1"]  # the first is the menu's
    assert [mark for mark in kit.all("span") if mark.get("aria-current") == "page"]


async def test_hints_and_errors_are_read_out_with_their_field(kit):
    fields = {field["name"]: field for field in kit.all("input", "select", "textarea") if "id" in field}
    assert fields["zone"]["aria-describedby"] == "zone-error zone-hint"
    assert fields["zone"]["aria-invalid"] == "true"
    assert fields["zone"]["autocomplete"] == "off"
    assert fields["until"]["aria-describedby"] == "until-hint"
    assert "required" in fields["until"]
    assert "aria-invalid" not in fields["until"]
    (ticks,) = kit.all("fieldset")
    assert ticks["aria-describedby"] == "scopes-error scopes-hint"


async def test_only_what_was_chosen_is_ticked(kit):
    boxes = [field for field in kit.all("input") if field.get("type") == "checkbox"]
    assert [("checked" in box) for box in boxes] == [False, True, False]
    assert [option["value"] for option in kit.all("option") if "selected" in option] == ["fr"]


async def test_each_cell_of_a_table_carries_its_heading_for_narrow_screens(kit):
    assert [cell["data-head"] for cell in kit.all("td")] == ["To", "Leaves", "State"] * 2


def test_a_textarea_keeps_a_first_empty_line():
    shown = part('{{ parts.textarea("t", "T", "\\n\\nDear") }}')
    # HTML swallows the first newline after the tag, so there has to be one more than the text has.
    assert ">\n\n\nDear</textarea>" in shown


def test_without_a_session_a_form_has_no_empty_token():
    assert 'name="csrf"' not in part('{% call parts.form("/x", "") %}{% endcall %}')


def test_a_value_nobody_gave_stops_the_page_instead_of_leaving_a_hole():
    with pytest.raises(UndefinedError):
        part("{{ nobody_gave_this }}")


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("code", ["es", "fr", "en"])
def test_every_state_has_a_tone_and_a_word_in_every_language(state, code):
    tone, word = state_shown(state)
    said = language(code).gettext(word)
    assert part(f'{{{{ parts.badge("{state}") }}}}', code).strip() == f'<span class="badge {tone}">{said}</span>'
    assert said != word or code == "en"


def test_a_state_without_a_word_is_noticed():
    with pytest.raises(KeyError):
        state_shown("confused")
