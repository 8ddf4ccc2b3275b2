"""A person as an operator names her on the command line."""

from __future__ import annotations

import sys

import typer

from app.actions.people_named import people_named
from app.actions.resources import Resources
from app.errors import NotFound
from app.models.person import Person


async def somebody(resources: Resources, named: str) -> Person:
    """Return the one person with this address or id; raise NotFound for nobody, and exit 2 for more than one.

    An address proves nothing: the same one at Google and at Microsoft is two people, so they are listed by id.
    """
    found = await people_named(resources, named)
    if not found:
        raise NotFound("There is nobody by the address or id {name} here.", name=named)
    if len(found) > 1:
        print(f"{len(found)} people have the address {named}. Say which by the id:", file=sys.stderr)
        for each in found:
            print(f"  {each.id}  {each.label}, signs in at {each.issuer}", file=sys.stderr)
        raise typer.Exit(2)
    return found[0]
