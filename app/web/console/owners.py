"""The pages of owners."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.console import (
    answering,
    approvals,
    audit,
    grants,
    invitations,
    log_file,
    mailbox,
    offered,
    owner,
    senders,
    undo,
)

router = APIRouter()
ACCESS = (invitations, offered, answering, grants)
for part in (owner, mailbox, senders, *ACCESS, approvals, audit, log_file, undo):
    router.include_router(part.router)
