"""When replies leave, and how many: the hours of everybody, and a mailbox's sending limit."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.console import office, own_hours, sending_limit

router = APIRouter()
for part in (office, own_hours, sending_limit):
    router.include_router(part.router)
