"""What the API has under one mailbox."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.api import (
    approvals,
    audit,
    audit_file,
    drafts,
    grants,
    invitations,
    keys,
    messages,
    scheduled,
    senders,
    templates,
)

router = APIRouter()
WORK = (messages, drafts, approvals, scheduled)
for part in (*WORK, senders, templates, grants, invitations, keys, audit, audit_file):
    router.include_router(part.router)
