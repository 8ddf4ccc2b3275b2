"""The JSON API, version 1: described by itself at `/api/openapi.json`."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.api import (
    at_mailbox,
    leading,
    mailboxes,
    notices,
    person,
    proposals,
    removals,
    scopes,
    session,
    stops,
)
from app.web.api.shapes import PROBLEMS
from app.web.deps import CHECKED

router = APIRouter(prefix="/api/v1", dependencies=CHECKED, responses=PROBLEMS)
for part in (session, person, scopes, notices, proposals, stops, removals, leading, mailboxes, at_mailbox):
    router.include_router(part.router)
