"""Go on with an erasure: whatever is left of it is done, by whoever comes first, as often as it takes.

Who works on it holds a lease on the row. Every step finds what is left by itself, so a second run after a crash, or
beside another whose lease ran out, destroys nothing twice and counts nothing twice.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, update
from sqlmodel import col, select

from app import clock
from app.actions import forgetting, wipe
from app.actions.close_mailbox import close
from app.actions.desk import Desk
from app.actions.erasure_account import accesses_of, mailboxes_of
from app.actions.grants import in_flight
from app.actions.on_its_way import on_its_way
from app.actions.resources import Resources
from app.actions.seats import open_desk, open_desk_for_job
from app.models.erasure import Erasure, ErasureState
from app.models.mailbox import Mailbox

LEASE = timedelta(minutes=2)


async def go_on(resources: Resources, erasure_id: UUID) -> Erasure:
    """Do what is left of an erasure and return how far it has come; somebody else's turn is left alone."""
    row = await _taken(resources, erasure_id)
    if row and row.person_id:
        try:
            if await _done(resources, row, row.person_id):
                await _end(resources, erasure_id)
        finally:
            await _given_back(resources, erasure_id)
    async with resources.db.transaction() as session:
        return await session.get_one(Erasure, erasure_id)


async def not_done(resources: Resources) -> list[UUID]:
    """Return the ids of the erasures of which something is left."""
    async with resources.db.transaction() as session:
        rows = await session.execute(select(Erasure.id).where(col(Erasure.state) == ErasureState.BEGUN))
        return list(rows.scalars())


async def still_on_its_way(resources: Resources, row: Erasure) -> tuple[UUID, ...]:
    """Return the sends that an erasure waits for."""
    found: list[UUID] = []
    if row.person_id and row.state == ErasureState.BEGUN:
        for desk in await _own_desks(resources, row.person_id):
            found += [send.id for send in await on_its_way(desk)]
        for mailbox_id, grant_id in accesses_of(row):
            found += await in_flight(await open_desk_for_job(resources, mailbox_id, None, surface="erasure"), grant_id)
    return tuple(found)


async def _done(resources: Resources, row: Erasure, person_id: UUID) -> bool:
    """Do all that can be done now; say whether nothing is left."""
    desks = await _own_desks(resources, person_id)
    for desk in desks:
        await close(desk, row.id)
    await forgetting.end_accesses(resources, row.id, person_id)
    for desk in desks:
        if not await on_its_way(desk):
            await wipe.wipe(desk, row.id)
    for desk in await _desks(resources, person_id, erased=True):
        await _see_to_the_log(resources, desk, row.id)
    await forgetting.forget_person(resources, row.id, person_id)
    async with resources.db.transaction() as session:
        now = await session.get_one(Erasure, row.id)
    return not await _own_desks(resources, person_id) and not await still_on_its_way(resources, now)


async def _see_to_the_log(resources: Resources, desk: Desk, erasure_id: UUID) -> None:
    """Note the end of a log that a crash has kept from being noted."""
    async with resources.db.transaction() as session:
        row = await session.get_one(Erasure, erasure_id)
    if "log_hash" not in mailboxes_of(row).get(desk.mailbox.id, {}):
        await wipe.note_end_of_log(desk, erasure_id)


async def _own_desks(resources: Resources, person_id: UUID) -> list[Desk]:
    return await _desks(resources, person_id, erased=False)


async def _desks(resources: Resources, person_id: UUID, *, erased: bool) -> list[Desk]:
    async with resources.db.transaction(person=person_id) as session:
        rows = await session.execute(
            select(Mailbox).where(col(Mailbox.owner_id) == person_id).order_by(col(Mailbox.created_at))
        )
        own = [mailbox.id for mailbox in rows.scalars() if mailbox.erased is erased]
    return [await open_desk(resources, person_id, mailbox_id, surface="erasure") for mailbox_id in own]


async def _taken(resources: Resources, erasure_id: UUID) -> Erasure | None:
    """Take the lease on an erasure that is not done; None if there is nothing to do, or somebody else is at it."""
    now = clock.now()
    free = or_(col(Erasure.taken_at).is_(None), col(Erasure.taken_at) <= now - LEASE)
    async with resources.db.transaction() as session:
        taken = await session.execute(
            update(Erasure)
            .where(col(Erasure.id) == erasure_id, col(Erasure.state) == ErasureState.BEGUN, free)
            .values(taken_at=now)
            .returning(col(Erasure.id))
        )
        return await session.get(Erasure, erasure_id) if taken.first() else None


async def _given_back(resources: Resources, erasure_id: UUID) -> None:
    async with resources.db.transaction() as session:
        await session.execute(update(Erasure).where(col(Erasure.id) == erasure_id).values(taken_at=None))


async def _end(resources: Resources, erasure_id: UUID) -> None:
    async with resources.db.transaction() as session:
        row = await session.get_one(Erasure, erasure_id, with_for_update=True)
        row.state, row.done_at = ErasureState.DONE, clock.now()
