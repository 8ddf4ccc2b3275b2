"""`migrate`: it brings a database to this version, says what it may not make itself, and can be run again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from app.db.cluster_server import ADMIN
from app.db.migrate import newest
from tests.cli.conftest import MASTER_KEY


@pytest.fixture
def owner(cluster, empty_database) -> dict[str, str]:
    """The settings of an operator with an empty database: the owner of the tables migrates, the service serves."""
    return {
        "DESKHAND_DATABASE_URL": cluster.url("deskhand_service", empty_database),
        "DESKHAND_MIGRATE_DATABASE_URL": cluster.url("deskhand_owner", empty_database),
        "DESKHAND_MASTER_KEY": MASTER_KEY,
    }


def test_a_database_is_brought_to_this_version_and_a_second_run_changes_nothing(deskhand, owner):
    said = deskhand("migrate", "--check", **owner)
    assert said.code == 1
    assert "none" in said.out
    assert newest() in said.out
    for _ in range(2):
        said = deskhand("migrate", **owner)
        assert (said.code, said.out) == (0, f"The database is at version {newest()}.\n")
    assert deskhand("migrate", "--check", **owner).code == 0
    assert "opens this database" in deskhand("doctor", **owner).out


def test_checking_makes_nothing(deskhand, owner):
    deskhand("migrate", "--check", **owner)
    with psycopg.connect(owner["DESKHAND_MIGRATE_DATABASE_URL"]) as connection:
        assert connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone() == (0,)


def test_two_migrations_at_once_both_end_well(start, owner):
    def ended(_: int) -> int:
        return start("migrate", **owner).ends().code

    with ThreadPoolExecutor() as pool:
        assert list(pool.map(ended, range(2))) == [0, 0]


def test_a_database_that_is_away_is_one_sentence_without_its_password(deskhand):
    said = deskhand("migrate", DESKHAND_DATABASE_URL="postgresql://deskhand:hunter2@127.0.0.1:1/x")
    assert said.code == 1
    assert "could not be brought to this version" in said.sentence
    assert "hunter2" not in said.err


def test_a_login_that_may_make_no_tables_is_told(deskhand, owner, cluster, empty_database):
    with psycopg.connect(cluster.url(ADMIN, empty_database), autocommit=True) as admin:
        admin.execute("revoke create on schema public from public")
    said = deskhand("migrate", **{**owner, "DESKHAND_MIGRATE_DATABASE_URL": owner["DESKHAND_DATABASE_URL"]})
    assert said.code == 1
    assert "permission denied" in said.sentence
