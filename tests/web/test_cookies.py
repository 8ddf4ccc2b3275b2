"""The session cookie: only this host's, only over https where there is https, out of reach of scripts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.requests import Request
from starlette.responses import Response

from app.web.cookies import SESSION, SESSION_LIFE, clear_cookie, cookie_name, read_cookie, set_cookie
from tests.web.site import make_settings

SECURE = {"public_url": "https://deskhand.example"}


def cookie_of(response):
    name, *attributes = response.headers["set-cookie"].split("; ")
    return name, set(attributes)


def request_with(cookie):
    return Request({"type": "http", "headers": [(b"cookie", cookie.encode())]})


def test_over_https_the_cookie_is_bound_to_the_host():
    response = Response()
    set_cookie(response, SESSION, "s3cret", make_settings(**SECURE), life=SESSION_LIFE)
    assert cookie_of(response) == (
        "__Host-deskhand=s3cret",
        {"HttpOnly", "Path=/", "SameSite=lax", "Secure", "Max-Age=604800"},
    )


@pytest.mark.parametrize("url", ["http://localhost:8025", "http://127.0.0.1:9000"])
def test_on_localhost_the_plain_name_serves_as_browsers_never_send_secure_cookies_back(url):
    response = Response()
    set_cookie(response, SESSION, "s3cret", make_settings(public_url=url), life=timedelta(hours=1))
    assert cookie_of(response) == ("deskhand=s3cret", {"HttpOnly", "Path=/", "SameSite=lax", "Max-Age=3600"})


@pytest.mark.parametrize("given", [SECURE, {}])
def test_a_cleared_cookie_has_the_attributes_of_the_one_it_clears(given):
    settings, response = make_settings(**given), Response()
    clear_cookie(response, SESSION, settings)
    name, attributes = cookie_of(response)
    assert name == f'{cookie_name(SESSION, settings)}=""'
    assert "Max-Age=0" in attributes
    assert ("Secure" in attributes) == settings.secure_cookies


def test_over_https_a_cookie_without_the_prefix_is_not_believed():
    secure, plain = make_settings(**SECURE), make_settings()
    assert read_cookie(request_with("deskhand=planted"), SESSION, secure) == ""
    assert read_cookie(request_with("deskhand=planted; __Host-deskhand=real"), SESSION, secure) == "real"
    assert read_cookie(request_with("deskhand=mine"), SESSION, plain) == "mine"
    assert read_cookie(request_with("=;;; ="), SESSION, plain) == ""
