"""A path is shown as we wrote it; what somebody typed is not repeated."""

from __future__ import annotations

import logging

import pytest
from fastapi import FastAPI

from app.main import build
from app.settings import Settings
from app.web.logs import fields_of
from app.web.paths import written_path
from tests.web.site import visit

ID = "6f1c0f5c-6f6e-4a4e-9d0b-0c9b3b6f7a11"


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (f"/api/v1/mailboxes/{ID}/messages", "/api/v1/mailboxes/{mailbox_id}/messages"),
        (f"/owner/mailboxes/{ID}/senders", "/owner/mailboxes/{mailbox_id}/senders"),
        ("/api/openapi.json", "/api/openapi.json"),
        ("/static/logo.svg", "/static"),
        (f"/static/{ID}", "/static"),
        (f"/{ID}", "-"),
        (f"/owner/mailboxes/{ID}/{ID}", "-"),
    ],
)
async def test_an_address_is_shown_as_its_route(
    settings: Settings, caplog: pytest.LogCaptureFixture, asked: str, shown: str
) -> None:
    """The service has nothing open: each request ends in a refusal or a crash, which is logged all the same."""
    caplog.set_level(logging.DEBUG, "deskhand.access")
    async with visit(build(settings)) as browser:
        await browser.get(asked)
    (line,) = [fields_of(record) for record in caplog.records if record.name == "deskhand.access"]
    assert line["path"] == shown


def test_what_the_framework_did_not_look_at_is_unknown() -> None:
    app = FastAPI()
    assert written_path({"app": app, "path": "/secret"}) == "-"
    assert written_path({"app": app, "path": "/secret", "endpoint": None, "path_params": {"x": "secret"}}) == "-"
    assert written_path({"app": app, "path": "/secret", "endpoint": None, "route": object()}) == "-"
