"""What is left in the database of somebody who was erased: every row of every table is looked through."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from sqlmodel import SQLModel

from app.actions.resources import Resources
from app.db.cluster_server import ADMIN
from app.db.embedded import Cluster
from app.errors import DatabaseTrouble
from app.models.columns import Digest

TABLES = SQLModel.metadata.tables
Row = tuple[str, dict[str, object]]


def rows(cluster: Cluster, database_url: str) -> Iterator[Row]:
    """Yield every row of every table of ours, read by the superuser."""
    name = str(conninfo_to_dict(database_url)["dbname"])
    with psycopg.connect(cluster.url(ADMIN, name), row_factory=psycopg.rows.dict_row) as admin:
        for table in sorted(TABLES):
            for row in admin.execute(sql.SQL("select * from {}").format(sql.Identifier(table))):
                yield table, row


def holding(all_rows: list[Row], words: dict[str, str]) -> dict[str, list[str]]:
    """Return which of these words stand where, as they are or in hexadecimal; by word, the tables and columns."""
    found: dict[str, list[str]] = {}
    for table, row in all_rows:
        for column, value in row.items():
            said = bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)
            for what, word in words.items():
                if word in said or word.encode().hex() in said:
                    found.setdefault(what, []).append(f"{table}.{column}")
    return found


def sealed(all_rows: list[Row]) -> set[bytes]:
    """Return everything that is sealed or wrapped, but for whom a log's entries name.

    Those stay in the chain, which nobody cuts; without the mailbox's key they are noise.
    """
    secret = {(name, column.name) for name, table in TABLES.items() for column in table.columns if _seals(column)}
    secret -= {("audit_entry", "recipients")}
    return {bytes(value) for table, row in all_rows for key, value in row.items() if value and (table, key) in secret}  # type: ignore[call-overload]


def of_mailbox(all_rows: list[Row], mailbox_id: UUID) -> list[Row]:
    """Return the rows that belong to one mailbox, its own among them."""

    def belongs(table: str, row: dict[str, object]) -> bool:
        around = (row.get("mailbox_id"), row.get("about_mailbox_id"), row.get("id") if table == "mailbox" else None)
        return mailbox_id in around

    return [(table, row) for table, row in all_rows if belongs(table, row)]


def opens_anything(resources: Resources, all_rows: list[Row], mailbox_id: UUID) -> bool:
    """Say whether the master key opens a key of this mailbox anywhere in the database."""
    for value in sealed(all_rows):
        for name in (resources.keys.newest_id,):
            try:
                resources.keys.unwrap(value, mailbox_id.bytes, name)
            except DatabaseTrouble:
                continue
            return True
    return False


def _seals(column: object) -> bool:
    kind, name = getattr(column, "type", None), getattr(column, "name", "")
    digests = ("sha256", "hash", "identity", "proof", "secret")
    return isinstance(kind, Digest) and not any(word in name for word in digests)
