"""A grant comes into force: the owner's word, kept with what both sides have agreed to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.actions.agree import Texts, add_agreements
from app.actions.ceilings import below_ceiling
from app.actions.desk import Desk
from app.actions.freeze import end
from app.actions.hand import About
from app.models.conditions import Conditions
from app.models.grant import Grant, GrantStatus, Invitation, NeedsApproval

Accepted = Callable[[AsyncSession], Awaitable[datetime]]


async def give(
    desk: Desk,
    assistant_id: UUID,
    *,
    scopes: Iterable[str],
    needs_approval: NeedsApproval,
    conditions: Conditions,
    until: datetime,
    language: str,
    texts: Texts,
    accepted: Accepted,
    member: Invitation | None = None,
) -> Grant:
    """Give an assistant a grant at this mailbox; one she had here before ends with it.

    `accepted` closes what the grant comes from, in the same transaction, and returns when the assistant agreed to it;
    it raises if that has been used meanwhile. `member` is whom a team's lead has named, if she comes from one.
    `language` is the one in which the owner has read the sentences.
    """
    grant = Grant(
        mailbox_id=desk.mailbox.id,
        id=uuid4(),
        owner_id=desk.mailbox.owner_id,
        assistant_id=assistant_id,
        scopes=list(scopes),
        needs_approval=needs_approval,
        conditions=conditions,
        begins_at=max(clock.now(), member.begins_at) if member and member.begins_at else clock.now(),
        expires_at=until,
        created_at=clock.now(),
        access_id=member.access_id if member else None,
        lead_id=member.lead_id if member else None,
        member_id=member.id if member and member.access_id else None,
    )

    async def keep(session: AsyncSession) -> None:
        accepted_at = await accepted(session)
        if member:
            await below_ceiling(session, member)
        await add_grant(session, grant)
        await add_agreements(session, grant, language=language, texts=texts, accepted_at=accepted_at)

    about = About(noted={"subject_kind": "grant", "subject_id": grant.id, "grant_id": grant.id, "reason": "given"})
    async with desk.act(Act.GRANT, about, within=keep):
        return grant


async def add_grant(session: AsyncSession, grant: Grant) -> None:
    """Put a grant in force; the assistant's earlier one at this mailbox ends with it."""
    earlier = await session.execute(
        select(Grant)
        .where(col(Grant.mailbox_id) == grant.mailbox_id, col(Grant.assistant_id) == grant.assistant_id)
        .where(col(Grant.status) != GrantStatus.REVOKED)
        .with_for_update()
    )
    for old in earlier.scalars():
        await end(session, old, GrantStatus.REVOKED)
    await session.flush()
    session.add(grant)
    await session.flush()
