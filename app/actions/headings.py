"""What drafts and single messages are about, for lists and for those who may see headers but not read."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from sqlmodel import col, select

from app.access.acts import Act
from app.access.decide import Kind
from app.actions import seeing
from app.actions.desk import Desk
from app.actions.draft import message_of
from app.actions.hand import Hand
from app.actions.likeness import covered_of
from app.actions.listed import SeenMessage
from app.errors import Denied, MessageGone, NotFound, ProviderError
from app.models.draft import Draft, ScheduledSend
from app.models.mailbox import KnownMessage
from app.providers.base import Message, Thread

MOST = 30  # conversations looked into for one list

Headings = dict[UUID, Message]


async def headings(desk: Desk, drafts: Iterable[Draft]) -> Headings:
    """Return to whom drafts go (or went) and about what, by the draft's id, in one look at their conversations.

    What is not in the mailbox any more, or has become private, is missing; so is everything while the mailbox
    cannot be reached: a list is still worth showing then.
    """
    rows = list(drafts)
    try:
        threads = await _threads(desk, [row.message_id for row in rows], unsent=True)
    except (Denied, ProviderError):
        return {}
    found = {message.private_id: message for thread in threads for message in thread.messages if message.private_id}
    return {row.id: found[row.private_id] for row in rows if row.private_id in found}


async def drafts_of(desk: Desk, sends: Iterable[ScheduledSend]) -> dict[UUID, Draft]:
    """Return the drafts of scheduled sends that this desk has been shown, by id."""
    wanted = [send.draft_id for send in sends]
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        rows = await session.execute(
            select(Draft).where(col(Draft.mailbox_id) == desk.mailbox.id, col(Draft.id).in_(wanted))
        )
        return {row.id: row for row in rows.scalars()}


async def heading_of(desk: Desk, message_id: UUID) -> SeenMessage:
    """Return one message as a list shows it; raise NotFound for what is private or gone."""
    row = await message_of(desk, message_id)
    threads = await _threads(desk, [message_id], unsent=False)
    for message in (each for thread in threads for each in thread.messages):
        if message.id == row.provider_id:
            return SeenMessage(id=row.id, message=message)
    raise NotFound


async def _threads(desk: Desk, message_ids: list[UUID], *, unsent: bool) -> list[Thread]:
    """Return the conversations of messages, once each, without those an assistant must not see."""
    if not message_ids:
        return []
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        ids = await session.execute(
            select(KnownMessage.thread_id).where(
                col(KnownMessage.mailbox_id) == desk.mailbox.id, col(KnownMessage.id).in_(message_ids)
            )
        )
        wanted = sorted(set(ids.scalars()))[:MOST]
    async with desk.act(Act.LIST) as hand:
        threads = await asyncio.gather(*(_thread(hand, thread_id) for thread_id in wanted))
    shown = [await _shown(desk, hand, thread, unsent=unsent) for thread in threads if thread]
    return [thread for thread in shown if thread.messages]


async def _thread(hand: Hand, thread_id: str) -> Thread | None:
    try:
        return await hand.mailbox.thread(thread_id)
    except MessageGone:
        return None


async def _shown(desk: Desk, hand: Hand, thread: Thread, *, unsent: bool) -> Thread:
    """Return what of a conversation is hers to see; an excepted message stands alone, without the others."""
    if desk.actor.kind is Kind.OWNER:
        return thread
    rows = await seeing.learn(desk.resources, desk.mailbox, thread)
    public = [each for each in thread.messages if each.id in rows and not rows[each.id].private]
    hers = covered_of(desk.actor.kind, hand.grant, public, desk.mailbox, unsent=unsent)
    shown = [seeing.by_itself(each) if rows[each.id].excepted else each for each in hers]
    return replace(thread, messages=tuple(replace(each, snippet="") for each in shown))
