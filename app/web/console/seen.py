"""What assistants see and what stays private."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.console import preview, senders

router = APIRouter()
for part in (preview, senders):
    router.include_router(part.router)
