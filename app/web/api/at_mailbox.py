"""What the API has under one mailbox."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.api import audit, drafts, grants, invitations, keys, messages, scheduled, senders

router = APIRouter()
for part in (messages, drafts, scheduled, senders, grants, invitations, keys, audit):
    router.include_router(part.router)
