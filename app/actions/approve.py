"""The owner's yes to exactly one draft as it stands, with its hour, and what waits for it."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.actions.desk import Desk
from app.actions.draft import draft_of, see_draft
from app.actions.hand import About
from app.actions.hanging import live_send, require_open, require_settled, void_approvals
from app.errors import Conflict
from app.locale.catalogues import N_
from app.models.draft import Approval, Draft, DraftState, ScheduledSend, SendState
from app.models.grant import Grant, GrantStatus
from app.models.mailbox import MailboxState

OVER = N_("The access under which this was written has ended, so it does not leave from here.")
FREED_BY_APPROVAL = {"approval_missing", "sent_back", "draft_edited", "thread_moved", "hour_passed"}


async def approve(desk: Desk, draft_id: UUID, *, sha256: bytes) -> Approval:
    """Approve a draft as the owner has seen it; `sha256` is the digest of what was shown to her.

    Raises Conflict if the mailbox holds something else by now. What was held for want of this yes goes on at its
    hour, or at once if that is past.
    """
    row, message = await draft_of(desk, draft_id)
    require_open(row)
    if row.grant_id is None:
        raise Conflict
    seen = await see_draft(desk, draft_id)
    if seen.sha256 != sha256:
        raise Conflict("The draft was changed after you read it. Read it again, then decide.")
    approval = Approval(
        mailbox_id=row.mailbox_id,
        id=uuid4(),
        draft_id=row.id,
        content_sha256=sha256,
        grant_version=0,
        approved_by=desk.mailbox.owner_id,
        approved_at=clock.now(),
    )

    async def keep(session: AsyncSession) -> None:
        kept = await session.get_one(Draft, (row.mailbox_id, row.id))
        if kept.state != DraftState.OPEN:
            raise Conflict
        require_settled(kept)
        # Locked, so that a yes and the end of the access come one after the other.
        grant = await session.get_one(Grant, (row.mailbox_id, row.grant_id), with_for_update={"read": True})
        if grant.over(clock.now()):
            raise Conflict(OVER)
        send = await live_send(session, row)
        await void_approvals(session, row, because="approved_again")
        approval.grant_version, approval.due_at = grant.version, send.due_at if send else None
        session.add(approval)
        kept.sent_back_at, kept.word, kept.declined_at = None, b"", None
        # Approving a draft that was edited by hand adopts it as it stands now.
        if kept.content_sha256 != sha256:
            kept.template_id = kept.template_version = None
        kept.revision, kept.content_sha256 = seen.draft.revision, sha256
        if send and send.state == SendState.HELD and send.reason in FREED_BY_APPROVAL:
            if send.reason == "thread_moved":  # she was told, and decides again
                kept.thread_seen = list(seen.thread_ids)
            send.wait_again()

    noted, to = {"approval_id": approval.id}, seen.draft.message.recipients
    about = About(message=message, draft=row, content_sha256=sha256, recipients=to, noted=noted)
    async with desk.act(Act.APPROVE, about, within=keep):
        return approval


async def waiting_for_approval(desk: Desk) -> list[tuple[Draft, ScheduledSend | None]]:
    """Return the assistants' open drafts that no approval covers, oldest first, with their hour if they have one.

    What she has sent back or declined waits for its writer. What was written under an access that is over is not among
    them, and nothing is where the mailbox is disconnected: no approval makes it leave.
    """
    await desk.owner_only()
    if desk.mailbox.state == MailboxState.DISCONNECTED:
        return []
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        approved = select(Approval.draft_id).where(
            col(Approval.mailbox_id) == desk.mailbox.id, col(Approval.ended_at).is_(None)
        )
        rows = await session.execute(
            select(Draft)
            .join(Grant, (col(Grant.mailbox_id) == col(Draft.mailbox_id)) & (col(Grant.id) == col(Draft.grant_id)))
            .where(col(Grant.status) != GrantStatus.REVOKED, col(Grant.expires_at) > clock.now())
            .where(col(Draft.mailbox_id) == desk.mailbox.id, col(Draft.state) == DraftState.OPEN)
            .where(col(Draft.id).not_in(approved))
            .where(col(Draft.sent_back_at).is_(None), col(Draft.declined_at).is_(None))
            .order_by(col(Draft.created_at))
        )
        return [(row, await live_send(session, row)) for row in rows.scalars()]


async def access_over(desk: Desk, row: Draft) -> bool:
    """Say whether a draft was written under an access that has ended."""
    if row.grant_id is None:
        return False
    async with desk.resources.db.transaction(mailbox=row.mailbox_id) as session:
        return (await session.get_one(Grant, (row.mailbox_id, row.grant_id))).over(clock.now())
