"""Drafts whose writing was cut short: taken over as they stand in the mailbox, or forgotten if none stands there.

The row is written before the mailbox is asked for the draft. Whoever dies in between leaves a row that no list shows
and, perhaps, a draft that no row knows of; its private id finds it.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.access.facts import Actor
from app.actions import audit
from app.actions.fingerprints import digest, thread_ids
from app.actions.resources import Resources
from app.actions.seats import open_desk_for_job
from app.actions.turns import each_in_turn
from app.models.draft import Draft, DraftState
from app.models.mailbox import KnownMessage
from app.providers import base

ABANDONED = timedelta(minutes=15)  # longer than all the calls take with which a draft is written
FOUND, NOT_THERE = "draft_found", "draft_not_there"


async def adopt_all(resources: Resources) -> int:
    """Look after every draft whose writing was cut short; return how many were settled.

    Where the mailbox cannot be looked into, its drafts wait for the next round.
    """
    return await each_in_turn(await _abandoned(resources), partial(_adopt, resources), "the draft")


async def _abandoned(resources: Resources) -> list[tuple[UUID, UUID]]:
    async with resources.db.transaction(role="deskhand_dispatch") as session:
        rows = await session.execute(
            select(col(Draft.mailbox_id), col(Draft.id))
            .where(col(Draft.state) == DraftState.PREPARING, col(Draft.created_at) <= clock.now() - ABANDONED)
            .order_by(col(Draft.created_at))
        )
        return [(row[0], row[1]) for row in rows]


async def _adopt(resources: Resources, key: tuple[UUID, UUID]) -> None:
    mailbox_id, draft_id = key
    async with resources.db.transaction(mailbox=mailbox_id) as session:
        row = await session.get(Draft, (mailbox_id, draft_id))
        if row is None:
            return  # another worker was faster
        message = await session.get_one(KnownMessage, (mailbox_id, row.message_id))
    watcher = await open_desk_for_job(resources, mailbox_id, None, surface="worker")
    async with watcher.act(Act.RECOVER) as hand:
        found = await hand.mailbox.find_draft(row.private_id, message.thread_id)
        thread = await hand.mailbox.thread(message.thread_id) if found else None
    async with resources.db.transaction(mailbox=mailbox_id) as session:
        kept = await session.get(Draft, (mailbox_id, draft_id), with_for_update=True)
        if kept is None or kept.state != DraftState.PREPARING:
            return  # somebody else was faster, or its writer was slow and not gone
        if found and thread:
            _take_over(kept, found, thread)
        else:
            await session.delete(kept)
        await _tell_audit(session, kept, message, found)


def _take_over(row: Draft, found: base.Draft, thread: base.Thread) -> None:
    """Note a draft as it stands. Nobody knows whether these still are the words of a template: they count as free."""
    row.provider_id, row.revision, row.content_sha256 = found.id, found.revision, digest(found)
    row.template_id = row.template_version = None
    # What has come into the conversation since, its writer has not seen.
    row.thread_seen = list(thread_ids(each for each in thread.messages if each.date <= found.message.date))
    row.state, row.updated_at = DraftState.OPEN, clock.now()


async def _tell_audit(session: AsyncSession, row: Draft, message: KnownMessage, found: base.Draft | None) -> None:
    await audit.note(
        session,
        row.mailbox_id,
        Actor.itself("worker"),
        Act.RECOVER,
        reason=FOUND if found else NOT_THERE,
        grant_id=row.grant_id,
        subject_kind="draft",
        subject_id=row.id,
        provider_message=message.provider_id,
        provider_thread=message.thread_id,
        provider_draft=found.id if found else "",
        content_sha256=row.content_sha256,
    )
