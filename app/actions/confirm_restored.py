"""The owner's word after a restore: what came back is as it should be, or this of it is not.

Until then nobody can do anything in the mailbox and nothing leaves. With her yes the accesses that she names go on, and
the replies that she names wait for their hour again, under the yes that she had given to exactly their words.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypeVar
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.actions import freeze, tell
from app.actions.came_back import NOT_MATCHED, NOTHING_TO_SAY, grants_back, is_connected, sends_back
from app.actions.desk import Desk
from app.actions.hand import About
from app.actions.restored import open_restoration
from app.errors import Conflict, NotFound
from app.models.draft import Approval, Draft, ScheduledSend
from app.models.grant import Grant, GrantStatus
from app.models.mailbox import Mailbox, MailboxState

Row = TypeVar("Row", Grant, ScheduledSend)


async def confirm_restored(desk: Desk, *, grants: Collection[UUID], sends: Collection[UUID]) -> None:
    """Take the owner's word: these accesses go on and these replies may leave, the others stay as they are.

    A reply whose hour is past leaves at once if it is among them. Raises NotFound for an id that is none of those,
    Conflict while the mailbox is still being matched, or if there is nothing to confirm (any more).
    """

    async def change(session: AsyncSession) -> None:
        restoration = await open_restoration(session, desk.mailbox.id, locked=True)
        if restoration is None:
            raise Conflict(NOTHING_TO_SAY)
        if restoration.matched_at is None:
            raise Conflict(NOT_MATCHED)
        for grant in _named(await grants_back(session, restoration), grants):
            await _let_go_on(session, desk, grant)
        for send in _named(await sends_back(session, desk.mailbox.id), sends):
            await _let_leave(session, desk, send)
        restoration.confirmed_at = clock.now()
        mailbox = await session.get_one(Mailbox, desk.mailbox.id)  # locked with the decision
        connected = await is_connected(session, mailbox.id)
        mailbox.state = MailboxState.ACTIVE if connected else MailboxState.NEEDS_RECONNECT

    async with desk.act(Act.CONFIRM_RESTORED, About(), within=change):
        pass
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id, person=desk.mailbox.owner_id) as session:
        await tell.confirmed(session, desk.mailbox.id)


def _named(rows: Sequence[Row], ids: Collection[UUID]) -> list[Row]:
    if not set(ids) <= {row.id for row in rows}:
        raise NotFound
    return [row for row in rows if row.id in ids]


async def _let_go_on(session: AsyncSession, desk: Desk, grant: Grant) -> None:
    grant.status, grant.version = GrantStatus.ACTIVE, grant.version + 1
    await session.flush()
    await freeze.note(session, desk.actor, Act.GRANT, grant, reason="resumed")


async def _let_leave(session: AsyncSession, desk: Desk, send: ScheduledSend) -> None:
    """Have a reply wait for its hour again; the owner's yes to its words, void since the restore, is hers again."""
    draft = await session.get_one(Draft, (send.mailbox_id, send.draft_id), with_for_update=True)
    send.wait_again()
    given = await session.execute(
        select(Approval)
        .where(col(Approval.mailbox_id) == draft.mailbox_id, col(Approval.draft_id) == draft.id)
        .where(col(Approval.ended_by) == "restored", col(Approval.content_sha256) == draft.content_sha256)
    )
    if not any(each.due_at in (None, send.due_at) for each in given.scalars()):
        return
    grant = await session.get(Grant, (draft.mailbox_id, draft.grant_id)) if draft.grant_id else None
    session.add(
        Approval(
            mailbox_id=draft.mailbox_id,
            id=uuid4(),
            draft_id=draft.id,
            content_sha256=draft.content_sha256,
            due_at=send.due_at,
            grant_version=grant.version if grant else 0,
            approved_by=desk.mailbox.owner_id,
            approved_at=clock.now(),
        )
    )
