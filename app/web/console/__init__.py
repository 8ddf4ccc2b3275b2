"""The console: server-rendered pages for owners and assistants, whole without JavaScript."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.console import assistants, key, keys, links, notices, own_data, owners, scheduled
from app.web.deps import CHECKED

router = APIRouter(dependencies=CHECKED)
for part in (owners, assistants, scheduled, keys, key, links, notices, own_data):
    router.include_router(part.router)
