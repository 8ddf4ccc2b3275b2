"""`doctor`: one line for each thing, with its mend, and no secret in any of them."""

from __future__ import annotations

import httpx2
import pytest

from tests.cli.kit import free_port, taken_port

SECRETS = {
    "DESKHAND_GOOGLE_CLIENT_ID": "client.apps.googleusercontent.com",
    "DESKHAND_GOOGLE_CLIENT_SECRET": "GOCSPX-hunter2",
    "DESKHAND_MAIL_URL": "smtps://deskhand:hunter2@mail.example",
}


def lines(said) -> dict[str, tuple[str, str]]:
    """Return what was said of each thing, with its mark."""
    parts = [line.partition(": ") for line in said.out.splitlines()]
    return {left[2:]: (left[0], right) for left, _, right in parts}


@pytest.fixture
def practice_google() -> dict[str, str]:
    """Google's addresses, at a place where nobody listens."""
    return {
        "DESKHAND_GOOGLE_JWKS_URL": f"http://127.0.0.1:{free_port()}/certs",
        "DESKHAND_GMAIL_API_URL": f"http://127.0.0.1:{free_port()}/",
    }


def test_a_fresh_installation_is_told_what_is_missing(deskhand, own_server):
    said = deskhand("doctor", **own_server)
    assert said.code == 1
    found = lines(said)
    assert found["Google"][0] == "✗"
    assert "DESKHAND_GOOGLE_CLIENT_ID" in found["Google"][1]
    assert found["database answers"][0] == "✓"
    assert found["master key"][0] == "✓"


def test_all_is_well_when_google_answers(deskhand, own_server, monkeypatch):
    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(404)  # what Gmail's bare address answers

    real = httpx2.AsyncClient
    monkeypatch.setattr(
        httpx2, "AsyncClient", lambda **given: real(**{**given, "transport": httpx2.MockTransport(answer)})
    )
    said = deskhand("doctor", **own_server, **SECRETS)
    assert said.code == 0, said.out
    found = lines(said)
    assert {mark for mark, _ in found.values()} == {"✓"}
    assert found["redirect address for mailboxes at Google"][1] == "http://localhost:8025/connect/callback/google"
    assert found["redirect address for signing in with Google"][1] == "http://localhost:8025/sign-in/callback/google"
    assert found["own mail"][1] == "over SMTP"


def test_google_out_of_reach_is_named_with_its_address(deskhand, own_server, practice_google):
    said = deskhand("doctor", **own_server, **SECRETS, **practice_google)
    assert said.code == 1
    for what, setting in (("Google's keys", "DESKHAND_GOOGLE_JWKS_URL"), ("Gmail", "DESKHAND_GMAIL_API_URL")):
        mark, words = lines(said)[what]
        assert mark == "✗"
        assert practice_google[setting] in words


def test_no_secret_is_told(deskhand, own_server, practice_google):
    said = deskhand("doctor", **own_server, **SECRETS, **practice_google)
    for secret in ("hunter2", own_server["DESKHAND_MASTER_KEY"], own_server["DESKHAND_DATABASE_URL"]):
        assert secret not in said.out + said.err


def test_a_public_address_needs_to_say_who_runs_it(deskhand, own_server, practice_google):
    public = {**own_server, **SECRETS, **practice_google, "DESKHAND_PUBLIC_URL": "https://deskhand.example"}
    assert lines(deskhand("doctor", **public))["public pages"][0] == "✗"
    named = {"DESKHAND_OPERATOR_NAME": "Viveros", "DESKHAND_OPERATOR_CONTACT": "hola@viveros.example"}
    assert lines(deskhand("doctor", **public, **named))["public pages"][0] == "✓"


def test_an_address_in_brackets_is_shown_whole(deskhand, own_server, practice_google):
    said = deskhand("doctor", **own_server, DESKHAND_PUBLIC_URL="http://[::1]:8025")
    assert lines(said)["public address"][1] == "http://[::1]:8025"


def test_a_database_that_is_away_is_one_line_among_the_others(deskhand, own_server):
    with taken_port() as port:
        away = f"postgresql://deskhand:hunter2@127.0.0.1:{port}/x?connect_timeout=2"
    said = deskhand("doctor", **{**own_server, "DESKHAND_DATABASE_URL": away})
    assert said.code == 1
    assert lines(said)["database or keys"][0] == "✗"
    assert "hunter2" not in said.out
