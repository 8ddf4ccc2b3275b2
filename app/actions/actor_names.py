"""The names of those who acted, people and programs, for whoever reads the log."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app.models.audit import AuditEntry
from app.models.person import Person
from app.models.program_key import ProgramKey


async def names_of(session: AsyncSession, entries: Sequence[AuditEntry]) -> dict[UUID, str]:
    """Return the names of who acted in these entries, by the ids of people and of programs' keys."""
    actors = {entry.actor_id for entry in entries if entry.actor_id}
    keys = {entry.key_id for entry in entries if entry.key_id}
    people = await session.execute(select(Person).where(col(Person.id).in_(actors)))
    programs = await session.execute(select(ProgramKey).where(col(ProgramKey.id).in_(keys)))
    named = {person.id: person.name or person.email for person in people.scalars()}
    return named | {key.id: key.name for key in programs.scalars()}
