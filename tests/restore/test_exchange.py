"""Two databases are exchanged in one commit, or not at all: somebody came in, or another restore is at work."""

from __future__ import annotations

from contextlib import ExitStack

import psycopg
import pytest

from app.db import restore
from app.db.backup_file import checked
from app.db.copying import Copied
from app.db.master_key import existing_keys
from app.db.restore import MARK, beside, exchange, refuse_in_use, refuse_people
from app.errors import DatabaseTrouble
from tests.people import ALICE, make_person
from tests.restore.conftest import Drill, untold


@pytest.fixture
async def kept(drill: Drill) -> Drill:
    """A drill whose database knows Alice, as its backup does."""
    async with drill.opened() as resources:
        await make_person(resources, *ALICE)
    drill.backup()
    return drill


def people(drill: Drill) -> list[str]:
    """Return who is known in the database that the service would open."""
    with psycopg.connect(drill.copied.url) as connection:
        return [name for (name,) in connection.execute("select email from person").fetchall()]


def beside_it(drill: Drill) -> list[str]:
    """Return the databases that a restore has left beside."""
    with psycopg.connect(drill.copied.server_url) as server:
        rows = server.execute("select datname from pg_database where datname like %s", [f"{drill.copied.name}{MARK}%"])
        return [name for (name,) in rows.fetchall()]


async def test_a_service_that_comes_in_during_a_restore_keeps_its_database(kept: Drill) -> None:
    backup = checked(kept.file, existing_keys(kept.settings))
    with beside(kept.copied, backup, untold) as fresh, psycopg.connect(kept.copied.url):
        assert len(beside_it(kept)) == 1
        with pytest.raises(DatabaseTrouble, match="running on this database"):
            exchange(kept.copied, fresh)
    assert people(kept) == [ALICE[0]]
    assert beside_it(kept) == []


async def test_two_restores_at_once_do_not_get_in_each_others_way(kept: Drill) -> None:
    backup = checked(kept.file, existing_keys(kept.settings))
    with beside(kept.copied, backup, untold) as fresh:
        with pytest.raises(DatabaseTrouble, match="another restore is at work"), ExitStack() as second:
            second.enter_context(beside(kept.copied, backup, untold))
        assert beside_it(kept) == [fresh.name]
        exchange(kept.copied, fresh)
    assert people(kept) == [ALICE[0]]
    assert beside_it(kept) == []


async def test_what_a_killed_restore_has_left_goes_with_the_next(kept: Drill) -> None:
    with psycopg.connect(kept.copied.server_url, autocommit=True) as server:
        server.execute(f"create database {kept.copied.name}{MARK}left")  # type: ignore[call-overload]
    with beside(kept.copied, checked(kept.file, existing_keys(kept.settings)), untold) as fresh:
        assert beside_it(kept) == [fresh.name]
    assert beside_it(kept) == []


async def test_it_is_refused_while_somebody_works_there_or_has_data_there(kept: Drill) -> None:
    with psycopg.connect(kept.copied.url), pytest.raises(DatabaseTrouble, match="open connections: 1"):
        refuse_in_use(kept.copied)
    with pytest.raises(DatabaseTrouble, match=r"in this database \(1 of them"):
        refuse_people(kept.copied)


async def test_a_program_that_is_just_ending_is_waited_for(kept: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    going = psycopg.connect(kept.copied.url)
    asked = restore._connected

    def and_then_it_goes(copied: Copied) -> int:
        count = asked(copied)
        going.close()
        return count

    monkeypatch.setattr(restore, "_connected", and_then_it_goes)
    refuse_in_use(kept.copied)
    assert going.closed
