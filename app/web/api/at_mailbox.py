"""What the API has under one mailbox."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.api import approvals, audit, drafts, grants, invitations, keys, messages, scheduled, senders, templates

router = APIRouter()
for part in (messages, drafts, approvals, scheduled, senders, templates, grants, invitations, keys, audit):
    router.include_router(part.router)
