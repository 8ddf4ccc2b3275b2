"""`backup` and `restore` as an operator runs them: real processes, a real data folder, a service at work on it."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from app.actions.opening import open_resources
from app.db.cluster_server import ADMIN
from app.db.embedded import running
from app.db.master_key import FILE_NAME
from app.db.migrate import migrate, newest
from tests.cli.conftest import MASTER_KEY
from tests.house.result import ROOT
from tests.people import ALICE, BOB, make_person, practice_settings

SQL = ROOT / "migrations/sql"


def known(data_dir: Path) -> list[str]:
    """Return who is known in the database of a data folder, and what other databases lie beside it."""
    with running(data_dir) as cluster, psycopg.connect(cluster.url(ADMIN)) as admin:
        people = [name for (name,) in admin.execute("select email from person order by email").fetchall()]
        beside = admin.execute("select datname from pg_database where datname like 'deskhand\\_%'").fetchall()
        return [*people, *(name for (name,) in beside)]


def signs_in(data_dir: Path, who: tuple[str, str]) -> None:
    """Have somebody sign in at the service of a data folder."""

    async def once(url: str) -> None:
        async with open_resources(practice_settings(data_dir), url, pool_size=1) as resources:
            await make_person(resources, *who)

    with running(data_dir) as cluster:
        migrate(cluster.owner_url)
        asyncio.run(once(cluster.service_url))


@contextmanager
def serving(start, data_dir: Path) -> Iterator[None]:
    """Run the service on a data folder."""
    service = start("serve", "--port", "0", data_dir=data_dir)
    service.until(lambda: "Application startup complete" in service.err)
    yield
    service.process.terminate()
    service.ends()


def test_a_backup_taken_from_a_running_service_is_put_back_with_all_refusals_on_the_way(start, deskhand, ground):
    data, file = ground / "data", str(ground / "x.backup")
    signs_in(data, ALICE)
    with serving(start, data):
        said = start("backup", file, data_dir=data).ends()
        assert (said.code, said.err) == (0, "")
        assert "0 mailboxes of 1 people" in said.out
        assert str(data / FILE_NAME) in said.out
        assert "is not in it" in said.out
        refused = deskhand("restore", file, "--replace", data_dir=data)
        assert refused.code == 1
        assert "Deskhand is running on this database" in refused.sentence
    signs_in(data, BOB)
    refused = deskhand("restore", file, data_dir=data)
    assert refused.code == 1
    assert refused.sentence.startswith("People have their data in this database (2 of them)")
    said = start("restore", file, "--replace", data_dir=data).ends()
    assert (said.code, said.err) == (0, "")
    assert re.search(r"The database is as it was at \d{4}-\d\d-\d\d", said.out)
    assert known(data) == [ALICE[0]]

    new = ground / "new"
    without_key = deskhand("restore", file, data_dir=new)
    assert without_key.code == 1
    assert "The master key is not here" in without_key.sentence
    assert not (new / FILE_NAME).exists()
    new.mkdir(mode=0o755, exist_ok=True)
    shutil.copy(data / FILE_NAME, new / FILE_NAME)
    assert deskhand("restore", file, data_dir=new).code == 0
    assert known(new) == [ALICE[0]]


@pytest.fixture
def server(cluster, database_url) -> dict[str, str]:
    """The settings of somebody with a PostgreSQL of her own, whose migrations run as a login that may copy it."""
    name = psycopg.conninfo.conninfo_to_dict(database_url)["dbname"]
    return {
        "DESKHAND_DATABASE_URL": database_url,
        "DESKHAND_MIGRATE_DATABASE_URL": cluster.url(ADMIN, str(name)),
        "DESKHAND_MASTER_KEY": MASTER_KEY,
    }


@pytest.fixture
async def somebody(server, settings) -> None:
    """Alice has signed in at that server."""
    given = practice_settings(settings.data_dir, master_key=MASTER_KEY)
    async with open_resources(given, server["DESKHAND_DATABASE_URL"], pool_size=1) as resources:
        await make_person(resources, *ALICE)


def people(server: dict[str, str]) -> list[str]:
    """Return who is known at that server."""
    with psycopg.connect(server["DESKHAND_MIGRATE_DATABASE_URL"]) as admin:
        return [name for (name,) in admin.execute("select email from person").fetchall()]


def test_a_server_of_ones_own_is_copied_and_put_back_the_same_way(deskhand, server, somebody, ground):
    said = deskhand("backup", "x.backup", **server)
    assert (said.code, said.err) == (0, "")
    assert "DESKHAND_MASTER_KEY" in said.out
    assert (ground / "x.backup").stat().st_mode & 0o777 == 0o600
    with psycopg.connect(server["DESKHAND_MIGRATE_DATABASE_URL"]) as admin:
        admin.execute("delete from person")
    assert deskhand("restore", "x.backup", **server).code == 0
    assert people(server) == [ALICE[0]]
    assert deskhand("migrate", "--check", **server).code == 0
    assert deskhand("doctor", **server).out.count("opens this database") == 1  # the service's own login gets in


def test_a_login_that_does_not_see_every_row_is_told_what_to_do(deskhand, server, somebody, cluster):
    name = str(psycopg.conninfo.conninfo_to_dict(server["DESKHAND_DATABASE_URL"])["dbname"])
    owner = server | {"DESKHAND_MIGRATE_DATABASE_URL": cluster.url("deskhand_owner", name)}
    said = deskhand("backup", "x.backup", **owner)
    assert said.code == 1
    assert "alter role deskhand_owner bypassrls createdb" in said.sentence


def test_another_master_key_opens_no_backup_and_makes_none(deskhand, server, somebody, ground):
    assert deskhand("backup", "x.backup", **server).code == 0
    other = server | {"DESKHAND_MASTER_KEY": MASTER_KEY.replace("a", "b")}
    for words in (("restore", "x.backup", "--replace"), ("backup", "y.backup")):
        said = deskhand(*words, **other)
        assert said.code == 1
        assert "not the key this database was made with" in said.sentence
    assert people(server) == [ALICE[0]]
    assert [path.name for path in ground.glob("*.backup")] == ["x.backup"]


def test_an_older_backup_is_brought_to_this_version(deskhand, server, somebody):
    with psycopg.connect(server["DESKHAND_MIGRATE_DATABASE_URL"]) as admin:
        later_ones = ("0021_declined", "0020_unfinished", "0019_of_draft", "0018_sending_limits", "0017_restoration")
        for later in later_ones:
            admin.execute((SQL / f"{later}_down.sql").read_text().encode())
        admin.execute("update alembic_version set version_num = '0016'")
    assert deskhand("backup", "x.backup", **server).code == 0
    assert deskhand("restore", "x.backup", "--replace", **server).code == 0
    assert newest() in deskhand("migrate", "--check", **server).out
    assert people(server) == [ALICE[0]]


def test_a_backup_of_a_later_version_is_not_touched(deskhand, server, somebody):
    with psycopg.connect(server["DESKHAND_MIGRATE_DATABASE_URL"]) as admin:
        admin.execute("update alembic_version set version_num = '9999'")
    assert deskhand("backup", "x.backup", **server).code == 0
    said = deskhand("restore", "x.backup", "--replace", **server)
    assert said.code == 1
    assert "database version 9999" in said.sentence


def test_what_goes_wrong_on_the_way_leaves_the_database_as_it_was(deskhand, server, somebody, monkeypatch):
    assert deskhand("backup", "x.backup", **server).code == 0

    async def breaks(*_given: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.cli.restore.take_in", breaks)
    said = deskhand("restore", "x.backup", "--replace", **server)
    assert said.code == 1
    assert people(server) == [ALICE[0]]
    with psycopg.connect(server["DESKHAND_MIGRATE_DATABASE_URL"]) as admin:
        assert admin.execute("select from pg_database where datname like %s", ["%restoring%"]).fetchall() == []


@pytest.mark.parametrize(("words", "told"), [(("restore", "none"), "no backup"), (("backup", "no/x"), "cannot be")])
def test_a_wrong_name_is_one_sentence(deskhand, server, somebody, words, told):
    said = deskhand(*words, **server)
    assert said.code == 1
    assert told in said.sentence


def test_a_list_of_erasures_that_is_not_there_is_one_sentence(deskhand, server, somebody):
    assert deskhand("backup", "x.backup", **server).code == 0
    said = deskhand("restore", "x.backup", "--replace", "--erased", "gone.list", **server)
    assert said.code == 1
    assert "gone.list" in said.sentence


def test_a_database_that_nobody_has_used_has_nothing_to_back_up(deskhand, server):
    said = deskhand("backup", "x.backup", **server)
    assert said.code == 1
    assert "nothing to back up" in said.sentence
