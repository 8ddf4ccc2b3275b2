"""What a decision asks of a draft: its row as it is now, whether it is an approved text, and the owner's yes."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.hand import About
from app.db.plain import Detached, first, one
from app.models.draft import Draft
from app.models.grant import Grant
from app.models.template import Template

DRAFTS = Detached(Draft)
LOCKED = f"{DRAFTS.select} where mailbox_id = %(mailbox_id)s and id = %(id)s for update"
_LOCKED = "locked draft"  # in a session's info
APPROVED = """
select from approval
where mailbox_id = %(mailbox_id)s and draft_id = %(draft_id)s
  and grant_version = %(grant_version)s and content_sha256 = %(content_sha256)s
  and (ended_at is null or ended_by = %(used_by)s) and (due_at is null or due_at = %(due_at)s)
limit 1
"""


async def draft_locked(session: AsyncSession, draft: Draft) -> Draft:
    """Return a draft as it is, locked against change."""
    locked = DRAFTS.made(await one(session, LOCKED, {"mailbox_id": draft.mailbox_id, "id": draft.id}))
    session.info[_LOCKED] = locked
    return locked


def as_locked(session: AsyncSession) -> Draft:
    """Return the draft as it was when this transaction locked it to decide about it."""
    locked: Draft = session.info[_LOCKED]
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
    wanted = {
        "mailbox_id": draft.mailbox_id,
        "draft_id": draft.id,
        "grant_version": grant.version,
        "content_sha256": about.content_sha256,
        "used_by": about.send.used_mark if about.send else "",
        "due_at": about.send.due_at if about.send else None,
    }
    return await first(session, APPROVED, wanted) is not None
