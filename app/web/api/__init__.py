"""The JSON API, version 1: described by itself at `/api/openapi.json`."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.api import audit, drafts, grants, invitations, mailboxes, messages, notices, scheduled, senders, session
from app.web.api.shapes import PROBLEMS
from app.web.deps import CHECKED

router = APIRouter(prefix="/api/v1", dependencies=CHECKED, responses=PROBLEMS)
for part in (session, notices, mailboxes, messages, drafts, scheduled, senders, grants, invitations, audit):
    router.include_router(part.router)
router.include_router(invitations.proposals)
