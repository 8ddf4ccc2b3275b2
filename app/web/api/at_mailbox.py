"""What the API has under one mailbox."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.api import (
    approvals,
    audit,
    drafts,
    grants,
    invitations,
    keys,
    messages,
    private_labels,
    scheduled,
    senders,
    templates,
)

OF_MAIL = (messages, drafts, approvals, scheduled, senders, private_labels, templates)
router = APIRouter()
for part in (*OF_MAIL, grants, invitations, keys, audit):
    router.include_router(part.router)
