"""The log: read, taken out as a file, undone from."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.console import audit, log_file, undo

router = APIRouter()
for part in (audit, log_file, undo):
    router.include_router(part.router)
