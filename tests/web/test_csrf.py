"""Nobody acts with Alice's cookie but Alice, on a page of ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadCsrf
from app.web.csrf import check_origin, check_token, origin_of, token_for
from tests.web.site import PUBLIC_URL, token_of, visit
from tests.web.structure import read

HERE = {"origin": PUBLIC_URL}


async def post(site, path="/form", *, secret="alices-secret", headers=HERE, **content):
    async with visit(site, as_=secret, accept="application/json") as browser:
        return await browser.post(path, headers=headers, **content)


async def test_alices_own_form_is_taken(site):
    answer = await post(site, data={"csrf": token_of("alices-secret"), "text": "yes"})
    assert answer.status_code == 303


async def test_a_form_with_a_file_is_taken_too(site):
    token = token_of("alices-secret")
    assert (await post(site, data={"csrf": token}, files={"file": b"x"})).status_code == 303


async def test_a_program_in_the_page_sends_the_token_as_a_header(site):
    answer = await post(site, "/api/v1/body", headers={**HERE, "x-csrf-token": token_of("alices-secret")}, json={})
    assert answer.json() == {"bytes": 2}


@pytest.mark.parametrize(
    "token",
    ["", "wrong", "é", token_of("bobs-secret"), token_of("alices-secret")[:-1], token_of("alices-secret") + "A"],
)
async def test_without_her_token_nothing_happens(site, token):
    for answer in (
        await post(site, data={"csrf": token}),
        await post(site, "/api/v1/body", headers={**HERE, "x-csrf-token": token.encode()}),
        await post(site, "/api/v1/body", json={"csrf": token_of("alices-secret")}),
    ):
        assert answer.status_code == 403
        assert answer.json()["code"] == "bad_csrf"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "https://elsewhere.example"},
        {"origin": "http://localhost:8026"},
        {"origin": "https://localhost:8025"},
        {"origin": "http://localhost:8025.elsewhere.example"},
        {"origin": "http://localhost:8025@elsewhere.example"},
        {"origin": "http://user@localhost:8025"},
        {"origin": "http://localhost:99999"},
        {"origin": "https://elsewhere.example", "referer": f"{PUBLIC_URL}/owner"},
        {"origin": "null", "referer": "https://elsewhere.example/?http://localhost:8025"},
        {"referer": "https://elsewhere.example/"},
        {"host": "elsewhere.example", "origin": "http://elsewhere.example"},
    ],
)
async def test_with_her_token_but_from_elsewhere_nothing_happens(site, headers):
    answer = await post(site, headers=headers, data={"csrf": token_of("alices-secret")})
    assert answer.status_code == 403
    assert answer.json()["code"] == "bad_csrf"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://LOCALHOST:8025"},
        {"referer": f"{PUBLIC_URL}/owner?x=1"},
        {"origin": "null", "referer": f"{PUBLIC_URL}/owner"},
    ],
)
async def test_where_a_browser_hides_the_origin_the_referer_speaks(site, headers):
    assert (await post(site, headers=headers, data={"csrf": token_of("alices-secret")})).status_code == 303


async def test_without_a_session_the_origin_alone_keeps_others_from_signing_somebody_in(site):
    assert (await post(site, secret="")).status_code == 303
    assert (await post(site, secret="", headers={"origin": "https://elsewhere.example"})).status_code == 403


async def test_a_program_with_a_key_of_its_own_needs_neither_but_a_cookie_beside_it_does(site):
    key = {"authorization": "Bearer x"}
    assert (await post(site, "/api/v1/body", secret="", headers=key)).status_code == 200
    assert (await post(site, "/api/v1/body", headers=key)).status_code == 403


async def test_a_refused_form_is_answered_with_a_page_that_says_what_to_do(site):
    async with visit(site, as_="bobs-secret") as browser:
        page = read((await browser.post("/form")).text)
    assert page.faults == []
    assert page.lang == "fr"
    assert "Rechargez la page" in page.text


async def test_reading_needs_no_token(site):
    async with visit(site, as_="alices-secret") as browser:
        for method in ("GET", "HEAD", "OPTIONS"):
            assert (await browser.request(method, "/terms")).status_code in (200, 204)


keys = st.binary(min_size=16, max_size=32)


@given(session=keys, other=keys, key=keys, other_key=keys)
def test_a_token_belongs_to_one_session_and_one_key(session, other, key, other_key):
    token = token_for(session, key)
    check_token(token, session, key)
    assert token.isascii()
    if other != session:
        with pytest.raises(BadCsrf):
            check_token(token, other, key)
    if other_key != key:
        with pytest.raises(BadCsrf):
            check_token(token, session, other_key)


@given(given=st.text(max_size=100), session=keys, key=keys)
def test_a_guessed_token_is_refused_whatever_it_holds(given, session, key):
    with pytest.raises(BadCsrf):
        check_token(given, session, key)


@given(st.text(max_size=60))
def test_any_origin_at_all_is_refused_without_a_crash(text):
    with pytest.raises(BadCsrf):
        check_origin({"origin": text}, "https://deskhand.example")


@pytest.mark.parametrize(
    ("one", "other"),
    [("https://a.example", "https://a.example:443/x"), ("http://a.example:80", "http://A.example/")],
)
def test_a_default_port_may_be_said_or_not(one, other):
    assert origin_of(one) == origin_of(other)


def test_http_is_not_https():
    assert origin_of("http://a.example") != origin_of("https://a.example")
    assert origin_of("http://a.example:443") != origin_of("https://a.example")
