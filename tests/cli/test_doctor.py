"""`doctor`: one line for each thing, with its mend, and no secret in any of them."""

from __future__ import annotations

import asyncio
import base64
import threading

import httpx2
import pytest

from app.cli.findings import set_up
from app.settings import load
from tests.cli.kit import free_port, taken_port
from tests.notices.server import mail_server

SECRETS = {
    "DESKHAND_GOOGLE_CLIENT_ID": "client.apps.googleusercontent.com",
    "DESKHAND_GOOGLE_CLIENT_SECRET": "GOCSPX-hunter2",
    "DESKHAND_MAIL_URL": "smtps://deskhand:hunter2@mail.example",
    "DESKHAND_MAIL_FROM": "deskhand@mail.example",
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
    assert found["own mail"][1] == "over SMTP at mail.example:465 by TLS, as deskhand@mail.example"


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


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("MAIL_URL", "mail.example:587"),
        ("MAIL_URL", "http://deskhand:hunter2@mail.example"),
        ("MAIL_URL", "smtp://deskhand:hunter2@mail.example:notaport"),
        ("MAIL_URL", "smtp://deskhand:hunter2@mail.example/inbox"),
        ("MAIL_FROM", ""),
        ("MAIL_FROM", "Deskhand"),
        ("MAIL_FROM", "a@x.example, b@x.example"),
    ],
)
def test_mail_that_could_never_leave_is_one_sentence_before_anything_starts(deskhand, own_server, name, wrong):
    said = deskhand("doctor", **{**own_server, **SECRETS, f"DESKHAND_{name}": wrong})
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(f"The setting DESKHAND_{name} cannot be used: write ")
    assert "hunter2" not in said.err
    assert said.err.count("\n") == 1


@pytest.fixture
def server():
    """A mail server beside the command, which has the main thread to itself."""
    loop, place = asyncio.new_event_loop(), mail_server()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield asyncio.run_coroutine_threadsafe(place.__aenter__(), loop).result(10)
    asyncio.run_coroutine_threadsafe(place.__aexit__(None, None, None), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_a_test_letter_says_what_the_mail_server_answered(deskhand, own_server, server):
    mail = {"DESKHAND_MAIL_URL": f"smtp://127.0.0.1:{server.port}", "DESKHAND_MAIL_FROM": "d@x.example"}

    def said(address):
        return lines(deskhand("doctor", "--send-test", address, **own_server, **mail))[f"test letter to {address}"]

    assert said("alice@x.example") == ("✓", "the mail server took it: 2.0.0 taken")
    server.at_recipient = ["550 5.1.1 nobody of this name"]
    assert said("eve@x.example") == ("✗", "the mail server did not take it: 550 5.1.1 nobody of this name")
    server.at_data = ["hang up"]
    assert "nobody knows whether it arrives" in said("bob@x.example")[1]
    assert "not an address" in said("bob")[1]
    assert [letter.to for letter in server.letters] == [["alice@x.example"], ["bob@x.example"]]
    assert server.letters[0].message["Subject"] == "A test letter from Deskhand"


def test_a_newer_master_key_waits_for_its_command_and_then_the_old_one_can_go(deskhand, own_server):
    deskhand("doctor", **own_server)  # the first start
    old, new = own_server["DESKHAND_MASTER_KEY"], base64.b64encode(b"n" * 32).decode()
    both = {**own_server, "DESKHAND_MASTER_KEY": f"{new} {old}"}
    assert "run `deskhand keys rewrap`" in lines(deskhand("doctor", **both))["master key"][1]
    said = deskhand("keys", "rewrap", **both)
    assert (said.code, said.out.splitlines()[0]) == (
        0,
        "1 keys were wrapped anew; 0 are still wrapped by an older master key.",
    )
    assert "can be taken out" in lines(deskhand("doctor", **both))["master key"][1]
    assert deskhand("doctor", **{**own_server, "DESKHAND_MASTER_KEY": new}).out.count("opens this database") == 1
    assert "not the key" in deskhand("doctor", **own_server).out


@pytest.mark.parametrize(
    ("authority", "who"),
    [
        ("https://login.microsoftonline.com/organizations", "work accounts of any organisation"),
        ("https://login.microsoftonline.com/contoso.example/", "accounts of the tenant contoso.example"),
        ("http://login.plain.localhost:8098", "any account there: the authority names no tenant"),
    ],
)
def test_it_says_who_may_come_by_an_authority_with_a_tenant_or_without(authority: str, who: str) -> None:
    settings = load(_env_file=None, microsoft_authority=authority, microsoft_client_id="mail")
    assert who in [finding.said for finding in set_up(settings) if finding.what == "who may come by Microsoft"]
