"""docs/which-road.md names the scopes and redirect addresses that the code asks for, all of them and no other."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest

from app.web.oauth import router as connecting
from app.web.sign_in import router as signing
from tests.house.result import ROOT

PAGE = (ROOT / "docs/which-road.md").read_text()
ORIGIN = "https://deskhand.example"


def row(title: str) -> tuple[set[str], str]:
    """Return the scopes and the redirect address of one row of the page's table."""
    (found,) = re.findall(rf"^\| {re.escape(title)} \|([^|]*)\|([^|]*)\|$", PAGE, re.MULTILINE)
    return set(re.findall(r"`([^`]+)`", found[0])), re.findall(r"`([^`]+)`", found[1])[0]


def asked_for() -> dict[str, dict[str, set[str]]]:
    """Return what the code asks for, by provider: for signing in and for a mailbox."""
    if find_spec("app.providers.consent") is None:
        connect: Any = import_module("app.providers.connect")
        return {"Google": {"sign-in": set(connect.SIGN_IN_SCOPES), "connect": set(connect.MAILBOX_SCOPES)}}
    servers = (("google", "GoogleServer"), ("microsoft", "MicrosoftServer"))
    found = [getattr(import_module(f"app.providers.consent.{module}"), name) for module, name in servers]
    return {each.title: {"sign-in": set(each.sign_in_scopes), "connect": set(each.mailbox_scopes)} for each in found}


@pytest.mark.parametrize("provider", asked_for())
def test_the_scopes_of_the_page_are_those_of_the_code(provider: str) -> None:
    for purpose, title in (("sign-in", "signing in"), ("connect", "connecting a mailbox")):
        scopes, address = row(f"{provider}, {title}")
        assert scopes == asked_for()[provider][purpose]
        assert address == f"{ORIGIN}/{purpose}/callback/{provider.lower()}"


def test_every_callback_of_the_service_stands_on_the_page_and_no_other_of_a_provider_it_has() -> None:
    paths = {str(getattr(each, "path", "")) for each in (*connecting.routes, *signing.routes)}
    callbacks = {path for path in paths if "/callback/" in path}
    assert len(callbacks) >= 2
    named = {address.removeprefix(ORIGIN) for address in re.findall(rf"`({ORIGIN}/[^`]+)`", PAGE)}
    assert callbacks <= named
    providers = {path.rpartition("/")[2] for path in callbacks}
    assert {path for path in named if path.rpartition("/")[2] in providers} == callbacks


def test_the_page_is_found_from_where_people_look_for_it() -> None:
    assert "docs/which-road.md" in (ROOT / "README.md").read_text()
    anchors = set(re.findall(r'<a id="([^"]+)">', PAGE))
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= anchors
