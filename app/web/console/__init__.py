"""The console: server-rendered pages for owners, assistants and leads, whole without JavaScript."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.console import (
    assistants,
    key,
    keys,
    leads,
    links,
    notices,
    office,
    own_data,
    own_hours,
    owners,
    scheduled,
    sending_limit,
)
from app.web.deps import CHECKED

router = APIRouter(dependencies=CHECKED)
HOURS = (office, own_hours, sending_limit)
for part in (owners, assistants, leads, scheduled, keys, key, links, notices, own_data, *HOURS):
    router.include_router(part.router)
