"""A person's notices as she reads them: the list, how many are new, and marking them as read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.actions.resources import Resources
from app.actions.said import Said
from app.actions.wording import said
from app.errors import NotFound
from app.locale.catalogues import Language
from app.models.notice import Notice, NoticeKind, NoticeState
from app.notices.kinds import KINDS

MOST = 100
# Invitations that went well are no news to their owner.
TROUBLED = (NoticeState.FAILED, NoticeState.UNKNOWN, NoticeState.SHOWN)


@dataclass(frozen=True, kw_only=True)
class SeenNotice:
    """One notice in its reader's language; `path` is where its link leads, a path of ours."""

    id: UUID
    kind: NoticeKind
    says: str
    leads: str
    path: str
    state: NoticeState
    answer: str
    created_at: datetime
    read_at: datetime | None


async def list_notices(resources: Resources, person_id: UUID, language: Language) -> list[SeenNotice]:
    """Return a person's newest notices, newest first."""
    async with resources.db.transaction(person=person_id) as session:
        rows = await session.execute(
            select(Notice)
            .where(col(Notice.person_id) == person_id)
            .where((col(Notice.kind) != NoticeKind.INVITATION) | col(Notice.state).in_(TROUBLED))
            .order_by(col(Notice.created_at).desc(), col(Notice.id))
            .limit(MOST)
        )
        notices = list(rows.scalars())
    return [_seen(told, language) for told in await _told(resources, notices) if told]


async def mail_of(resources: Resources, person_id: UUID, about_id: UUID) -> Said | None:
    """Return the newest notice that mails an invitation of this person's, None if it was not to be mailed."""
    async with resources.db.transaction(person=person_id) as session:
        rows = await session.execute(
            select(Notice)
            .where(col(Notice.person_id) == person_id, col(Notice.about_id) == about_id)
            .where(col(Notice.kind) == NoticeKind.INVITATION)
            .order_by(col(Notice.created_at).desc())
            .limit(1)
        )
        notice = rows.scalar_one_or_none()
    return (await _told(resources, [notice]))[0] if notice else None


async def unread(session: AsyncSession, person_id: UUID) -> int:
    """Count a person's new notices; from then on the transaction sees that person's rows."""
    await session.execute(text("select set_config('deskhand.person', :person, true)"), {"person": str(person_id)})
    counted = select(func.count()).select_from(Notice).where(col(Notice.read_at).is_(None))
    return (await session.execute(counted.where(col(Notice.person_id) == person_id))).scalar_one()


async def mark_read(resources: Resources, person_id: UUID, notice_id: UUID) -> None:
    """Count one notice as read; raise NotFound for one that is not this person's."""
    async with resources.db.transaction(person=person_id) as session:
        notice = await session.get(Notice, (person_id, notice_id), with_for_update=True)
        if notice is None:
            raise NotFound
        notice.read_at = notice.read_at or clock.now()


async def mark_all_read(resources: Resources, person_id: UUID) -> None:
    """Count all of a person's notices as read."""
    async with resources.db.transaction(person=person_id) as session:
        mine = update(Notice).where(col(Notice.person_id) == person_id, col(Notice.read_at).is_(None))
        await session.execute(mine.values(read_at=clock.now()))


async def _told(resources: Resources, notices: Iterable[Notice]) -> list[Said | None]:
    found = []
    for notice in notices:
        async with resources.db.transaction(person=notice.person_id, mailbox=notice.about_mailbox_id) as session:
            found.append(await said(session, resources, notice))
    return found


def _seen(told: Said, language: Language) -> SeenNotice:
    notice, words = told.notice, KINDS[told.notice.kind]
    return SeenNotice(
        id=notice.id,
        kind=notice.kind,
        says=told.text(words.says, language),
        leads=language.gettext(words.leads),
        path=told.path(),
        state=notice.state,
        answer=notice.answer,
        created_at=notice.created_at,
        read_at=notice.read_at,
    )
