"""Refusals and failures: one sentence for people in their language, problem+json for programs, nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import AppError
from app.locale.catalogues import language
from app.web.errors import TooLarge, field_name
from tests.house import sentences
from tests.web.site import CANARY, PUBLIC_URL, visit
from tests.web.structure import read

PROGRAM = {"accept": "application/json"}


async def problem(site, path, method="GET", **request):
    async with visit(site, accept="application/json") as program:
        answer = await program.request(method, path, **request)
    assert answer.headers["content-type"] == "application/problem+json"
    return answer, answer.json()


@pytest.mark.parametrize(
    ("how", "status", "code", "sentence"),
    [
        ("sign-in", 401, "not_signed_in", "Sign in first."),
        ("conflict", 409, "conflict", "Something changed meanwhile. Look again, then decide."),
        ("denied", 403, "not_in_scopes", "You may not do this here."),
        ("busy", 503, "provider_busy", "The mail provider is busy. Deskhand tries again by itself."),
    ],
)
async def test_a_program_gets_a_problem_with_a_stable_code(site, how, status, code, sentence):
    answer, told = await problem(site, f"/api/v1/refuse/{how}")
    request_id = answer.headers["x-request-id"]
    assert answer.status_code == status
    assert told == {
        "type": f"urn:deskhand:problem:{code}",
        "title": {401: "Unauthorized", 409: "Conflict", 403: "Forbidden", 503: "Service Unavailable"}[status],
        "status": status,
        "detail": sentence,
        "instance": f"urn:deskhand:request:{request_id}",
        "code": code,
        "request_id": request_id,
    }


async def test_the_sentence_is_in_the_readers_language_and_the_code_is_not(site):
    _, told = await problem(site, "/api/v1/refuse/conflict", headers={"accept-language": "fr"})
    assert told["detail"] == "Quelque chose a changé entre-temps. Regardez de nouveau, puis décidez."
    assert told["code"] == "conflict"


@pytest.mark.parametrize("lang", ["es", "fr", "en"])
@pytest.mark.parametrize(
    ("path", "status"),
    [("/refuse/sign-in", 401), ("/refuse/denied", 403), ("/nowhere", 404), ("/refuse/conflict", 409), ("/crash", 500)],
)
async def test_a_browser_gets_a_page_in_its_language(site, lang, path, status):
    async with visit(site, accept_language=lang) as browser:
        answer = await browser.get(path)
    page = read(answer.text)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert page.faults == []
    assert page.lang == lang
    assert answer.headers["x-request-id"] in page.text
    assert ("/sign-in" in [link["href"] for link in page.all("a")]) == (status == 401)


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/hooks/gmail", "/gmail/home"])
async def test_addresses_for_programs_answer_browsers_like_programs(site, path):
    async with visit(site) as browser:
        answer = await browser.get(path)
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/problem+json", ""])
async def test_whoever_does_not_ask_for_a_page_gets_a_problem(site, accept):
    async with visit(site, accept=accept) as client:
        assert (await client.get("/nowhere")).json()["status"] == 404


async def test_a_busy_provider_says_when_to_come_back_and_a_401_how_to_sign_in(site):
    answer, _ = await problem(site, "/api/v1/refuse/busy")
    assert answer.headers["retry-after"] == "13"
    answer, _ = await problem(site, "/api/v1/refuse/sign-in")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("headers", [{}, PROGRAM])
@pytest.mark.parametrize("path", ["/crash", "/refuse/database", "/api/v1/refuse/database"])
async def test_what_broke_inside_is_not_told_to_the_world(site, path, headers):
    async with visit(site) as browser:
        answer = await browser.get(path, headers=headers)
    assert answer.status_code in (500, 503)
    assert CANARY not in answer.text + str(answer.headers)
    assert "Traceback" not in answer.text


async def test_a_value_that_does_not_fit_is_named_and_not_repeated(site):
    answer, told = await problem(site, "/api/v1/labels", "PUT", json={"add": [1, CANARY], "color": {"x": CANARY}})
    assert answer.status_code == 422
    assert told["code"] == "bad_request"
    assert told["errors"] == [
        {"field": "body.add.1", "reason": "int_parsing"},
        {"field": "body.color", "reason": "string_type"},
    ]
    assert told["detail"] == "This request cannot be understood. Look at: body.add.1, body.color."
    assert CANARY not in answer.text


async def test_a_missing_field_a_foreign_field_and_a_query_are_named_too(site):
    _, told = await problem(site, "/api/v1/labels", "PUT", json={"colour": CANARY})
    assert {"field": "body.add", "reason": "missing"} in told["errors"]
    assert {"field": "body.colour", "reason": "extra_forbidden"} in told["errors"]
    _, told = await problem(site, f"/api/v1/labels?count={CANARY}")
    assert told["errors"] == [{"field": "query.count", "reason": "int_parsing"}]


async def test_a_field_name_that_somebody_made_up_to_be_seen_is_not_repeated(site):
    answer, told = await problem(site, "/api/v1/labels", "PUT", json={"add": [], "<script>alert(1)</script>": 1})
    assert told["errors"] == [{"field": "body.?", "reason": "extra_forbidden"}]
    assert "script" not in answer.text


@given(st.lists(st.one_of(st.text(), st.integers()), min_size=1))
def test_a_field_is_named_by_plain_characters_alone(location):
    assert set(field_name(tuple(location))) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-?")


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b'{"add": [1,]}', b"[" * 5000])
async def test_broken_json_is_a_bad_request_and_not_a_crash(site, content):
    answer, told = await problem(
        site, "/api/v1/labels", "PUT", content=content, headers={"content-type": "application/json"}
    )
    assert answer.status_code in (400, 422)
    assert told["code"] == "bad_request"


async def test_a_wrong_method_says_which_would_be_right(site):
    answer, told = await problem(site, "/api/v1/labels", "DELETE")
    assert answer.status_code == 405
    assert told["code"] == "method_not_allowed"
    assert answer.headers["allow"] == "GET, PUT, HEAD, OPTIONS"


async def test_options_says_what_a_path_has_and_that_an_unknown_one_has_nothing(site):
    async with visit(site) as browser:
        known, unknown = await browser.options("/api/v1/labels"), await browser.options("/nowhere")
    assert (known.status_code, known.headers["allow"], known.content) == (204, "GET, PUT, HEAD, OPTIONS", b"")
    assert unknown.status_code == 404


HOSTILE_PATHS = (
    *("/%00", "/a%00b", "/%ff%fe", "/%0d%0aX: 1", "//", "//elsewhere.example/", "/.env", "/" + "a" * 8000),
    *("/static", "/static/", "/static/%00.css", "/static/..%2f..%2ferrors.py", "/static/../errors.py"),
    "/static/" + "a" * 5000,
)


@pytest.mark.parametrize("path", HOSTILE_PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
async def test_hostile_paths_are_simply_not_there(site, path, method):
    async with visit(site) as browser:
        answer = await browser.request(method, PUBLIC_URL + path)
    assert answer.status_code in ((404, 405) if "/static/" in path and method == "POST" else (404,))
    assert "elsewhere.example" not in answer.text + str(answer.headers)
    assert read(answer.text).faults == [] or method == "HEAD"


async def test_a_static_file_can_be_read_and_nothing_else(site):
    async with visit(site) as browser:
        answers = [await browser.request(method, "/static/logo.svg") for method in ("OPTIONS", "POST", "DELETE")]
    assert [answer.status_code for answer in answers] == [204, 405, 405]
    assert {answer.headers["allow"] for answer in answers} == {"GET, HEAD"}


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "BREW"])
async def test_unheard_of_methods_are_refused(site, method):
    async with visit(site) as browser:
        assert (await browser.request(method, "/terms")).status_code == 405


def test_every_error_says_its_sentence_in_every_language():
    kinds, rows = [AppError], []
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        if kind.__module__.startswith("app.") and kind.__module__.split(".")[1] not in sentences.MARKED_ONLY:
            rows.append(kind)
    assert len(rows) > 15
    for kind in rows:
        sentence = " ".join((kind.__doc__ or "").split())
        for code in ("es", "fr"):
            assert language(code).gettext(sentence) != sentence, f"{kind.__name__} in {code}"
    assert TooLarge(megabytes=1).sentence(language("es").gettext) == "Es demasiado grande. Se aceptan 1 MB como máximo."
