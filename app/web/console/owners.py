"""The pages of owners."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.console import approvals, audit, grants, invitations, mailbox, offered, owner, preview, senders

router = APIRouter()
for part in (owner, mailbox, preview, senders, invitations, offered, grants, approvals, audit):
    router.include_router(part.router)
