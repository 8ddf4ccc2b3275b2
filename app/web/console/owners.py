"""The pages of owners."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.console import (
    answering,
    approvals,
    audit,
    grants,
    invitations,
    mailbox,
    offered,
    owner,
    review,
    senders,
    teams,
)

router = APIRouter()
for part in (owner, mailbox, senders, invitations, offered, answering, grants, teams, review, approvals, audit):
    router.include_router(part.router)
