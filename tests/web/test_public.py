"""The public pages: real texts in three languages, honest about what the operator has not filled in."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from app import clock
from app.locale.catalogues import Language, language
from app.web.public import contact_uri, sign_in_ways
from app.web.render import PAGES, environment
from tests.web.site import make_settings, make_site, visit
from tests.web.structure import read

LANGUAGES = ("es", "fr", "en")
PUBLIC_PAGES = ("/", "/privacy", "/terms")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", PUBLIC_PAGES)
@pytest.mark.parametrize("filled_in", [True, False])
async def test_anybody_reads_a_sound_page_in_their_language(site, bare_site, path, lang, filled_in):
    async with visit(site if filled_in else bare_site) as browser:
        answer = await browser.get(path, params={"lang": lang})
    page = read(answer.text)
    assert answer.status_code == 200
    assert page.faults == []
    assert page.lang == lang
    assert "Deskhand" in page.title


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_the_front_page_signs_in_with_the_providers_that_are_set_up(site, bare_site, lang):
    async with visit(site) as browser:
        page = read((await browser.get("/", params={"lang": lang})).text)
    assert "/sign-in/google" in [form["action"] for form in page.all("form")]
    async with visit(bare_site) as browser:
        page = read((await browser.get("/", params={"lang": lang})).text)
    assert not page.all("form")
    assert {"es": "todavía nadie puede", "fr": "personne ne peut encore", "en": "nobody can sign in"}[
        lang
    ] in page.text.lower()


def test_a_client_for_signing_in_alone_is_enough_to_sign_in():
    assert sign_in_ways(make_settings(google_signin_client_id="x")) == [("google", "Google")]
    assert sign_in_ways(make_settings()) == []


async def test_whoever_is_signed_in_finds_their_own_places_and_no_sign_in(site):
    async with visit(site, as_="alices-secret") as browser:
        page = read((await browser.get("/")).text)
    links = [link["href"] for link in page.all("a")]
    assert "/owner" in links
    assert "/assistant" in links
    assert "/sign-in/google" not in [form["action"] for form in page.all("form")]
    assert page.lang == "es"  # Alice's own language; her browser names none


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", ["/privacy", "/terms"])
async def test_the_texts_name_the_operator_and_where_to_write(site, path, lang):
    async with visit(site) as browser:
        page = read((await browser.get(path, params={"lang": lang})).text)
    assert "Rojas SpA" in page.text
    assert "mailto:privacidad@rojas.example" in [link["href"] for link in page.all("a")]
    assert "localhost:8025" in page.text
    assert not [tag for tag in page.all("p") if "careful" in tag.get("class", "")]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", ["/privacy", "/terms"])
@pytest.mark.parametrize("known", [{}, {"operator_name": "Rojas SpA"}, {"operator_contact": "https://rojas.example/c"}])
async def test_the_texts_say_honestly_what_the_operator_has_not_filled_in(path, lang, known):
    async with visit(make_site(**known)) as browser:
        answer = await browser.get(path, params={"lang": lang})
    page = read(answer.text)
    assert page.faults == []
    assert len([tag for tag in page.all("p") if "careful" in tag.get("class", "")]) == 1


async def test_the_three_languages_say_the_same_things_in_the_same_order(site):
    async with visit(site) as browser:
        for path in ("/privacy", "/terms"):
            shapes = {}
            for lang in LANGUAGES:
                page = read((await browser.get(path, params={"lang": lang})).text)
                inside = page.tags[[tag for tag, _ in page.tags].index("main") :]
                shapes[lang] = [(tag, attributes.get("href", "")) for tag, attributes in inside if tag != "time"]
            assert shapes["es"] == shapes["fr"] == shapes["en"]
            assert len(shapes["en"]) > 40


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_privacy_makes_the_promises_that_google_and_the_law_ask_for(site, lang):
    async with visit(site) as browser:
        page = read((await browser.get("/privacy", params={"lang": lang})).text)
    assert "https://developers.google.com/terms/api-services-user-data-policy" in [a["href"] for a in page.all("a")]
    limited_use = {"es": "uso limitado", "fr": "utilisation limitée", "en": "Limited Use"}
    for words in (limited_use[lang], "gmail.modify", "AES-256-GCM", "30"):
        assert words in page.text


async def test_the_operators_own_policy_is_linked_unless_it_is_this_very_page():
    async with visit(make_site(privacy_url="https://rojas.example/datos")) as browser:
        assert 'href="https://rojas.example/datos"' in (await browser.get("/privacy")).text
    async with visit(make_site(privacy_url="http://localhost:8025/privacy")) as browser:
        assert 'href="http://localhost:8025/privacy"' not in (await browser.get("/privacy")).text


class _Marked:
    """A catalogue whose every translation is marked, so that what stands unmarked on a page was never translated."""

    def gettext(self, sentence: str) -> str:
        return f"⟦{sentence}⟧"

    def ngettext(self, one: str, many: str, count: int) -> str:
        return f"⟦{one if count == 1 else many}⟧"


@pytest.mark.parametrize("secret", ["", "alices-secret"])
@pytest.mark.parametrize("path", ["/", "/refuse/sign-in", "/refuse/conflict", "/no-such-page"])
async def test_no_sentence_on_a_page_is_left_untranslated(site, monkeypatch, path, secret):
    marked = Language("en", _Marked())  # type: ignore[arg-type]
    monkeypatch.setattr("app.web.render.choose", lambda _: marked)
    monkeypatch.setattr("app.web.errors.choose", lambda _: marked)
    async with visit(site, as_=secret) as browser:
        page = read((await browser.get(path)).text)
    assert "⟦" in page.text
    left = re.sub(r"⟦[^⟧]*⟧", " ", page.text)
    for known in ("Deskhand", "Alice <b>Fernández</b>", "alice@example.cl", "ES", "FR", "EN", "English", "·"):
        left = left.replace(known, " ")
    left = re.sub(r"\b([0-9a-f]{16}|\d{3})\b", " ", left)  # a request's number, a status
    assert not re.search(r"\w", left), left


def test_every_page_compiles_in_every_language():
    for code in LANGUAGES:
        pages = environment(language(code))
        for path in PAGES.rglob("*.html"):
            pages.get_template(path.relative_to(PAGES).as_posix())


async def test_security_txt_says_where_to_write_for_less_than_a_year(site):
    async with visit(site) as browser:
        answer = await browser.get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert fields["Contact"] == "mailto:privacidad@rojas.example"
    assert fields["Canonical"] == "http://localhost:8025/.well-known/security.txt"
    assert fields["Preferred-Languages"] == "es, fr, en"
    left = datetime.fromisoformat(fields["Expires"]) - clock.now()
    assert timedelta(days=170) < left < timedelta(days=365)


async def test_without_a_contact_there_is_no_security_txt_and_it_says_why(bare_site):
    async with visit(bare_site) as browser:
        answer = await browser.get("/.well-known/security.txt")
    assert answer.status_code == 404
    assert "has not given a contact" in answer.text


@pytest.mark.parametrize(
    ("contact", "uri"),
    [
        ("ana@example.cl", "mailto:ana@example.cl"),
        ("mailto:ana@example.cl", "mailto:ana@example.cl"),
        ("https://example.cl/contacto", "https://example.cl/contacto"),
        ("tel:+56-2-5550100", "tel:+56-2-5550100"),
        ("Calle Uno 1, Santiago", ""),
        ("javascript:alert(1)", ""),
        ("ana@example.cl?bcc=all@example.cl", ""),
        ("ana@example.cl\r\nExpires: never", ""),
        ("", ""),
    ],
)
def test_a_contact_is_clickable_only_where_it_is_an_address(contact, uri):
    assert contact_uri(contact) == uri


async def test_robots_may_read_the_public_pages_and_nothing_else(site):
    async with visit(site) as browser:
        lines = (await browser.get("/robots.txt")).text.splitlines()
    assert lines[0] == "User-agent: *"
    assert "Disallow: /" in lines
    assert {line.removeprefix("Allow: ") for line in lines if line.startswith("Allow")} == {
        "/$", "/privacy$", "/terms$", "/static/",
    }  # fmt: skip


async def test_health_answers_operators_and_browsers_find_the_icon(site):
    async with visit(site) as browser:
        assert (await browser.get("/healthz")).json() == {"status": "ok"}
        icon = await browser.get("/favicon.ico", follow_redirects=True)
    assert icon.headers["content-type"] == "image/svg+xml"
    assert icon.text.startswith("<svg")
