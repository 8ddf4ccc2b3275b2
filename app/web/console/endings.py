"""What ends or stops accesses, and what certifies it."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.console import certificates, removals, stops

router = APIRouter()
for part in (stops, removals, certificates):
    router.include_router(part.router)
