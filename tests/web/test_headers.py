"""The headers of every answer, as a snapshot: a change here is a change of what browsers may do with our pages."""

from __future__ import annotations

import pytest

from tests.web.site import make_site, visit

SNAPSHOT = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self' https://accounts.google.com; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": (
        "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), encrypted-media=(), "
        "fullscreen=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), "
        "picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), "
        "xr-spatial-tracking=()"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}
OF_THE_ANSWER = {"content-length", "content-type", "x-request-id", "allow", "www-authenticate", "content-language"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("HEAD", "/privacy", 200),
        ("GET", "/healthz", 200),
        ("GET", "/no-such-page", 404),
        ("GET", "/api/v1/refuse/sign-in", 401),
        ("DELETE", "/terms", 405),
        ("OPTIONS", "/terms", 204),
        ("POST", "/form", 403),
        ("GET", "/crash", 500),
        ("GET", "/static/no-such-file.css", 404),
    ],
)
async def test_every_answer_carries_the_same_headers(site, method, path, status):
    async with visit(site) as browser:
        answer = await browser.request(method, path)
    assert answer.status_code == status
    expected = dict(SNAPSHOT)
    if path.startswith("/static"):
        expected.pop("cross-origin-resource-policy")  # icons are shown by Gmail and Outlook too
    assert {name: value for name, value in answer.headers.items() if name not in OF_THE_ANSWER} == expected


async def test_over_https_browsers_are_told_to_stay_there():
    async with visit(make_site(public_url="https://deskhand.example")) as browser:
        assert (await browser.get("/")).headers["strict-transport-security"] == "max-age=31536000"
    async with visit(make_site()) as browser:
        assert "strict-transport-security" not in (await browser.get("/")).headers


async def test_forms_may_lead_to_the_sign_in_pages_that_are_set_up_and_nowhere_else():
    async def targets(**settings):
        async with visit(make_site(**settings)) as browser:
            policy = (await browser.get("/")).headers["content-security-policy"]
        return policy.split("form-action ")[1].split(";")[0]

    assert await targets() == "'self'"
    assert await targets(google_signin_client_id="x", google_auth_url="http://127.0.0.1:8026/google/authorize?x=1") == (
        "'self' http://127.0.0.1:8026"
    )
    assert await targets(google_client_id="x", microsoft_client_id="y") == (
        "'self' https://accounts.google.com https://login.microsoftonline.com https://login.live.com"
    )


async def test_an_answer_with_a_policy_of_its_own_decides_about_framing(site):
    async with visit(site) as browser:
        answer = await browser.get("/own-policy")
    assert answer.headers.get_list("content-security-policy") == ["frame-ancestors https://outlook.office.com"]
    assert "x-frame-options" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_static_files_are_kept_for_good_under_an_address_that_changes_with_them(site):
    async with visit(site) as browser:
        page = await browser.get("/")
        address = page.text.split('rel="stylesheet" href="')[1].split('"')[0]
        sheet = await browser.get(address)
        again = await browser.get(address, headers={"if-none-match": sheet.headers["etag"]})
    assert address.startswith("/static/deskhand.css?v=")
    assert sheet.headers["content-type"].startswith("text/css")
    assert sheet.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert again.status_code == 304
    assert again.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_every_request_has_an_id_of_its_own_whatever_the_client_claims(site):
    async with visit(site) as browser:
        ids = {
            (await browser.get("/healthz", headers={"x-request-id": "forged"})).headers["x-request-id"]
            for _ in range(5)
        }
    assert len(ids) == 5
    assert all(len(each) == 16 and int(each, 16) >= 0 for each in ids)


@pytest.mark.parametrize("host", ["elsewhere.example", "localhost:8025@elsewhere.example", "[::1", "", "a\tb"])
@pytest.mark.parametrize(
    "path", ["/", "/privacy", "/privacy/", "/no-such-page", "/favicon.ico", "/.well-known/security.txt"]
)
async def test_the_host_header_never_finds_its_way_into_an_answer(site, host, path):
    async with visit(site) as browser:
        answer = await browser.get(path, headers={"host": host, "x-forwarded-host": "elsewhere.example"})
    assert answer.status_code < 500
    assert "elsewhere.example" not in answer.text + str(answer.headers)
