"""The pages of owners."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.console import (
    answering,
    decided,
    endings,
    grants,
    invitations,
    log_pages,
    mailbox,
    offered,
    owner,
    review,
    seen,
    teams,
)

router = APIRouter()
ACCESS = (invitations, offered, answering, grants, teams, review)
for part in (owner, endings, mailbox, seen, *ACCESS, decided, log_pages):
    router.include_router(part.router)
