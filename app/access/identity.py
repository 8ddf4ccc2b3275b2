"""Who is calling: people and their logins. Secrets are kept as digests only."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app.errors import SignInAgain
from app.models.person import Login, Person

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
FRESH = timedelta(minutes=5)  # grants, connecting, export and erase need a sign-in as young as this
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A person at a browser."""

    person: Person
    login: Login


def digest_of(secret: str) -> bytes:
    """Return the digest under which a secret is kept."""
    return hashlib.sha256(secret.encode()).digest()


async def person_of(
    session: AsyncSession, *, issuer: str, subject: str, email: str, name: str, language: str, now: datetime
) -> Person:
    """Return the person with this identity, made on her first sign-in; address and name follow the provider's."""
    known = {"email": email, "name": name}
    await session.execute(
        insert(Person)
        .values(id=uuid4(), issuer=issuer, subject=subject, **known, language=language, zone="", created_at=now)
        .on_conflict_do_update(index_elements=["issuer", "subject"], set_=known)
    )
    rows = await session.execute(
        select(Person)
        .where(col(Person.issuer) == issuer, col(Person.subject) == subject)
        .execution_options(populate_existing=True)
    )
    return rows.scalar_one()


async def begin_login(session: AsyncSession, person: Person, *, agent: str, now: datetime) -> str:
    """Sign a person in at a browser and return the secret for its cookie; a new one at every sign-in."""
    secret = secrets.token_urlsafe(32)
    login = Login(
        secret_sha256=digest_of(secret),
        person_id=person.id,
        agent=agent[:200],
        created_at=now,
        authenticated_at=now,
        seen_at=now,
    )
    session.add(login)
    await session.flush()
    return secret


async def signed_in(session: AsyncSession, secret: str, now: datetime) -> SignedIn | None:
    """Return who holds this secret, None if its login has ended, was idle too long, or never was."""
    rows = await session.execute(
        select(Login, Person)
        .join(Person, col(Person.id) == col(Login.person_id))
        .where(col(Login.secret_sha256) == digest_of(secret), col(Login.ended_at).is_(None))
    )
    row = rows.first()
    if row is None:
        return None
    login, person = row
    if now >= login.seen_at + IDLE or now >= login.created_at + LONGEST:
        return None
    if now >= login.seen_at + SEEN_EVERY:
        login.seen_at = now
    return SignedIn(person=person, login=login)


async def person_once_at(session: AsyncSession, secret: str) -> UUID | None:
    """Return whose login this secret is, or was: it tells whose words these are, and opens nothing."""
    rows = await session.execute(select(Login.person_id).where(col(Login.secret_sha256) == digest_of(secret)))
    return rows.scalar_one_or_none()


async def logins(session: AsyncSession, person_id: UUID, now: datetime) -> list[Login]:
    """Return where a person is signed in now, the last used first."""
    live = _live(person_id, now)
    rows = await session.execute(select(Login).where(*live).order_by(col(Login.seen_at).desc(), col(Login.id)))
    return list(rows.scalars())


async def end_login(session: AsyncSession, person_id: UUID, login_id: UUID, now: datetime) -> None:
    """End one of a person's own logins; another's is left alone."""
    login = await session.get(Login, login_id)
    if login and login.person_id == person_id and login.ended_at is None:
        login.ended_at = now


async def end_other_logins(session: AsyncSession, kept: Login, now: datetime) -> int:
    """End every login of a person but the one she is at, and return how many that were."""
    others = update(Login).where(*_live(kept.person_id, now), col(Login.id) != kept.id).values(ended_at=now)
    return len((await session.execute(others.returning(col(Login.id)))).all())


def require_fresh(login: Login, now: datetime) -> None:
    """Raise SignInAgain unless the person has signed in within the last five minutes."""
    if now >= login.authenticated_at + FRESH:
        raise SignInAgain


def _live(person_id: UUID, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Login.person_id) == person_id,
        col(Login.ended_at).is_(None),
        col(Login.seen_at) > now - IDLE,
        col(Login.created_at) > now - LONGEST,
    )
