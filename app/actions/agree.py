"""What was agreed, kept word for word: the text's version and language, scopes and conditions, who and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.bounds_said import approval_said, bounds_said
from app.access.scopes import SCOPES, TEXT_VERSION, Scope
from app.actions.desk import Desk
from app.actions.grants import grant_of
from app.db.parts import Listed, Part
from app.locale import catalogues
from app.locale.catalogues import nearest
from app.models.grant import Agreement, Grant
from app.models.person import Person

Texts = Callable[[str], Callable[[str], str]]  # a language's name -> its gettext


def texts_in(code: str) -> Callable[[str], str]:
    """Return the gettext of a language by its code, English for one that is not ours."""
    return catalogues.language(code if code in catalogues.NAMES else catalogues.DEFAULT).gettext


async def add_agreements(
    session: AsyncSession, grant: Grant, *, language: str, texts: Texts, accepted_at: datetime | None
) -> None:
    """Keep what both sides have agreed to, each in the words she has read and when.

    `language` is the owner's, who agrees now; `accepted_at` is the moment of the assistant's yes.
    """
    assistant, now = await session.get_one(Person, grant.assistant_id), clock.now()
    session.add(_agreement(grant, grant.owner_id, "owner", texts, language=language, at=now))
    session.add(_agreement(grant, assistant.id, "assistant", texts, language=assistant.language, at=accepted_at or now))


def _agreement(grant: Grant, person_id: UUID, role: str, texts: Texts, *, language: str, at: datetime) -> Agreement:
    translate, spoken = texts(language), nearest(language)
    rights = [translate(SCOPES[Scope(scope)].says) for scope in grant.scopes]
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
        sentences=[*rights, *bounds_said(grant.conditions, spoken, translate), approval_said(grant, translate)],
        conditions=grant.conditions,
        expires_at=grant.expires_at,
        agreed_at=at,
    )


async def agreements(desk: Desk, grant_id: UUID) -> list[Agreement]:
    """Return what was agreed about a grant, oldest first; to its owner and its assistant."""
    grant = await grant_of(desk, grant_id)
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await _listed(grant).whole(session)


async def part_of_agreements(desk: Desk, grant_id: UUID, *, size: int, after: str = "") -> Part[Agreement]:
    """Return a part of the same list."""
    grant = await grant_of(desk, grant_id)
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await _listed(grant).part(session, size=size, after=after)


def _listed(grant: Grant) -> Listed[Agreement]:
    own = (col(Agreement.mailbox_id) == grant.mailbox_id, col(Agreement.grant_id) == grant.id)
    return Listed(wanted=select(Agreement).where(*own), by=(col(Agreement.agreed_at), col(Agreement.id)))
