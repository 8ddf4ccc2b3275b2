"""Who may do what at a mailbox: given, offered, by a team, reviewed, by a program, brought back by a restore."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.api import grants, handovers, invitations, keys, restoration, review, teams_here

router = APIRouter()
for part in (grants, invitations, teams_here, handovers, review, keys, restoration):
    router.include_router(part.router)
