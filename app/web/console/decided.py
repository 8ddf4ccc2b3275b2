"""What an owner decides about drafts: yes, no, or other words."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.console import approvals, returned

router = APIRouter()
for part in (approvals, returned):
    router.include_router(part.router)
