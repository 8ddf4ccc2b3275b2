"""Tell a person something, in the same transaction as its cause: a function for each kind of notice.

Each takes the open session of whatever has happened, so that the notice stands or falls with it. It then stands in the
person's console, and leaves by mail where mail is set up. An invitation by mail has more to it: `mail_invitation.py`.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import clock
from app.actions.resources import Resources
from app.models.draft import Draft, ScheduledSend
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.models.notice import Notice, NoticeKind, NoticeState
from app.notices.outlet import outlet_of


async def reconnect(
    session: AsyncSession, resources: Resources, mailbox: Mailbox, connection_id: UUID | None = None
) -> None:
    """Tell the owner that a connection has ended; once for each connection, however often it is noticed.

    Without a connection's id it is for the caller to notice it once, by the change of the mailbox's state.

    It never leaves through the mailbox it is about: where that is the very account letters are sent from, the console
    alone says it.
    """
    outlet = outlet_of(resources.settings)
    await keep(
        session,
        resources,
        NoticeKind.RECONNECT,
        mailbox.owner_id,
        shown_only=outlet is not None and outlet.belongs_to(mailbox.address),
        about_mailbox_id=mailbox.id,
        about_id=connection_id,
        once=str(connection_id) if connection_id else None,
    )


async def reconnected(session: AsyncSession, mailbox_id: UUID) -> None:
    """Count as read what was told of a connection that has been made again; needs the owner's own transaction."""
    await _read(session, mailbox_id, NoticeKind.RECONNECT)


async def confirmed(session: AsyncSession, mailbox_id: UUID) -> None:
    """Count as read what was told of a restore that the owner has confirmed; needs her own transaction."""
    await _read(session, mailbox_id, NoticeKind.RESTORED)


async def admin_granted(session: AsyncSession, resources: Resources, person_id: UUID, *, provider: str) -> None:
    """Tell a person that her administrator has said yes; `provider` (google, microsoft) is where the link leads on.

    Needs a transaction of this person's, since no mailbox need stand yet.
    """
    await keep(session, resources, NoticeKind.ADMIN_GRANTED, person_id, detail=provider)


async def held(session: AsyncSession, resources: Resources, mailbox: Mailbox, send: ScheduledSend, reason: str) -> None:
    """Tell the owner that a scheduled send waits for a person; `reason` is one of `access.reasons.HELD`."""
    await keep(
        session,
        resources,
        NoticeKind.HELD,
        mailbox.owner_id,
        about_mailbox_id=mailbox.id,
        about_id=send.id,
        detail=reason,
    )


async def ended(session: AsyncSession, resources: Resources, mailbox: Mailbox, grant: Grant) -> None:
    """Tell the owner that an access has reached its end date; once for each grant."""
    await keep(
        session,
        resources,
        NoticeKind.ENDED,
        mailbox.owner_id,
        about_mailbox_id=mailbox.id,
        about_id=grant.id,
        once=str(grant.id),
    )


async def named(session: AsyncSession, resources: Resources, mailbox: Mailbox, member_id: UUID) -> None:
    """Tell the owner that somebody whom a team's lead has named accepted, before that person begins."""
    await keep(
        session,
        resources,
        NoticeKind.MEMBER,
        mailbox.owner_id,
        about_mailbox_id=mailbox.id,
        about_id=member_id,
        once=str(member_id),
    )


async def team_ended(session: AsyncSession, resources: Resources, mailbox: Mailbox, access_id: UUID) -> None:
    """Tell the owner that a team's access has ended with its lead, who was erased; once for each."""
    await keep(
        session,
        resources,
        NoticeKind.TEAM_ENDED,
        mailbox.owner_id,
        about_mailbox_id=mailbox.id,
        about_id=access_id,
        once=str(access_id),
    )


async def returned(session: AsyncSession, resources: Resources, mailbox: Mailbox, send: ScheduledSend) -> None:
    """Tell the owner, and the assistant who had scheduled it, that a reply came back; once for each reply."""
    for person_id in {mailbox.owner_id, send.scheduled_by}:
        await keep(
            session,
            resources,
            NoticeKind.RETURNED,
            person_id,
            about_mailbox_id=mailbox.id,
            about_id=send.id,
            detail="owner" if person_id == mailbox.owner_id else "assistant",
            once=str(send.id),
        )


async def sent_back(session: AsyncSession, resources: Resources, draft: Draft) -> None:
    """Tell an assistant that the owner has sent a draft back; once for each version of its words."""
    await _tell_writer(session, resources, NoticeKind.SENT_BACK, draft)


async def declined(session: AsyncSession, resources: Resources, draft: Draft) -> None:
    """Tell an assistant that the owner has declined a draft; once for each version of its words."""
    await _tell_writer(session, resources, NoticeKind.DECLINED, draft)


async def _tell_writer(session: AsyncSession, resources: Resources, kind: NoticeKind, draft: Draft) -> None:
    await keep(
        session,
        resources,
        kind,
        draft.author_id,
        about_mailbox_id=draft.mailbox_id,
        about_id=draft.id,
        once=f"{draft.id} {draft.revision}",
    )


async def restored(session: AsyncSession, resources: Resources, mailbox: Mailbox, restoration_id: UUID) -> None:
    """Tell the owner that her mailbox came back from a backup and waits for her word; once for each restore."""
    await keep(
        session,
        resources,
        NoticeKind.RESTORED,
        mailbox.owner_id,
        about_mailbox_id=mailbox.id,
        about_id=restoration_id,
        once=str(restoration_id),
    )


async def keep(
    session: AsyncSession,
    resources: Resources,
    kind: NoticeKind,
    person_id: UUID,
    *,
    shown_only: bool = False,
    **columns: Any,
) -> None:
    """Keep a notice, and have it leave by mail where that is set up; a second one of the same `once` is left out."""
    outlet = None if shown_only else outlet_of(resources.settings)
    now = clock.now()
    row = Notice(
        kind=kind,
        person_id=person_id,
        state=NoticeState.PREPARED if outlet else NoticeState.SHOWN,
        message_id=f"<{uuid4().hex}@{outlet.domain}>" if outlet else "",
        due_at=now,
        created_at=now,
        **columns,
    )
    # No target is named: whoever writes about a mailbox may not look at the notices of a person.
    await session.execute(insert(Notice).values(row.model_dump()).on_conflict_do_nothing())


async def _read(session: AsyncSession, mailbox_id: UUID, kind: NoticeKind) -> None:
    await session.execute(
        update(Notice)
        .where(col(Notice.about_mailbox_id) == mailbox_id)
        .where(col(Notice.kind) == kind, col(Notice.read_at).is_(None))
        .values(read_at=clock.now())
    )
