"""Find a person as an operator names her: by address, which may be several people's, or by id."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from app.actions.resources import Resources
from app.models.person import Person


async def people_named(resources: Resources, named: str) -> list[Person]:
    """Return whoever has this id or this address, the first that came first; erased people by their id alone."""
    wanted = named.strip()
    by_address = func.lower(col(Person.email)) == wanted.lower()
    matches = (col(Person.id) == _uuid(wanted)) if _uuid(wanted) else by_address & (col(Person.issuer) != "")
    async with resources.db.transaction() as session:
        rows = await session.execute(select(Person).where(matches).order_by(col(Person.created_at)))
        return list(rows.scalars())


def _uuid(word: str) -> UUID | None:
    try:
        return UUID(word)
    except ValueError:
        return None
