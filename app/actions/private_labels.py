"""The owner's private labels (in Outlook: categories): no assistant sees a conversation that bears one of them.

The list stands in our tables and decides; the label in the mailbox only marks. Whoever renames or removes it there does
not bring back what was found private by it before the list changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.actions.desk import Desk
from app.actions.hand import About
from app.actions.hold_private import hold_private
from app.actions.label import checked_names
from app.actions.list_messages import labels
from app.actions.private import judge_anew
from app.db.parts import Listed, Part
from app.errors import BadRequest, NotFound, ProviderError, Unsupported
from app.models.mailbox import MailboxState, PrivateLabel
from app.rules.label_names import TABS, is_state, same

GMAIL = "gmail"


async def mark_label(desk: Desk, label: str) -> PrivateLabel:
    """Mark a label as private, in force at once; one that is marked already is returned as it stands.

    So is a tab of Gmail's inbox, by Gmail's own word for it. Raises BadRequest for a folder or a state, and Unsupported
    for a tab elsewhere.
    """
    name = _label_or_tab(desk, label)
    row = PrivateLabel(mailbox_id=desk.mailbox.id, id=uuid4(), label=name, created_at=clock.now())

    async def keep(session: AsyncSession) -> None:
        marked = insert(PrivateLabel).values(row.model_dump())
        # Written again as it is: only so does the row come back that was there before.
        marked = marked.on_conflict_do_update(index_elements=["mailbox_id", "label"], set_={"label": name})
        kept = await session.execute(marked.returning(col(PrivateLabel.id), col(PrivateLabel.created_at)))
        row.id, row.created_at = kept.one()
        await judge_anew(session, desk)

    async with desk.act(Act.PRIVATE_LABEL, _about(row.id, "private"), within=keep):
        pass
    await hold_private(desk)
    return row


def _label_or_tab(desk: Desk, label: str) -> str:
    (name,) = checked_names([label])
    word = name.upper()
    if word in TABS and desk.mailbox.provider != GMAIL:
        raise Unsupported(detail="only Gmail sorts the inbox into tabs")
    if is_state(name):
        raise BadRequest("This is a place or a state of mail, and no label.")
    return word if word in TABS else name


async def unmark_label(desk: Desk, row_id: UUID) -> None:
    """Take a label off the list; what it alone made private is public from now on."""

    async def drop(session: AsyncSession) -> None:
        gone = await session.execute(
            delete(PrivateLabel)
            .where(col(PrivateLabel.mailbox_id) == desk.mailbox.id, col(PrivateLabel.id) == row_id)
            .returning(col(PrivateLabel.id))
        )
        if gone.first() is None:
            raise NotFound
        await judge_anew(session, desk)

    async with desk.act(Act.PRIVATE_LABEL, _about(row_id, "removed"), within=drop):
        pass


async def private_labels(desk: Desk) -> list[PrivateLabel]:
    """Return the list, by name; to the owner alone."""
    await desk.owner_only()
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await _listed(desk).whole(session)


async def part_of_private_labels(desk: Desk, *, size: int, after: str = "") -> Part[PrivateLabel]:
    """Return a part of the same list."""
    await desk.owner_only()
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await _listed(desk).part(session, size=size, after=after)


async def not_in_mailbox(desk: Desk, rows: Iterable[PrivateLabel]) -> frozenset[UUID]:
    """Return the ids of those that no label of the mailbox is called by, so that they make nothing new private.

    Renamed there, most likely. Empty where the mailbox cannot be asked just now: then nothing is said about them.
    """
    marked = list(rows)
    if not marked or desk.mailbox.state != MailboxState.ACTIVE:
        return frozenset()
    try:
        there = {same(name) for name in (*await labels(desk), *TABS)}
    except ProviderError:
        return frozenset()
    return frozenset(row.id for row in marked if same(row.label) not in there)


def _listed(desk: Desk) -> Listed[PrivateLabel]:
    wanted = select(PrivateLabel).where(col(PrivateLabel.mailbox_id) == desk.mailbox.id)
    return Listed(wanted=wanted, by=(col(PrivateLabel.label),))


def _about(row_id: UUID, reason: str) -> About:
    return About(noted={"subject_kind": "private_label", "subject_id": row_id, "reason": reason})
