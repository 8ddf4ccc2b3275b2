"""Each reader's language: asked for, chosen before, their own, the browser's; whatever a browser may send."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.locale.catalogues import NAMES, language
from app.web.languages import accepted
from tests.web.site import PUBLIC_URL, make_site, visit
from tests.web.structure import read


async def language_of(site, path="/", *, as_="", cookie="", **headers):
    async with visit(site, as_=as_, **headers) as browser:
        if cookie:
            browser.cookies.set("deskhand-language", cookie)
        return read((await browser.get(path)).text).lang


async def test_a_language_asked_for_is_kept_for_the_next_pages(site):
    async with visit(site, accept_language="en") as browser:
        asked = await browser.get("/?lang=fr")
        assert read(asked.text).lang == "fr"
        cookie = asked.headers["set-cookie"]
        assert cookie.startswith("deskhand-language=fr; ")
        for attribute in ("HttpOnly", "Path=/", "SameSite=lax", "Max-Age=31536000"):
            assert attribute in cookie
        assert "Secure" not in cookie
        later = await browser.get("/terms")
        assert read(later.text).lang == "fr"
        assert "set-cookie" not in later.headers


async def test_over_https_the_language_cookie_belongs_to_this_host_alone():
    async with visit(make_site(public_url="https://deskhand.example"), base_url="https://deskhand.example") as browser:
        cookie = (await browser.get("/?lang=es")).headers["set-cookie"]
    assert cookie.startswith("__Host-deskhand-language=es; ")
    assert "Secure" in cookie
    assert "Domain" not in cookie


async def test_what_is_asked_for_beats_what_was_chosen_beats_the_persons_own_beats_the_browsers(site):
    assert await language_of(site, "/?lang=en", as_="alices-secret", cookie="fr", accept_language="fr") == "en"
    assert await language_of(site, as_="alices-secret", cookie="fr", accept_language="en") == "fr"
    assert await language_of(site, as_="alices-secret", accept_language="fr") == "es"
    assert await language_of(site, accept_language="fr") == "fr"
    assert await language_of(site) == "en"


@pytest.mark.parametrize("nonsense", ["de", "ES", "../es", "es%00", "%F0%9F%A6%8A", "", "es&lang=fr"])
async def test_a_language_we_do_not_speak_changes_nothing(site, nonsense):
    async with visit(site, accept_language="en") as browser:
        answer = await browser.get(f"/?lang={nonsense}")
    assert answer.status_code == 200
    assert read(answer.text).lang in ("en", "fr" if "&lang=fr" in nonsense else "en")
    assert await language_of(site, cookie="klingon") == "en"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("es-419,es;q=0.9", "es"),
        ("es-CL", "es"),
        ("FR-ca", "fr"),
        ("de, fr;q=0.7, es;q=0.8", "es"),
        ("de,nl", "en"),
        ("fr;q=0, es;q=0.1", "es"),
        ("fr;q=0", "en"),
        ("*", "en"),
        ("*;q=0.1, fr;q=0.5", "fr"),
        ("fr ; q = 0.5 , es", "es"),
        ("fr;q=2, es;q=0.5", "es"),
        ("fr;q=-1;;,,;;=, es", "es"),
        ("xx," * 30 + "fr", "en"),
        ("fr" * 100_000, "en"),
    ],
)
def test_accept_language_is_weighed_as_the_standard_says(header, expected):
    assert accepted(header) == expected


@given(st.text(max_size=600))
def test_any_accept_language_at_all_gives_one_of_our_languages(header):
    assert accepted(header) in NAMES


@pytest.mark.parametrize("header", ["\xff\xfe", "es\x00", "fr;q=1e400", "a" * 5000, "fr;q=0.5;q=0.9;q=" + "9" * 900])
async def test_a_hostile_accept_language_still_gets_a_page(site, header):
    async with visit(site) as browser:
        answer = await browser.get("/", headers={"accept-language": header.encode("latin-1")})
    assert answer.status_code == 200
    assert read(answer.text).faults == []


async def test_the_switch_keeps_the_page_and_its_query_and_never_leaves_this_site(site):
    async with visit(site) as browser:
        page = read((await browser.get("/terms?cursor=a%26b&lang=es&notice=sent.x")).text)
        links = {link["hreflang"]: link["href"] for link in page.all("a") if "hreflang" in link}
        assert links == {"fr": "?cursor=a%26b&lang=fr", "en": "?cursor=a%26b&lang=en"}
        lost = read((await browser.get(f"{PUBLIC_URL}//elsewhere.example/?code=secret")).text)
        assert [link["href"] for link in lost.all("a") if "hreflang" in link] == ["?lang=fr", "?lang=en"]
        refused = read((await browser.post("/form")).text)
        assert [link["href"] for link in refused.all("a") if "hreflang" in link] == ["/?lang=fr", "/?lang=en"]


@pytest.mark.parametrize(
    ("referer", "leads_to"),
    [
        ("https://elsewhere.example/terms", "/"),
        (f"{PUBLIC_URL}//elsewhere.example/", "/"),
        (f"{PUBLIC_URL}/nowhere", "/"),
        (f"{PUBLIC_URL}/terms?x=1", "/terms"),
        ("", "/"),
    ],
)
async def test_from_an_answer_to_a_form_the_switch_leads_to_a_page_of_ours(site, referer, leads_to):
    async with visit(site) as browser:
        page = read((await browser.post("/lost/and/gone", headers={"referer": referer, "origin": PUBLIC_URL})).text)
    links = [link["href"] for link in page.all("a") if "hreflang" in link]
    assert [link.partition("?")[0] for link in links] == [leads_to] * 2


def test_a_language_that_is_not_ours_has_no_catalogue():
    with pytest.raises(KeyError):
        language("../../etc/passwd")


@pytest.mark.parametrize(("code", "one", "many"), [("es", "1", "2"), ("fr", "1", "2"), ("en", "1", "2")])
def test_sentences_without_a_translation_stay_english_and_plurals_fit_the_count(code, one, many):
    spoken = language(code)
    assert spoken.gettext("Nobody ever said this sentence.") == "Nobody ever said this sentence."
    assert spoken.ngettext("one letter", "many letters", int(one)) == "one letter"
    assert spoken.ngettext("one letter", "many letters", int(many)) == "many letters"


def test_each_language_is_called_what_its_speakers_call_it():
    assert [language(code).name for code in NAMES] == ["Español", "Français", "English"]
    assert language("es").gettext("Sign out") == "Cerrar sesión"
    assert language("fr").gettext("Sign out") == "Se déconnecter"
    assert language("en").gettext("Sign out") == "Sign out"
