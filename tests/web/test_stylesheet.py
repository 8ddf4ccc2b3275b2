"""The one stylesheet: small, self-contained, and readable in the light and in the dark."""

from __future__ import annotations

import re

import pytest

from app.web.render import PAGES, STATIC

SHEET = (STATIC / "deskhand.css").read_text()
LIGHT, DARK = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in SHEET.split("@media", 2)[:2])
# text on ground, as the sheet combines them
READ_TOGETHER = [
    *((text, ground) for text in ("ink", "soft", "link", "bad") for ground in ("ground", "paper")),
    *(("ink", "sunk"), ("soft", "sunk"), ("on-act", "act"), ("on-act", "act-over"), ("on-bad", "bad")),
    *((tone, f"{tone}-ground") for tone in ("good", "careful", "bad")),
    *(("good", "paper"), ("ink", "bad-ground")),
]
SEEN_TOGETHER = [("edge", "paper"), ("focus", "ground"), ("focus", "paper"), ("act", "paper")]


def luminance(color):
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), READ_TOGETHER)
def test_every_text_stands_out_from_its_ground(colours, text, ground):
    assert contrast(colours[text], colours[ground]) >= 4.5  # WCAG 2.2, 1.4.3


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), SEEN_TOGETHER)
def test_the_edges_of_fields_and_the_focus_are_seen(colours, edge, ground):
    assert contrast(colours[edge], colours[ground]) >= 3  # WCAG 2.2, 1.4.11


def test_the_dark_has_every_colour_of_the_light():
    assert LIGHT.keys() == DARK.keys()
    used = set(re.findall(r"var\(--([\w-]+)\)", SHEET)) - {"shadow"}
    assert used <= LIGHT.keys()


def test_the_sheet_is_small_and_loads_nothing():
    assert len(SHEET.encode()) < 12 * 1024
    assert "url(" not in SHEET
    assert "@import" not in SHEET
    assert SHEET.count("{") == SHEET.count("}")


def test_it_minds_printers_and_people_whom_motion_makes_ill():
    assert "@media print" in SHEET
    assert "@media (prefers-reduced-motion: reduce)" in SHEET
    assert ":focus-visible" in SHEET


def test_pictures_are_our_own_and_hold_no_scripts():
    for picture in STATIC.glob("*.svg"):
        text = picture.read_text()
        assert text.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
        assert not re.search(r"<script|\bon\w+=|href|<foreignObject|url\(", text)


def test_no_page_carries_styles_or_scripts_of_its_own():
    """The one file that is a script stands beside the styles, and a page that uses it says so by its address."""
    script = """<script src="{{ static('zone.js') }}" defer></script>"""
    for path in PAGES.rglob("*.html"):
        text = path.read_text().replace(script, "")
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", text), path.name
