"""The pages of owners."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.console import (
    answering,
    approvals,
    audit,
    certificates,
    grants,
    invitations,
    mailbox,
    offered,
    owner,
    removals,
    senders,
    stops,
)

router = APIRouter()
for part in (
    owner,
    stops,
    removals,
    certificates,
    mailbox,
    senders,
    invitations,
    offered,
    answering,
    grants,
    approvals,
    audit,
):
    router.include_router(part.router)
