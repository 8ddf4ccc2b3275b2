"""The pages of owners."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.console import (
    answering,
    approvals,
    endings,
    grants,
    invitations,
    log_pages,
    mailbox,
    offered,
    owner,
    senders,
)

router = APIRouter()
for part in (owner, endings, mailbox, senders, invitations, offered, answering, grants, approvals, log_pages):
    router.include_router(part.router)
