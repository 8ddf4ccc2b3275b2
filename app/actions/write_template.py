"""The owner writes a text to reply with, writes it anew as its next version, or ends it."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.access.acts import Act
from app.actions.desk import Desk
from app.actions.hand import About
from app.actions.templates import COLUMN, Approved, template_of
from app.actions.tokens import vault_of
from app.actions.writing import checked_text
from app.errors import BadRequest, Conflict, NotFound
from app.models.template import Template, TemplateVersion
from app.rules.filling import blanks_of

LONGEST_NAME = 100


async def write_template(desk: Desk, *, name: str, language: str, text: str) -> Approved:
    """Keep a text that the owner has written, and so approved; raise BadRequest for a name or text that is none."""
    words, plain = _checked(text), name.strip()
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise BadRequest("Give the text a name of at most {most} characters.", most=LONGEST_NAME)
    row = Template(
        mailbox_id=desk.mailbox.id, id=uuid4(), name=plain, language=language, version=1, created_at=clock.now()
    )

    async def keep(session: AsyncSession) -> None:
        session.add(row)
        await session.flush()
        await _add_version(session, desk, row, words)

    async with desk.act(Act.TEMPLATE, _about(row.id, "written"), within=keep):
        return Approved(row=row, text=words)


async def rewrite_template(desk: Desk, template_id: UUID, text: str) -> Approved:
    """Put other words in its place; what was drafted with the words before is asked about before it leaves."""
    words = _checked(text)

    async def change(session: AsyncSession) -> None:
        row = await _locked(session, desk, template_id)
        if row.ended_at:
            raise Conflict
        row.version += 1
        await _add_version(session, desk, row, words)

    async with desk.act(Act.TEMPLATE, _about(template_id, "rewritten"), within=change):
        return await template_of(desk, template_id)


async def end_template(desk: Desk, template_id: UUID) -> None:
    """Have a text used no more; what was drafted with it is asked about before it leaves."""

    async def end(session: AsyncSession) -> None:
        row = await _locked(session, desk, template_id)
        row.ended_at = row.ended_at or clock.now()

    async with desk.act(Act.TEMPLATE, _about(template_id, "ended"), within=end):
        pass


async def _add_version(session: AsyncSession, desk: Desk, row: Template, text: str) -> None:
    vault, version_id = await vault_of(session, desk.resources, desk.mailbox.id), uuid4()
    session.add(
        TemplateVersion(
            mailbox_id=row.mailbox_id,
            id=version_id,
            template_id=row.id,
            number=row.version,
            words=vault.seal(COLUMN, version_id, text),
            approved_by=desk.mailbox.owner_id,
            approved_at=clock.now(),
        )
    )


async def _locked(session: AsyncSession, desk: Desk, template_id: UUID) -> Template:
    key = (desk.mailbox.id, template_id)
    row = await session.get(Template, key, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    return row


def _checked(text: str) -> str:
    words = checked_text(text)
    blanks_of(words)
    return words


def _about(template_id: UUID, reason: str) -> About:
    return About(noted={"subject_kind": "template", "subject_id": template_id, "reason": reason})
