"""Who stands in for a team's member, and what the lead has written down for her."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, Field
from starlette.requests import Request

from app.actions import handover
from app.actions.members import Member as MemberSeen
from app.actions.substitute import Standing, name_substitute
from app.web.api.handovers import Notes
from app.web.api.links import link_of
from app.web.api.shapes import Shape
from app.web.api.teams import NewMember, plain
from app.web.deps import Fresh, LeadDesk
from app.web.languages import choose
from app.web.repeats import Key

router = APIRouter(prefix="/teams/{access_id:uuid}/members/{member_id:uuid}", tags=["teams"])


class Substitute(Shape):
    """Who stands in for a member, with that member's rights: from when (at once if not given) until when."""

    name: str = Field(max_length=200)
    begins_at: AwareDatetime | None = None
    until: AwareDatetime
    mail_to: str = Field(default="", max_length=320, description="Where the link is to be mailed as well, if anywhere.")


@router.post("/substitutes", status_code=201, summary="Name a substitute")
async def name_a_substitute(
    request: Request, _fresh: Fresh, leading: LeadDesk, member_id: UUID, wanted: Substitute, key: Key = ""
) -> NewMember:
    """Name somebody who stands in for a member; her grant ends by itself, and she reads the hand-over notes first."""
    standing = Standing(name=wanted.name, begins=wanted.begins_at, until=wanted.until, mail_to=wanted.mail_to)
    row, token = await name_substitute(leading, member_id, standing, language=choose(request).code, key=key)
    return NewMember(**plain(MemberSeen(row=row)), link=link_of(request, token))


@router.get("/handover", summary="Look at one's notes about a member")
async def get_notes(leading: LeadDesk, member_id: UUID) -> Notes:
    """Return what the lead has written herself; what the member has written is not hers to read."""
    return Notes(text=await handover.lead_notes(leading, member_id))


@router.put("/handover", summary="Keep notes about a member")
async def put_notes(leading: LeadDesk, member_id: UUID, notes: Notes) -> Notes:
    """Put notes in the place of those that the lead has written before; whoever stands in reads them."""
    await handover.write_lead_notes(leading, member_id, notes.text)
    return Notes(text=await handover.lead_notes(leading, member_id))
