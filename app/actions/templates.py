"""The owner's approved reply texts: which of them whoever sits at a desk may see and use, with their words."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from app.access.acts import Act
from app.actions.desk import Desk
from app.actions.tokens import vault_of
from app.db.parts import Listed, Part
from app.errors import NotFound
from app.models.grant import Grant
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
    async with desk.act(Act.SEE_TEMPLATES) as hand:
        covered = _covered(hand.grant)
        if covered is not None and template_id not in covered:
            raise NotFound
        async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
            row = await session.get(Template, (desk.mailbox.id, template_id))
        if row is None:
            raise NotFound
        (approved,) = await _opened(desk, [row])
        return approved


async def part_of_templates(desk: Desk, *, size: int, after: str = "") -> Part[Approved]:
    """Return a part of the templates that whoever sits here may see, by name."""
    async with desk.act(Act.SEE_TEMPLATES) as hand:
        wanted = select(Template).where(col(Template.mailbox_id) == desk.mailbox.id, col(Template.ended_at).is_(None))
        if (covered := _covered(hand.grant)) is not None:
            wanted = wanted.where(col(Template.id).in_(covered))
        listed: Listed[Template] = Listed(wanted=wanted, by=(col(Template.name), col(Template.id)))
        async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
            part = await listed.part(session, size=size, after=after)
        return Part(rows=await _opened(desk, part.rows), after=part.after)


def _covered(grant: Grant | None) -> frozenset[UUID] | None:
    """Return which templates may be seen under the grant that allowed the look; None: all of them."""
    if grant is None:  # the owner
        return None
    return (grant.conditions.templates or None) if grant.conditions else frozenset()


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
