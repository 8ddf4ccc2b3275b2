"""One page with every piece that pages are made of, to be looked at by tests."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from jinja2 import ChoiceLoader, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.locale.catalogues import NAMES, language
from app.web.render import Crumb, environment, page

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}'&amp;"
MOMENT = datetime(2026, 11, 22, 12, 5, tzinfo=UTC)


def add_kit(app: FastAPI, patch: pytest.MonkeyPatch) -> None:
    """Give `app` the page /kit."""
    for code in NAMES:
        pages = environment(language(code))
        ours = ChoiceLoader([FileSystemLoader(Path(__file__).parent), pages.loader])
        patch.setattr(pages, "loader", ours)

    async def kit(request: Request) -> HTMLResponse:
        crumbs = [Crumb("My mailboxes", "/owner"), Crumb("alice@example.cl", "/owner/1"), Crumb("Sam's access")]
        return page(request, "kit.html", crumbs=crumbs, now=MOMENT, hostile=HOSTILE)

    app.add_api_route("/kit", kit)
