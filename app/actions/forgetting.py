"""What an erased person has beside mailboxes of her own: accesses at others', invitations taken, and her own rows."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, delete, update
from sqlmodel import col, select

from app.actions.erasure_account import note_access, note_destroyed
from app.actions.held_consent import refuse_held
from app.actions.leave import leave
from app.actions.parting import part_from_others
from app.actions.resources import Resources
from app.errors import AppError
from app.models.grant import Grant, GrantStatus, Invitation, InvitationState
from app.models.mailbox import Mailbox
from app.models.notice import Notice, NoticeKind
from app.models.person import ConsentRequest
from app.models.program_key import ProgramKey
from app.models.register import Fate, of_people


async def end_accesses(resources: Resources, erasure_id: UUID, person_id: UUID) -> None:
    """End every access of hers at somebody else's mailbox, her teams', and what she accepted and nobody confirmed."""
    await part_from_others(resources, erasure_id, person_id)
    async with resources.db.transaction(person=person_id) as session:
        rows = await session.execute(
            select(Grant.mailbox_id, Grant.id)
            .where(col(Grant.assistant_id) == person_id, col(Grant.status) != GrantStatus.REVOKED)
            .order_by(col(Grant.id))
        )
        live = [(row[0], row[1]) for row in rows]
        taken = await session.execute(
            select(Invitation.mailbox_id, Invitation.id).where(col(Invitation.accepted_by) == person_id)
        )
        invitations = [(row[0], row[1]) for row in taken]
    for mailbox_id, grant_id in live:
        async with resources.db.transaction() as session:
            await note_access(session, erasure_id, mailbox_id, grant_id)
        await leave(resources, mailbox_id, grant_id)
    for mailbox_id, invitation_id in invitations:
        await _forget_invitation(resources, erasure_id, mailbox_id, invitation_id)


async def forget_person(resources: Resources, erasure_id: UUID, person_id: UUID) -> None:
    """Delete what is a person's own: sign-ins, requests under way, notices, proposals; name her programs no more."""
    await _give_back_consents(resources, person_id)
    async with resources.db.transaction(person=person_id) as session:
        counts = {}
        for entry in of_people(Fate.DELETED):
            table: Any = entry.table
            done: CursorResult[Any] = await session.execute(  # type: ignore[assignment] # a delete has a count
                delete(table).where(getattr(table, entry.of) == person_id)
            )
            counts[entry.name] = done.rowcount
        await session.execute(update(ProgramKey).where(col(ProgramKey.person_id) == person_id).values(name=""))
        await note_destroyed(session, erasure_id, counts)


async def _give_back_consents(resources: Resources, person_id: UUID) -> None:
    """Give back to its provider what waits for her yes, as far as that goes: here it is forgotten in any case."""
    async with resources.db.transaction() as session:
        rows = await session.execute(
            select(ConsentRequest.state_sha256)
            .where(col(ConsentRequest.person_id) == person_id, col(ConsentRequest.held) != b"")
            .order_by(col(ConsentRequest.created_at))
        )
        held = [state.hex() for state in rows.scalars()]
    for held_as in held:
        with suppress(AppError):
            await refuse_held(resources, held_as, person_id=person_id)


async def _forget_invitation(resources: Resources, erasure_id: UUID, mailbox_id: UUID, invitation_id: UUID) -> None:
    """Close an invitation that she took, and delete the letter with her address, a notice of whoever invited her."""
    async with resources.db.transaction(mailbox=mailbox_id) as session:
        invitation = await session.get(Invitation, (mailbox_id, invitation_id), with_for_update=True)
        mailbox = await session.get_one(Mailbox, mailbox_id)
        writer_id = (invitation.lead_id if invitation else None) or mailbox.owner_id
        if invitation:
            invitation.name = ""  # as a team's lead called her
        if invitation and invitation.state == InvitationState.ACCEPTED:
            invitation.state = InvitationState.REFUSED
    async with resources.db.transaction(person=writer_id) as session:
        letters: CursorResult[Any] = await session.execute(  # type: ignore[assignment] # a delete has a count
            delete(Notice)
            .where(col(Notice.person_id) == writer_id, col(Notice.about_id) == invitation_id)
            .where(col(Notice.kind) == NoticeKind.INVITATION)
        )
        await note_destroyed(session, erasure_id, {"notice": letters.rowcount})
