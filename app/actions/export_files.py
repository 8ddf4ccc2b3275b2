"""The files of a copy of somebody's data, each by its name in the zip."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from sqlmodel import col

from app import clock
from app.actions.export_readme import readme
from app.actions.exported import Rows, as_json, constant, people_as_json, without
from app.actions.holdings import Holdings
from app.actions.own_acts import own_acts
from app.actions.resources import Resources
from app.actions.zipped import Chunks
from app.locale.catalogues import Language
from app.models.grant import Agreement, Grant
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.models.register import of_mailboxes, of_people

File = tuple[str, Chunks]


async def files_of(resources: Resources, person: Person, found: Holdings, language: Language) -> AsyncIterator[File]:
    """Yield name and contents, each read while it is sent."""
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
    for access in found.led:
        folder = f"leading/{_folder(access.address, access.id)}"
        yield f"{folder}/handovers.json", as_json(resources, _own_notes(access.mailbox_id, person.id))


def _of_own_mailbox(resources: Resources, mailbox: Mailbox) -> list[File]:
    folder, files = f"mailboxes/{_folder(mailbox.address, mailbox.id)}", []
    for entry in of_mailboxes():
        if entry.file:
            where = (getattr(entry.table, entry.of) == mailbox.id,)
            shown = without(entry.hidden)
            rows = Rows(table=entry.table, where=where, shown=shown, mailbox=mailbox.id, sealed=entry.sealed)
            files.append((f"{folder}/{entry.file}.json", as_json(resources, rows)))
    return files


def _of_assisted(resources: Resources, mailbox: Mailbox, person_id: UUID) -> list[File]:
    folder, at = f"assisting/{_folder(mailbox.address, mailbox.id)}", mailbox.id
    grants = (col(Grant.mailbox_id) == at, col(Grant.assistant_id) == person_id)
    agreed = (col(Agreement.mailbox_id) == at, col(Agreement.person_id) == person_id)
    return [
        (f"{folder}/access.json", as_json(resources, Rows(table=Grant, where=grants, shown=without(()), mailbox=at))),
        (
            f"{folder}/agreements.json",
            as_json(resources, Rows(table=Agreement, where=agreed, shown=without(()), mailbox=at)),
        ),
        (f"{folder}/handovers.json", as_json(resources, _own_notes(at, person_id))),
        (f"{folder}/acts.json", as_json(resources, own_acts(at, person_id))),
    ]


def _own_notes(mailbox_id: UUID, person_id: UUID) -> Rows:
    """Return the hand-over notes that a person has written at somebody else's mailbox."""
    (notes,) = [entry for entry in of_mailboxes() if entry.name == "handover"]
    table: Any = notes.table
    written = (table.mailbox_id == mailbox_id, table.author_id == person_id)
    return Rows(table=table, where=written, shown=without(()), mailbox=mailbox_id, sealed=notes.sealed)


def _folder(address: str, row_id: UUID) -> str:
    """Return a folder's name that every system takes; two mailboxes may have the same address."""
    return f"{re.sub(r'[^A-Za-z0-9@._-]', '_', address) or 'mailbox'}-{row_id.hex[:8]}"
