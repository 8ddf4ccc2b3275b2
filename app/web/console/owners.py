"""The pages of owners."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.console import answering, approvals, audit, grants, invitations, mailbox, offered, owner, preview, senders

router = APIRouter()
for part in (owner, mailbox, preview, senders, invitations, offered, answering, grants, approvals, audit):
    router.include_router(part.router)
