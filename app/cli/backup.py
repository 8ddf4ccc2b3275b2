"""`backup`: a copy of the database that can be restored, without the master key, and it says so."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from app.cli.given import given_clock, given_settings
from app.cli.how_far import shown
from app.db.backup import back_up
from app.db.copying import copied_database
from app.db.master_key import existing_keys, key_place


def backup(
    file: Annotated[str, typer.Argument(help="Where to write it; a name with today's date if none is given.")] = "",
    *,
    replace: Annotated[bool, typer.Option("--replace", help="Write over a file that is there.")] = False,
) -> None:
    """Write a backup of the database to a file; the service may go on meanwhile."""
    settings = given_settings()
    given_clock(settings)
    path = Path(file or f"deskhand-{datetime.now(UTC):%Y%m%d-%H%M%S}.backup")
    keys = existing_keys(settings)
    with copied_database(settings) as copied, shown("Copying the database") as told:
        made = back_up(copied, keys, path, replace=replace, told=told)
    print(f"{path}: {made.mailboxes} mailboxes of {made.people} people, as of {made.taken_at:%Y-%m-%d %H:%M:%S} UTC.")
    print(f"The master key is the other half and is not in it. It stands in {key_place(settings)}: keep a copy of it")
    print("somewhere else than the backup. Without it nobody can use the backup; with both, anybody can.")
    print("After every erasure, keep a copy of erased.list (in the data folder) too: a restore has to apply it again.")
