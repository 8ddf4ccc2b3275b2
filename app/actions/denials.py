"""Refusals in the audit: the first of a kind in a minute is an entry, the others are counted and told as one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.actions import audit
from app.actions.addressees import Addressees
from app.models.audit import DenialCount

NOBODY = UUID(int=0)


async def denied(
    session: AsyncSession, mailbox_id: UUID, *, to: Addressees | None, **fields: Any
) -> audit.Written | None:
    """Note a refusal in the caller's transaction; return its entry if it is the first of its kind in a minute.

    One kind is what one actor is refused for one reason. Whatever dies, no refusal is lost from the count: it stands
    in its row until the transaction that puts it into the chain.
    """
    head = await audit.head_locked(session, mailbox_id)  # locks whoever counts at the same time, too
    await audit.tell_counted(session, head)
    key = {name: fields[name] for name in ("actor_kind", "action", "reason")}
    key |= {"mailbox_id": mailbox_id, "actor_id": fields["actor_id"] or NOBODY}
    count = await _of(session, key)
    if count and clock.now() < count.since + audit.MINUTE:
        count.times += 1
        await _wait_for(session, head, count)
        return None
    entry = await audit.put(session, head, to=to, **fields)
    news = {"since": entry.at, "first_seq": entry.seq, "times": 0}
    await session.execute(
        insert(DenialCount)
        .values(key | news)
        .on_conflict_do_update(index_elements=DenialCount.__table__.primary_key, set_=news)  # type: ignore[attr-defined]
    )
    return entry


async def _of(session: AsyncSession, key: dict[str, Any]) -> DenialCount | None:
    wanted = select(DenialCount).where(*(col(getattr(DenialCount, name)) == value for name, value in key.items()))
    return (await session.execute(wanted.execution_options(populate_existing=True))).scalar_one_or_none()


async def _wait_for(session: AsyncSession, head: audit.Head, count: DenialCount) -> None:
    """Have the next entry after this minute look for it."""
    over = count.since + audit.MINUTE
    await audit.count_until(session, head, min(head.counted_until or over, over))
