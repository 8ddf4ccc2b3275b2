"""What a decision rests on that only locked rows can say: the grant, whose draft it is, whether it is approved.

Rows are locked in one order everywhere: the mailbox, a team's access, who was named under it, the grant, the program's
key, the draft, then what hangs on it.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import ACTS, Act
from app.access.decide import Actor, Facts, Kind
from app.access.program import opened_by
from app.actions import caps
from app.actions.ceilings import leading
from app.actions.hand import About
from app.actions.on_draft import draft_locked, is_approved, is_untouched
from app.actions.seeing import Judged
from app.models.grant import Grant, GrantStatus
from app.models.mailbox import Mailbox
from app.models.program_key import ProgramKey

SHARED = (
    select(Mailbox)
    .where(col(Mailbox.id) == bindparam("id"))
    .with_for_update(read=True)
    .execution_options(populate_existing=True)
)
NEWEST = (
    select(Grant)
    .where(col(Grant.mailbox_id) == bindparam("mailbox_id"), col(Grant.assistant_id) == bindparam("assistant_id"))
    .order_by(col(Grant.status) == GrantStatus.REVOKED.value, col(Grant.created_at).desc())
    .limit(1)
)
NEWEST_LOCKED = NEWEST.with_for_update(read=True)


async def mailbox_locked(session: AsyncSession, mailbox_id: UUID, act: Act) -> Mailbox:
    """Return the mailbox as it is, locked against change; for an act that changes it, against other acts too."""
    # Two that shared the lock first and wanted it alone afterwards would wait for each other for ever.
    if ACTS[act].changes_mailbox:
        return await mailbox_alone(session, mailbox_id)
    return (await session.execute(SHARED, {"id": mailbox_id})).scalar_one()


async def mailbox_alone(session: AsyncSession, mailbox_id: UUID) -> Mailbox:
    """Return the mailbox as it is, locked against every act there."""
    # Not FOR UPDATE: audit entries refer to the mailbox, so whoever writes one would wait for us, and we for them.
    return await session.get_one(Mailbox, mailbox_id, with_for_update={"key_share": True}, populate_existing=True)


async def grant_of(session: AsyncSession, actor: Actor, mailbox_id: UUID, *, locked: bool = True) -> Grant | None:
    """Return this assistant's newest grant at a mailbox, locked against change until the decision is committed."""
    if actor.kind is not Kind.ASSISTANT:
        return None
    whose = {"mailbox_id": mailbox_id, "assistant_id": actor.person_id}
    rows = await session.execute(NEWEST_LOCKED if locked else NEWEST, whose)
    return rows.scalar_one_or_none()


async def actor_now(session: AsyncSession, actor: Actor, grant: Grant | None, mailbox_id: UUID) -> Actor:
    """Return an actor with what her program's key opens now, locked against its end until the decision is committed."""
    if actor.key_id is None:
        return actor
    key = await session.get(ProgramKey, (mailbox_id, actor.key_id), with_for_update={"read": True})
    return replace(actor, only=opened_by(key, grant, clock.now()))


def as_opened(grant: Grant | None, actor: Actor) -> Grant | None:
    """Return a grant as it is for this actor: to a program, with no more scopes than its key opens."""
    if grant is None or actor.only is None:
        return grant
    same = {name: getattr(grant, name) for name in Grant.model_fields}
    return Grant(**same | {"scopes": [scope for scope in grant.scopes if scope in actor.only]})


async def facts_of(
    session: AsyncSession,
    actor: Actor,
    act: Act,
    about: About,
    *,
    mailbox: Mailbox,
    grant: Grant | None,
    judged: Judged | None,
) -> Facts:
    """Return the facts of a decision; `judged` is the message as it was judged before the locks were taken."""
    draft = about.draft
    if draft is not None and not ACTS[act].looks:
        draft = await draft_locked(session, draft)
    # What was judged by sender rules that have changed since is not known.
    known = judged is not None and judged.row.senders_version == mailbox.senders_version
    return Facts(
        mailbox_state=mailbox.state,
        private=judged.row.private if judged is not None and known else None,
        excepted=judged is not None and judged.row.excepted,
        mail=judged.mail if judged is not None else None,
        used=await caps.used_today(session, mailbox, grant, act, about),
        sent_before=await caps.sent_before(session, grant, act),
        template=about.template.id if about.template else (draft.template_id if draft else None),
        untouched_template=await is_untouched(session, draft, about),
        own_draft=None if draft is None else bool(grant and draft.grant_id == grant.id),
        leading=await leading(session, actor, mailbox.id, about),
        approved=grant is not None and draft is not None and await is_approved(session, grant, draft, about),
    )
