"""A copy of everything Deskhand keeps about a person: a zip of JSON files, made while it is read.

There is no mail text in it, because none is kept; no token and no secret; and of other people only the name and address
by which she knows them here already.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.actions.export_readme import readme
from app.actions.exported import Rows, as_json, constant, only, people_as_json, without
from app.actions.hand import About
from app.actions.resources import Resources
from app.actions.seats import open_desk
from app.actions.zipped import Chunks, zipped
from app.locale.catalogues import Language
from app.models.audit import AuditEntry
from app.models.grant import Agreement, Grant, Invitation
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.models.register import of_mailboxes, of_people

# What an assistant did, without what she did it to: ids of mail and names of labels are the owner's.
OWN_ACTS = only(
    *("seq", "at", "phase", "begins", "surface", "action", "decision", "reason", "outcome"),
    *("grant_id", "grant_version", "subject_kind"),
)

File = tuple[str, Chunks]


@dataclass(frozen=True)
class Holdings:
    """Where a person has something: her own mailboxes, those at which she has ever assisted, whom she knows there."""

    own: list[Mailbox]
    assisted: list[Mailbox]
    others: set[UUID]


async def export(
    resources: Resources, person: Person, language: Language, *, surface: str, by_operator: bool = False
) -> Chunks:
    """Note in the log of each mailbox of hers that a copy was taken, and return the zip's bytes as they are made."""
    found = await _holdings(resources, person.id)
    for mailbox in found.own:
        desk = await open_desk(resources, person.id, mailbox.id, surface=surface)
        async with desk.act(Act.EXPORT, About(noted={"reason": "operator"} if by_operator else {})):
            pass
    return zipped(_files(resources, person, found, language), clock.now())


async def _files(resources: Resources, person: Person, found: Holdings, language: Language) -> AsyncIterator[File]:
    when = clock.now().isoformat(sep=" ", timespec="minutes")
    yield "README.txt", constant(readme(person.label, when, language))
    for entry in of_people():
        if entry.file:
            where = (getattr(entry.table, entry.of) == person.id,)
            rows = Rows(table=entry.table, where=where, shown=without(entry.hidden), person=person.id)
            yield f"{entry.file}.json", as_json(resources, rows)
    yield "people.json", people_as_json(resources, found.others - {person.id})
    for mailbox in found.own:
        for file in _of_own_mailbox(resources, mailbox):
            yield file
    for mailbox in found.assisted:
        for file in _of_assisted(resources, mailbox, person.id):
            yield file


def _of_own_mailbox(resources: Resources, mailbox: Mailbox) -> list[File]:
    folder, files = f"mailboxes/{_folder(mailbox)}", []
    for entry in of_mailboxes():
        if entry.file:
            where = (getattr(entry.table, entry.of) == mailbox.id,)
            rows = Rows(table=entry.table, where=where, shown=without(entry.hidden), mailbox=mailbox.id)
            files.append((f"{folder}/{entry.file}.json", as_json(resources, rows)))
    return files


def _of_assisted(resources: Resources, mailbox: Mailbox, person_id: UUID) -> list[File]:
    folder, at = f"assisting/{_folder(mailbox)}", mailbox.id
    grants = (col(Grant.mailbox_id) == at, col(Grant.assistant_id) == person_id)
    agreed = (col(Agreement.mailbox_id) == at, col(Agreement.person_id) == person_id)
    acted = (col(AuditEntry.mailbox_id) == at, col(AuditEntry.actor_id) == person_id)
    return [
        (f"{folder}/access.json", as_json(resources, Rows(table=Grant, where=grants, shown=without(()), mailbox=at))),
        (
            f"{folder}/agreements.json",
            as_json(resources, Rows(table=Agreement, where=agreed, shown=without(()), mailbox=at)),
        ),
        (f"{folder}/acts.json", as_json(resources, Rows(table=AuditEntry, where=acted, shown=OWN_ACTS, mailbox=at))),
    ]


def _folder(mailbox: Mailbox) -> str:
    """Return a folder's name that every system takes; two mailboxes may have the same address."""
    return f"{re.sub(r'[^A-Za-z0-9@._-]', '_', mailbox.address) or 'mailbox'}-{mailbox.id.hex[:8]}"


async def _holdings(resources: Resources, person_id: UUID) -> Holdings:
    async with resources.db.transaction(person=person_id) as session:
        seen = list((await session.execute(select(Mailbox).order_by(col(Mailbox.address)))).scalars())
        agreed = await session.execute(
            select(Agreement.mailbox_id).where(col(Agreement.person_id) == person_id).distinct()
        )
        ids = set(agreed.scalars())
    own = [each for each in seen if each.owner_id == person_id and not each.erased]
    assisted = [each for each in seen if each.owner_id != person_id]
    for mailbox_id in sorted(ids - {each.id for each in seen}):  # where her access is over
        async with resources.db.transaction(mailbox=mailbox_id) as session:
            assisted.append(await session.get_one(Mailbox, mailbox_id))
    others = {each.owner_id for each in assisted}
    for mailbox in own:
        others |= await _helpers(resources, mailbox.id)
    return Holdings(own, assisted, others)


async def _helpers(resources: Resources, mailbox_id: UUID) -> set[UUID]:
    async with resources.db.transaction(mailbox=mailbox_id) as session:
        given = await session.execute(select(Grant.assistant_id).where(col(Grant.mailbox_id) == mailbox_id))
        taken = await session.execute(select(Invitation.accepted_by).where(col(Invitation.mailbox_id) == mailbox_id))
        return {*given.scalars(), *(each for each in taken.scalars() if each)}
