"""What the API has under one mailbox."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.api import audit, audit_file, drafts, grants, invitations, messages, scheduled, senders

router = APIRouter()
for part in (messages, drafts, scheduled, senders, grants, invitations, audit, audit_file):
    router.include_router(part.router)
