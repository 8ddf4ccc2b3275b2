"""The console: server-rendered pages for owners, assistants and leads, whole without the script that one has."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.console import assistants, key, keys, leads, links, notices, own_data, owners, scheduled, when
from app.web.deps import CHECKED

router = APIRouter(dependencies=CHECKED)
for part in (owners, assistants, leads, scheduled, keys, key, links, notices, own_data, when):
    router.include_router(part.router)
