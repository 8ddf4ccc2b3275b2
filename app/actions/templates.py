"""The owner's approved reply texts: which of them whoever sits at a desk may see and use, with their words."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from app.access.decide import Kind
from app.access.scopes import Scope, closed
from app.actions.desk import Desk
from app.actions.own_grant import own_grant
from app.actions.tokens import vault_of
from app.db.parts import Listed, Part
from app.errors import NotFound
from app.models.template import Template, TemplateVersion
from app.rules.filling import Blank, blanks_of

COLUMN = "template_version.words"


@dataclass(frozen=True, kw_only=True)
class Approved:
    """A template with the words of its version in force."""

    row: Template
    text: str

    @property
    def blanks(self) -> tuple[Blank, ...]:
        """What has to be filled in."""
        return blanks_of(self.text)


async def template_of(desk: Desk, template_id: UUID) -> Approved:
    """Return a template that whoever sits here may see; raise NotFound for any other."""
    found = [row for row in await _usable(desk) if row.id == template_id]
    if not found:
        raise NotFound
    (approved,) = await _opened(desk, found)
    return approved


async def part_of_templates(desk: Desk, *, size: int, after: str = "") -> Part[Approved]:
    """Return a part of the templates that whoever sits here may see, by name."""
    allowed = await _allowed(desk)
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        wanted = select(Template).where(col(Template.mailbox_id) == desk.mailbox.id, col(Template.ended_at).is_(None))
        if allowed is not None:
            wanted = wanted.where(col(Template.id).in_(allowed))
        listed: Listed[Template] = Listed(wanted=wanted, by=(col(Template.name), col(Template.id)))
        part = await listed.part(session, size=size, after=after)
    return Part(rows=await _opened(desk, part.rows), after=part.after)


async def _usable(desk: Desk) -> list[Template]:
    allowed = await _allowed(desk)
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        rows = await session.execute(select(Template).where(col(Template.mailbox_id) == desk.mailbox.id))
        return [row for row in rows.scalars() if allowed is None or row.id in allowed]


async def _allowed(desk: Desk) -> frozenset[UUID] | None:
    """Return which templates an assistant may use; None: all of them."""
    if desk.actor.kind is Kind.OWNER:
        return None
    grant = await own_grant(desk)
    if grant is None or grant.conditions is None or Scope.REPLY_TEMPLATE not in closed(grant.scopes):
        return frozenset()
    return grant.conditions.templates or None


async def _opened(desk: Desk, rows: list[Template]) -> list[Approved]:
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        vault = await vault_of(session, desk.resources, desk.mailbox.id)
        found = await session.execute(
            select(TemplateVersion)
            .where(col(TemplateVersion.mailbox_id) == desk.mailbox.id)
            .where(col(TemplateVersion.template_id).in_([row.id for row in rows]))
        )
        words = {(each.template_id, each.number): each for each in found.scalars()}
    kept = [(row, words[row.id, row.version]) for row in rows]
    return [Approved(row=row, text=vault.unseal(COLUMN, each.id, each.words)) for row, each in kept]
