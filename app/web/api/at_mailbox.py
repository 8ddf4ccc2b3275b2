"""What the API has under one mailbox."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.api import (
    accesses,
    approvals,
    audit,
    audit_file,
    best_moment,
    drafts,
    leaving,
    messages,
    private_labels,
    senders,
    templates,
)

OF_MAIL = (messages, drafts, best_moment, approvals, leaving, senders, private_labels, templates)
router = APIRouter()
for part in (*OF_MAIL, accesses, audit, audit_file):
    router.include_router(part.router)
