"""What was agreed, kept word for word: the text's version and language, the scopes, who and when."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.scopes import SCOPES, TEXT_VERSION, Scope
from app.actions.desk import Desk
from app.actions.grants import grant_of
from app.models.grant import Agreement, Grant
from app.models.person import Person

Texts = Callable[[str], Callable[[str], str]]  # a language's name -> its gettext


async def add_agreements(session: AsyncSession, grant: Grant, *, language: str, texts: Texts) -> None:
    """Keep what both sides have agreed to, each in the words she has read; `language` is the owner's."""
    assistant = await session.get_one(Person, grant.assistant_id)
    session.add(_agreement(grant, grant.owner_id, "owner", language, texts))
    session.add(_agreement(grant, assistant.id, "assistant", assistant.language, texts))


def _agreement(grant: Grant, person_id: UUID, role: str, language: str, texts: Texts) -> Agreement:
    translate = texts(language)
    return Agreement(
        mailbox_id=grant.mailbox_id,
        id=uuid4(),
        grant_id=grant.id,
        grant_version=grant.version,
        person_id=person_id,
        role=role,
        text_version=TEXT_VERSION,
        language=language,
        scopes=list(grant.scopes),
        sentences=[translate(SCOPES[Scope(scope)].says) for scope in grant.scopes],
        expires_at=grant.expires_at,
        agreed_at=clock.now(),
    )


async def agreements(desk: Desk, grant_id: UUID) -> list[Agreement]:
    """Return what was agreed about a grant, oldest first; to its owner and its assistant."""
    grant = await grant_of(desk, grant_id)
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        rows = await session.execute(
            select(Agreement)
            .where(col(Agreement.mailbox_id) == desk.mailbox.id, col(Agreement.grant_id) == grant.id)
            .order_by(col(Agreement.agreed_at))
        )
        return list(rows.scalars())
