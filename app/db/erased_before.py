"""The list of erasures as a database has it that is about to be replaced, whatever version it is at."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import psycopg


def erased_before(url: str) -> list[tuple[datetime, UUID, bytes]]:
    """Return when somebody was erased, by which id and keyed digest; nothing where there is no such table yet."""
    with psycopg.connect(url, connect_timeout=10) as connection:
        try:
            return connection.execute("select asked_at, id, identity from erasure").fetchall()
        except psycopg.errors.UndefinedTable:
            return []
