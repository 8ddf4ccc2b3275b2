"""What the API has under one mailbox."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.api import (
    accesses,
    approvals,
    audit,
    audit_file,
    drafts,
    messages,
    scheduled,
    senders,
    templates,
)

router = APIRouter()
for part in (messages, drafts, approvals, scheduled, senders, templates, accesses, audit, audit_file):
    router.include_router(part.router)
