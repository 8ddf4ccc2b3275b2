"""What of a mailbox is private: judged from the live thread, remembered as ids with a reason, never as words."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.visibility import THREAD, beginning_without_private, private_because, without_private
from app.actions.resources import Resources
from app.errors import MessageGone
from app.models.mailbox import KnownMessage, Mailbox, SenderRule
from app.notices.mark import is_ours, mark_key
from app.providers.base import Message, Provider, Thread

Rules = dict[str, bool]


async def verdict(resources: Resources, mailbox: Mailbox, provider: Provider, message: KnownMessage) -> KnownMessage:
    """Return a message as it is judged now, by its whole conversation in the mailbox."""
    known = await learn(resources, mailbox, await _conversation(provider, message))
    return known.get(message.provider_id, message)


async def _conversation(provider: Provider, message: KnownMessage) -> Thread:
    """Return a message's conversation; where the provider has none any more, the message itself if that is there."""
    try:
        return await provider.thread(message.thread_id)
    except MessageGone:
        return Thread(id=message.thread_id, messages=(await provider.message(message.provider_id),))


async def learn(resources: Resources, mailbox: Mailbox, thread: Thread) -> dict[str, KnownMessage]:
    """Judge a thread and remember it; return its messages by the provider's id.

    A thread that was private stays private, whatever was deleted from it since, until the sender rules change.
    """
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        current = await session.get_one(Mailbox, mailbox.id)
        rules = await sender_rules(session, mailbox.id)
        reasons = {message.id: judged(resources, message, rules) for message in thread.messages}
        tainted = any(reasons.values()) or await _was_private(session, current, thread.id)
        rows = [
            _row(current, message, reasons[message.id] or (THREAD if tainted else "")) for message in thread.messages
        ]
        return await _remembered(session, mailbox.id, rows)


async def judged_page(
    resources: Resources, mailbox: Mailbox, provider: Provider, messages: Sequence[Message]
) -> dict[str, KnownMessage]:
    """Return the messages of a page as they are judged now, each by its whole conversation in the mailbox.

    What is remembered is not enough: the answer that has made a conversation private may lie in another folder, and
    then no list of this one ever meets it. A conversation that is gone is judged by what the page has of it.
    """
    there = {each.thread_id: [one for one in messages if one.thread_id == each.thread_id] for each in messages}
    live = await asyncio.gather(*(_live(provider, thread_id, here) for thread_id, here in there.items()))
    judged: dict[str, KnownMessage] = {}
    for thread in live:
        judged |= await learn(resources, mailbox, thread)
    return judged


async def _live(provider: Provider, thread_id: str, here: Sequence[Message]) -> Thread:
    try:
        return await provider.thread(thread_id)
    except MessageGone:
        return Thread(id=thread_id, messages=tuple(here))


async def shown(resources: Resources, mailbox: Mailbox, text: str) -> str:
    """Return what of a letter's words an assistant is shown: nothing that is quoted of a private letter."""
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        return without_private(text, await sender_rules(session, mailbox.id))


async def beginnings_shown(resources: Resources, mailbox: Mailbox, messages: Sequence[Message]) -> list[Message]:
    """Return messages with their first words as an assistant is shown them."""
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        rules = await sender_rules(session, mailbox.id)
    return [replace(each, snippet=beginning_without_private(each.snippet, rules)) for each in messages]


async def sender_rules(session: AsyncSession, mailbox_id: UUID) -> Rules:
    """Return the owner's private marks by address or `@domain`."""
    rows = await session.execute(select(SenderRule).where(col(SenderRule.mailbox_id) == mailbox_id))
    return {rule.sender: rule.private for rule in rows.scalars()}


def judged(resources: Resources, message: Message, rules: Rules) -> str:
    """Return why one message is private by itself, empty if it is not."""
    authors = [address.email for address in message.authors]
    others = (*message.to, *message.cc, *message.bcc, *message.reply_to)
    people = [*authors, *(address.email for address in others)]
    ours = bool(message.notice_mark) and is_ours(mark_key(resources.secret), message.notice_mark, people)
    return private_because(people, authors, message.subject, message.snippet, rules, ours=ours)


async def _was_private(session: AsyncSession, mailbox: Mailbox, thread_id: str) -> bool:
    rows = await session.execute(
        select(KnownMessage.id)
        .where(col(KnownMessage.mailbox_id) == mailbox.id, col(KnownMessage.thread_id) == thread_id)
        .where(col(KnownMessage.private) != "", col(KnownMessage.senders_version) == mailbox.senders_version)
        .limit(1)
    )
    return rows.first() is not None


def _row(mailbox: Mailbox, message: Message, private: str) -> dict[str, object]:
    return {
        "mailbox_id": mailbox.id,
        "id": uuid4(),
        "provider_id": message.id,
        "thread_id": message.thread_id,
        "private": private,
        "senders_version": mailbox.senders_version,
        "seen_at": clock.now(),
    }


async def _remembered(
    session: AsyncSession, mailbox_id: UUID, rows: list[dict[str, object]]
) -> dict[str, KnownMessage]:
    if not rows:
        return {}
    # In one order for everybody, so that two lists at once cannot lock each other out.
    statement = insert(KnownMessage).values(sorted(rows, key=lambda row: str(row["provider_id"])))
    news = {name: statement.excluded[name] for name in ("thread_id", "private", "senders_version", "seen_at")}
    statement = statement.on_conflict_do_update(index_elements=["mailbox_id", "provider_id"], set_=news)
    await session.execute(statement)
    found = await session.execute(
        select(KnownMessage)
        .where(
            col(KnownMessage.mailbox_id) == mailbox_id,
            col(KnownMessage.provider_id).in_([row["provider_id"] for row in rows]),
        )
        .execution_options(populate_existing=True)
    )
    return {row.provider_id: row for row in found.scalars()}
