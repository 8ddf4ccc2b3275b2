"""What the API has under one mailbox."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.api import audit, audit_file, drafts, grants, invitations, messages, scheduled, senders, templates

router = APIRouter()
for part in (messages, drafts, scheduled, senders, templates, grants, invitations, audit, audit_file):
    router.include_router(part.router)
