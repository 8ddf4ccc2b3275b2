"""A person's notices as she reads them: the list, how many are new, and marking them as read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from app import clock
from app.actions.resources import Resources
from app.actions.said import Said
from app.actions.wording import said
from app.db.parts import Listed, Part
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
    return (await part_of_notices(resources, person_id, language, size=MOST)).rows


async def part_of_notices(
    resources: Resources, person_id: UUID, language: Language, *, size: int, after: str = ""
) -> Part[SeenNotice]:
    """Return a part of all of them, newest first."""
    told = (col(Notice.kind) != NoticeKind.INVITATION) | col(Notice.state).in_(TROUBLED)
    wanted = select(Notice).where(col(Notice.person_id) == person_id, told)
    listed: Listed[Notice] = Listed(wanted=wanted, by=(col(Notice.created_at), col(Notice.id)), falling=True)
    async with resources.db.transaction(person=person_id) as session:
        part = await listed.part(session, size=size, after=after)
    return Part(rows=[_seen(each, language) for each in await _told(resources, part.rows) if each], after=part.after)


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
