"""The pages of assistants."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.console import assistant, discarding, drafts, handover, inbox, leaving, message, proposing, writing

router = APIRouter()
for part in (assistant, proposing, inbox, message, drafts, writing, discarding, leaving, handover):
    router.include_router(part.router)
