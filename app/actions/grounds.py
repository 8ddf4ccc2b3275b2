"""What a decision rests on that only locked rows can say: the grant, whose draft it is, whether it is approved."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app.access.decide import Actor, Facts, Kind
from app.actions.hand import About
from app.models.draft import Approval, Draft
from app.models.grant import Grant, GrantStatus
from app.models.mailbox import Mailbox


async def grant_locked(session: AsyncSession, actor: Actor, mailbox_id: UUID) -> Grant | None:
    """Return this assistant's newest grant at a mailbox, locked against change until the decision is committed."""
    if actor.kind is not Kind.ASSISTANT:
        return None
    rows = await session.execute(
        select(Grant)
        .where(col(Grant.mailbox_id) == mailbox_id, col(Grant.assistant_id) == actor.person_id)
        .order_by((col(Grant.status) == GrantStatus.REVOKED), col(Grant.created_at).desc())
        .limit(1)
        .with_for_update(read=True)
    )
    return rows.scalar_one_or_none()


async def with_draft(session: AsyncSession, facts: Facts, grant: Grant | None, about: About, mailbox: Mailbox) -> Facts:
    """Add what only the locked rows can say: whose draft it is, and whether the owner's approval of it stands."""
    own = None if about.draft is None else bool(grant and about.draft.grant_id == grant.id)
    approved = grant is not None and about.draft is not None and await _approved(session, grant, about.draft, about)
    return Facts(mailbox_state=mailbox.state, private=facts.private, own_draft=own, approved=approved)


async def _approved(session: AsyncSession, grant: Grant, draft: Draft, about: About) -> bool:
    """Say whether the owner approved exactly this; an approval that this very send has used still covers it."""
    used_by = about.send.used_mark if about.send else ""
    due = about.send.due_at if about.send else None
    rows = await session.execute(
        select(Approval)
        .where(col(Approval.mailbox_id) == draft.mailbox_id, col(Approval.draft_id) == draft.id)
        .where(col(Approval.grant_version) == grant.version, col(Approval.content_sha256) == about.content_sha256)
        .where(or_(col(Approval.ended_at).is_(None), col(Approval.ended_by) == used_by))
        .with_for_update()
    )
    return any(approval.due_at in (None, due) for approval in rows.scalars())
