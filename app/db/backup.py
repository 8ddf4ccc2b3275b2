"""Take a backup: everything as it was at one moment, while the service goes on."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import psycopg
from psycopg import IsolationLevel

from app.clock import offset
from app.db.backup_file import DUMP, README, WORDS, Manifest, Told, new_backup
from app.db.copying import Copied, dumped
from app.db.sealed import MasterKeys
from app.errors import DatabaseTrouble

EMPTY = "There is nothing to back up: this database has no tables of Deskhand's, or the service has never run on it."
_FACTS = """
select clock_timestamp(), pg_export_snapshot(), (select version_num from alembic_version),
       (select master_id from installation), (select count(*) from person where issuer <> ''),
       (select count(*) from mailbox where provider_subject <> id::text)
"""


def back_up(copied: Copied, keys: MasterKeys, path: Path, *, replace: bool, told: Told) -> Manifest:
    """Write a backup of this database to a file and return what it says of itself.

    Raises DatabaseTrouble with a sentence; nothing half-written is left then.
    """
    with psycopg.connect(copied.url, connect_timeout=10) as connection:
        connection.isolation_level, connection.read_only = IsolationLevel.REPEATABLE_READ, True
        at, snapshot, schema, master_id, people, mailboxes = _facts(connection)
        taken_at = at + offset()  # before the first row was read: what happened later may be missing, nothing earlier
        keys.named(master_id)  # a backup that no key at hand opens would be found out when it is needed
        with new_backup(path, replace=replace) as file:
            file.add(DUMP, dumped(copied, snapshot), told)
            file.add(README, [WORDS.format(taken_at=taken_at.isoformat(), master_id=master_id).encode()])
            manifest = Manifest(
                taken_at=taken_at,
                schema=schema,
                master_id=master_id,
                people=people,
                mailboxes=mailboxes,
                parts=file.parts,
            )
            file.close(manifest, keys)
    return manifest


def _facts(connection: psycopg.Connection) -> tuple[datetime, str, str, str, int, int]:
    try:
        found = connection.execute(_FACTS).fetchone()
    except psycopg.errors.UndefinedTable:
        raise DatabaseTrouble(EMPTY) from None
    if found is None or found[3] is None:
        raise DatabaseTrouble(EMPTY)
    at, snapshot, schema, master_id, people, mailboxes = found
    return at, snapshot, schema, master_id, people, mailboxes
