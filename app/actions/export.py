"""A copy of everything Deskhand keeps about a person: a zip of JSON files, made while it is read.

There is no mail text in it, because none is kept; no token and no secret; and of other people only the name and address
by which she knows them here already.
"""

from __future__ import annotations

from app import clock
from app.access.acts import Act
from app.actions.export_files import files_of
from app.actions.hand import About
from app.actions.holdings import holdings
from app.actions.resources import Resources
from app.actions.seats import open_desk
from app.actions.zipped import Chunks, zipped
from app.locale.catalogues import Language
from app.models.person import Person


async def export(
    resources: Resources, person: Person, language: Language, *, surface: str, by_operator: bool = False
) -> Chunks:
    """Note in the log of each mailbox of hers that a copy was taken, and return the zip's bytes as they are made."""
    found = await holdings(resources, person.id)
    for mailbox in found.own:
        desk = await open_desk(resources, person.id, mailbox.id, surface=surface)
        async with desk.act(Act.EXPORT, About(noted={"reason": "operator"} if by_operator else {})):
            pass
    return zipped(files_of(resources, person, found, language), clock.now())


def file_name() -> str:
    """Return what the file of a copy is called."""
    return f"deskhand-{clock.now():%Y-%m-%d}.zip"
