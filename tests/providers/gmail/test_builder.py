"""Google's library builds and reads; it never sends."""

from __future__ import annotations

import subprocess
import sys

import pytest

from app.errors import CallNotAllowed
from app.providers.gmail.builder import builder


def test_C1_requests_are_built_by_googles_own_library_for_the_configured_address() -> None:
    request = builder("http://localhost:8026/").drafts.send(userId="me", body={"id": "r-1"})
    assert (request.method, request.uri) == (
        "POST",
        "http://localhost:8026/gmail/v1/users/me/drafts/send?alt=json",
    )


def test_the_library_cannot_send_anything_itself() -> None:
    request = builder("https://gmail.test/").labels.list(userId="me")
    with pytest.raises(CallNotAllowed):
        request.execute()


def test_the_upload_of_a_large_draft_goes_to_the_configured_address_too() -> None:
    build = builder("http://localhost:8026/")
    request = build.drafts.create(userId="me", body={"message": {"threadId": "1"}}, media_body=build.upload(b"raw"))
    assert request.uri.startswith("http://localhost:8026/upload/gmail/v1/users/me/drafts?")


def test_a_wrong_parameter_is_noticed_before_anything_leaves() -> None:
    with pytest.raises(TypeError):
        builder("https://gmail.test/").messages.get(userId="me", id="1", format="everything")


def test_the_builder_is_made_once() -> None:
    assert builder("https://gmail.test/") is builder("https://gmail.test/")


def test_a_process_that_never_meets_gmail_does_not_load_googles_library() -> None:
    code = "import sys, app.providers.gmail.mailbox; print('googleapiclient' in sys.modules, 'httplib2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
