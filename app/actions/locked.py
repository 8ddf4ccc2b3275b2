"""What a decision rests on that only locked rows can say: the mailbox, the grant, what a program's key opens.

Rows are locked in one order everywhere: the mailbox, a team's access, who was named under it, the grant, the program's
key, the draft, then what hangs on it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.access.acts import ACTS, Act
from app.access.decide import Actor, Kind
from app.access.program import opened_by
from app.db.plain import Detached, first, joined, one
from app.models.grant import Grant, GrantStatus
from app.models.mailbox import Mailbox
from app.models.program_key import ProgramKey

MAILBOXES, GRANTS = Detached(Mailbox), Detached(Grant)
SHARED = f"{MAILBOXES.select} where id = %(id)s for share"
NEWEST = f"""
{GRANTS.select}
where mailbox_id = %(mailbox_id)s and assistant_id = %(assistant_id)s
order by status = 'revoked', created_at desc
limit 1
"""
NEWEST_LOCKED = f"{NEWEST} for share"
# Both at one go, the mailbox first: every act of an assistant's begins so.
BOTH = " ".join(
    (
        "with locked as materialized (select * from mailbox where id = %(mailbox_id)s for share)",
        f"select {MAILBOXES.columns}, {GRANTS.columns}",
        "from locked as mailbox left join lateral (",
        "select * from grants where mailbox_id = mailbox.id and assistant_id = %(assistant_id)s",
        "order by status = 'revoked', created_at desc limit 1 for share",
        ") as grants on true",
    )
)


class Locked(NamedTuple):
    """The rows that an act's decision rests on, and the actor with what her program's key opens now."""

    mailbox: Mailbox
    grant: Grant | None
    actor: Actor


async def lock(session: AsyncSession, actor: Actor, mailbox_id: UUID, act: Act) -> Locked:
    """Return them as they are, locked against change until the decision is committed."""
    if actor.kind is Kind.ASSISTANT and not ACTS[act].changes_mailbox:
        both = await one(session, BOTH, {"mailbox_id": mailbox_id, "assistant_id": actor.person_id})
        mailbox, grant = joined(both, MAILBOXES, GRANTS)
        if grant is None or grant.status == GrantStatus.REVOKED:  # one given while the lock was waited for is newer
            grant = await newest_grant(session, actor, mailbox_id)
    else:
        mailbox = await mailbox_locked(session, mailbox_id, act)
        grant = await newest_grant(session, actor, mailbox_id)
    return Locked(mailbox, grant, await actor_now(session, actor, grant, mailbox_id))


async def mailbox_locked(session: AsyncSession, mailbox_id: UUID, act: Act) -> Mailbox:
    """Return the mailbox as it is, locked against change; for an act that changes it, against other acts too."""
    # Two that shared the lock first and wanted it alone afterwards would wait for each other for ever.
    if ACTS[act].changes_mailbox:
        return await mailbox_alone(session, mailbox_id)
    return MAILBOXES.made(await one(session, SHARED, {"id": mailbox_id}))


async def mailbox_alone(session: AsyncSession, mailbox_id: UUID) -> Mailbox:
    """Return the mailbox as it is, locked against every act there."""
    # Not FOR UPDATE: audit entries refer to the mailbox, so whoever writes one would wait for us, and we for them.
    return await session.get_one(Mailbox, mailbox_id, with_for_update={"key_share": True}, populate_existing=True)


async def newest_grant(session: AsyncSession, actor: Actor, mailbox_id: UUID, *, locked: bool = True) -> Grant | None:
    """Return this assistant's newest grant at a mailbox, locked against change until the decision is committed."""
    if actor.kind is not Kind.ASSISTANT:
        return None
    whose = {"mailbox_id": mailbox_id, "assistant_id": actor.person_id}
    row = await first(session, NEWEST_LOCKED if locked else NEWEST, whose)
    return GRANTS.made(row) if row else None


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
