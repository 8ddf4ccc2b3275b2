"""What leaves a mailbox: its replies with their hours, and how many."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.api import hours, scheduled, sending_limit

router = APIRouter()
for part in (scheduled, hours, sending_limit):
    router.include_router(part.router)
