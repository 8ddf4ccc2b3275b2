"""The discovery document, as requests are checked against it."""

# ruff: noqa: E501 - the table reads best a row a line

from __future__ import annotations

import subprocess
import sys

import pytest

from app.sandbox.gmail import discovery as module
from app.sandbox.gmail.discovery import discovery
from app.sandbox.google import scopes


def test_it_has_every_method_of_the_document():
    ids = {operation.id for operation in discovery().operations}
    assert len(ids) == len(discovery().operations) == 79
    assert "gmail.users.drafts.send" in ids


@pytest.mark.parametrize(
    ("method", "path", "operation", "values"),
    [
        ("GET", "/gmail/v1/users/me/profile", "getProfile", {"userId": "me"}),
        ("GET", "/gmail/v1/users/me/messages/1", "messages.get", {"userId": "me", "id": "1"}),
        ("POST", "/gmail/v1/users/me/messages/send", "messages.send", {"userId": "me"}),
        ("POST", "/gmail/v1/users/me/messages/import", "messages.import", {"userId": "me"}),
        ("GET", "/gmail/v1/users/a%40b.cl/messages/a%2Fb", "messages.get", {"userId": "a@b.cl", "id": "a/b"}),
        ("POST", "/gmail/v1/users/me/settings/cse/keypairs/k:disable", "settings.cse.keypairs.disable", {"userId": "me", "keyPairId": "k"}),
    ],
)  # fmt: skip
def test_a_path_is_an_operation_with_decoded_values(method: str, path: str, operation: str, values: dict[str, str]):
    found = discovery().find(method, path)
    assert found is not None
    assert (found[0].id, found[1]) == (f"gmail.users.{operation}", values)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gmail/v1/users/me/profile"),
        ("GET", "/gmail/v1/users//profile"),
        ("GET", "/gmail/v1/users/me/profile/"),
        ("GET", "/gmail/v1/users/me/messages/a/b"),
        ("get", "/gmail/v1/users/me/profile"),
        ("GET", "gmail/v1/users/me/profile"),
    ],
)
def test_anything_else_is_none(method: str, path: str):
    assert discovery().find(method, path) is None


def test_every_scope_has_a_sentence_for_the_consent_page():
    for scope in [*discovery().scopes, *scopes.SIGN_IN]:
        assert scopes.sentence(scope)


def test_short_names_of_scopes_are_written_out():
    assert scopes.asked_for("openid email  email profile")[1:] == (scopes.EMAIL, scopes.PROFILE)


def test_the_library_is_read_and_not_imported():
    code = "import sys; from app.sandbox.server import make_app; from app.sandbox.gmail.discovery import discovery; discovery()"
    code += "; sys.exit('googleapiclient' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_missing_library_is_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(RuntimeError, match="google-api-python-client is not installed"):
        module._library_folder()
