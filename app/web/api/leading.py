"""What a team's lead has: her teams, whom she has named, who stands in, and a review of all of them."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.api import led_review, standing_in, teams

router = APIRouter()
for part in (led_review, teams, standing_in):
    router.include_router(part.router)
