"""The grant under which whoever sits at a desk works, as it is for her.

It says nothing of whether it lives: what of the owner's is shown by it, an act at the desk decides.
"""

from __future__ import annotations

from app.actions.desk import Desk
from app.actions.locked import actor_now, as_opened, newest_grant
from app.models.grant import Grant, GrantStatus


async def own_grant(desk: Desk) -> Grant | None:
    """Return the grant that an assistant has here now, to a program as far as its key opens it; None for all others."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        grant = await newest_grant(session, desk.actor, desk.mailbox.id, locked=False)
        actor = await actor_now(session, desk.actor, grant, desk.mailbox.id)
    return None if grant is None or grant.status == GrantStatus.REVOKED else as_opened(grant, actor)
