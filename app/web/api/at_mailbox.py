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
    review,
    scheduled,
    senders,
    teams_here,
    templates,
)

MAIL = (messages, drafts, approvals, scheduled, senders, templates)
router = APIRouter()
for part in (*MAIL, grants, invitations, teams_here, review, keys, audit):
    router.include_router(part.router)
