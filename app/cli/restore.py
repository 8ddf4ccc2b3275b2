"""`restore`: a backup in the place of the database; nobody can do anything by it before its owners have looked."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from app.actions import erasure_list
from app.actions.opening import open_resources
from app.actions.take_in import TakenIn, take_in
from app.cli.given import given_clock, given_settings
from app.cli.how_far import shown
from app.db.backup_file import BackupFile, checked
from app.db.copying import Copied, copied_database
from app.db.erased_before import erased_before
from app.db.master_key import existing_keys
from app.db.restore import beside, exchange, refuse_in_use, refuse_newer, refuse_people
from app.settings import Settings


def restore(
    file: Annotated[str, typer.Argument(help="A backup that `deskhand backup` has written.")],
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of a database that has people in it.")
    ] = False,
    erased: Annotated[str, typer.Option(metavar="FILE", help="A list of erasures (erased.list) kept elsewhere.")] = "",
) -> None:
    """Put a backup in the place of the database. Stop every `serve` and `worker` first."""
    settings = given_settings()
    given_clock(settings)
    keys = existing_keys(settings)
    with shown("Checking the backup") as told:
        backup = checked(Path(file), keys, told)
    refuse_newer(backup)
    with copied_database(settings) as copied:
        refuse_in_use(copied)
        if not replace:
            refuse_people(copied)
        lines = _erasures(settings, copied, erased)
        with shown("Filling the database", backup.size) as told, beside(copied, backup, told) as fresh:
            taken = asyncio.run(_taken_in(settings, fresh, backup, lines))
            exchange(copied, fresh)
    _say(backup, taken)


def _erasures(settings: Settings, copied: Copied, kept_elsewhere: str) -> set[erasure_list.Line]:
    """Return every erasure that is known of: by the list, by one kept elsewhere, and by the database as it is now."""
    lines = erasure_list.read_list(erasure_list.file_of(settings))
    if kept_elsewhere:
        if not Path(kept_elsewhere).is_file():
            raise FileNotFoundError(2, "there is no such file", kept_elsewhere)
        lines |= erasure_list.read_list(Path(kept_elsewhere))
    return lines | {erasure_list.Line(at, row_id, identity) for at, row_id, identity in erased_before(copied.url)}


async def _taken_in(settings: Settings, fresh: Copied, backup: BackupFile, erased: set[erasure_list.Line]) -> TakenIn:
    async with open_resources(settings, fresh.service_url, pool_size=2) as resources:
        return await take_in(resources, fresh.url, backup_at=backup.manifest.taken_at, erased=erased)


def _say(backup: BackupFile, taken: TakenIn) -> None:
    print(f"The database is as it was at {backup.manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC.")
    print(f"{taken.erased} people were in it who had been erased; they are erased again.")
    print(f"{taken.mailboxes} mailboxes wait for their owners: every access is paused, every sign-in and open link has")
    print(
        "ended, and nothing leaves. Start the service: it compares the mailboxes, and asks each owner on her own page."
    )
