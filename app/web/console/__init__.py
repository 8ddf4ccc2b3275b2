"""The console: server-rendered pages for owners, assistants and leads, whole without JavaScript."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.console import assistants, leads, links, notices, owners, scheduled
from app.web.deps import CHECKED

router = APIRouter(dependencies=CHECKED)
for part in (owners, assistants, leads, scheduled, links, notices):
    router.include_router(part.router)
