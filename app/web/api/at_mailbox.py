"""What the API has under one mailbox."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.api import audit, drafts, grants, invitations, messages, private_labels, scheduled, senders, templates

router = APIRouter()
for part in (messages, drafts, scheduled, senders, private_labels, templates, grants, invitations, audit):
    router.include_router(part.router)
