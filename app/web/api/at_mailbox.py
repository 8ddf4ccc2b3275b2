"""What the API has under one mailbox."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.api import (
    audit,
    drafts,
    grants,
    invitations,
    messages,
    review,
    scheduled,
    senders,
    teams_here,
    templates,
)

router = APIRouter()
for part in (messages, drafts, scheduled, senders, templates, grants, invitations, teams_here, review, audit):
    router.include_router(part.router)
