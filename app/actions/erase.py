"""Erase a person: from the first commit on nobody is called by her name, and what was hers is destroyed step by step.

Any step may be the last before a crash: the row says that she is to be erased, and whoever goes on with it
(`erasing.go_on`) does only what is left. An erasure cannot be taken back, and no second one of a person is begun.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import CursorResult, delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.actions.erasing import go_on
from app.actions.resources import Resources
from app.errors import NotFound
from app.models.erasure import Erasure, ErasureState
from app.models.person import Login, Person

PERSON, OPERATOR, LIST = "person", "operator", "list"  # who asked for it


async def erase(resources: Resources, person_id: UUID, *, asked_by: str, asked_at: datetime | None = None) -> Erasure:
    """Erase a person and return how far it has come; raise NotFound for somebody who is not there.

    What is on its way at this moment is waited for by the worker. `asked_at` is the moment of an earlier erasure that
    is applied again.
    """
    erasure_id = await begin(resources, person_id, asked_by=asked_by, asked_at=asked_at)
    return await go_on(resources, erasure_id)


async def begin(resources: Resources, person_id: UUID, *, asked_by: str, asked_at: datetime | None = None) -> UUID:
    """Write down that a person is erased, empty her row and end her sign-ins, all in one commit; return its id."""
    erasure_id = id_for(person_id)
    async with resources.db.transaction(person=person_id) as session:
        person = await session.get(Person, person_id, with_for_update=True)
        if person is None:
            raise NotFound("There is no such person here.")
        row = await session.get(Erasure, erasure_id, with_for_update=True)
        if person.erased and row:
            return erasure_id
        if row is None:
            row = Erasure(id=erasure_id, person_id=person_id, identity=b"", asked_by=asked_by, asked_at=clock.now())
            session.add(row)
        row.identity = identity_digest(resources.secret, person.issuer, person.subject)
        row.state, row.asked_by, row.asked_at = ErasureState.BEGUN, asked_by, asked_at or clock.now()
        row.account = {"destroyed": {"login": await _end_logins(session, person_id)}}
        person.empty()
    return erasure_id


async def erasure_of(resources: Resources, erasure_id: UUID) -> Erasure:
    """Return an erasure; raise NotFound if there is none of this id."""
    async with resources.db.transaction() as session:
        row = await session.get(Erasure, erasure_id)
    if row is None:
        raise NotFound
    return row


async def erasures(resources: Resources, *, state: ErasureState | None = None) -> list[Erasure]:
    """Return all erasures, or those of one state, the oldest first."""
    wanted = select(Erasure).order_by(col(Erasure.asked_at), col(Erasure.id))
    async with resources.db.transaction() as session:
        rows = await session.execute(wanted.where(col(Erasure.state) == state) if state else wanted)
        return list(rows.scalars())


def id_for(person_id: UUID) -> UUID:
    """Return the id of a person's erasure: there is one for each, so a form that is sent twice finds the first."""
    return uuid5(person_id, "erasure")


def identity_digest(secret: bytes, issuer: str, subject: str) -> bytes:
    """Return the digest by which an erased person is known again in an old backup, keyed by the installation."""
    key = hmac.digest(secret, b"deskhand erasure list", "sha256")
    return hmac.digest(key, f"{issuer}\n{subject}".encode(), "sha256")


async def _end_logins(session: AsyncSession, person_id: UUID) -> int:
    done: CursorResult[Any] = await session.execute(  # type: ignore[assignment] # a delete has a count
        delete(Login).where(col(Login.person_id) == person_id)
    )
    return done.rowcount
