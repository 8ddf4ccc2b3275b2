"""The owner gives what an assistant has proposed, with whatever she has changed of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.actions.agree import Texts
from app.actions.desk import Desk
from app.actions.give import give
from app.actions.propose import proposal_by
from app.actions.terms import checked_conditions, checked_end, checked_scopes, readable
from app.errors import BadRequest, NotFound
from app.models.conditions import UNBOUND, Conditions
from app.models.grant import Grant, InvitationState, NeedsApproval, Proposal


async def take_proposal(
    desk: Desk,
    token: str,
    *,
    scopes: Iterable[str],
    until: datetime,
    needs_approval: NeedsApproval,
    language: str,
    texts: Texts,
    conditions: Conditions = UNBOUND,
) -> Grant:
    """Give the grant that was proposed, as the owner has changed it, at this mailbox of hers."""
    proposal, assistant = await proposal_by(desk.resources, token)
    if assistant.id == desk.mailbox.owner_id:
        raise BadRequest("This is your own proposal. Send the link to the owner of the mailbox.")
    readable(proposal.conditions)  # nobody has been shown what could not be read, so nobody agrees to it

    async def accepted(session: AsyncSession) -> datetime:
        locked = await session.get_one(Proposal, proposal.id, with_for_update=True, populate_existing=True)
        if not locked.is_open(clock.now()):
            raise NotFound("This link has been used, or it is over. Ask for a new one.")
        locked.state, locked.accepted_by = InvitationState.CONFIRMED, desk.mailbox.owner_id
        return locked.created_at

    return await give(
        desk,
        assistant.id,
        scopes=checked_scopes(scopes),
        needs_approval=needs_approval,
        conditions=checked_conditions(conditions),
        until=checked_end(until),
        language=language,
        texts=texts,
        accepted=accepted,
    )
