"""Who may do what at a mailbox: given, offered, by a team, reviewed, by a program."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.api import grants, handovers, invitations, keys, review, teams_here

router = APIRouter()
for part in (grants, invitations, teams_here, handovers, review, keys):
    router.include_router(part.router)
