"""What a decision asks of a draft: its row as it is now, whether it is an approved text, and the owner's yes."""

from __future__ import annotations

from sqlalchemy import or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app.actions.hand import About
from app.models.draft import Approval, Draft
from app.models.grant import Grant
from app.models.template import Template


async def draft_locked(session: AsyncSession, draft: Draft) -> Draft:
    """Return a draft as it is, locked against change."""
    locked = await session.get_one(Draft, (draft.mailbox_id, draft.id), with_for_update=True)
    session.info["draft"] = locked  # sessions hold rows weakly, and whoever decides looks at it again
    return locked


async def is_untouched(session: AsyncSession, draft: Draft | None, about: About) -> bool:
    """Say whether the words are exactly a text in force: as it was put into the mailbox, and as it is approved now."""
    version: int | None
    if about.template:
        key, version = (about.template.mailbox_id, about.template.id), about.template.version
    elif draft and draft.template_id and about.content_sha256 in (b"", draft.content_sha256):
        key, version = (draft.mailbox_id, draft.template_id), draft.template_version
    else:
        return False
    now = await session.get(Template, key, populate_existing=True)
    return now is not None and now.ended_at is None and now.version == version


async def is_approved(session: AsyncSession, grant: Grant, draft: Draft, about: About) -> bool:
    """Say whether the owner approved exactly this; an approval that this very send has used still covers it."""
    used_by = about.send.used_mark if about.send else ""
    due = about.send.due_at if about.send else None
    rows = await session.execute(
        select(Approval)
        .where(col(Approval.mailbox_id) == draft.mailbox_id, col(Approval.draft_id) == draft.id)
        .where(col(Approval.grant_version) == grant.version, col(Approval.content_sha256) == about.content_sha256)
        .where(or_(col(Approval.ended_at).is_(None), col(Approval.ended_by) == used_by))
    )
    return any(approval.due_at in (None, due) for approval in rows.scalars())
