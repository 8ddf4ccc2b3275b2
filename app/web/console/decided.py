"""What an owner decides: about drafts yes, no, or other words; and whether what a backup brought back goes on."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.console import approvals, restoration, returned

router = APIRouter()
for part in (approvals, returned, restoration):
    router.include_router(part.router)
