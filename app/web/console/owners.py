"""The pages of owners."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.console import approvals, audit, grants, invitations, log_file, mailbox, offered, owner, senders, undo

router = APIRouter()
for part in (owner, mailbox, senders, invitations, offered, grants, approvals, audit, log_file, undo):
    router.include_router(part.router)
