"""Migrations: from nothing to this version, twice and at once without harm, and each refusal one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
import pytest
from alembic import command
from psycopg.conninfo import conninfo_to_dict

from app.db import migrate
from app.db.cluster_server import ADMIN
from app.db.embedded import Cluster
from app.db.migrate import newest, version
from app.errors import DatabaseTrouble

# Every column with its rights, every policy and index: what a migration and its way back have to agree on.
SHAPE = """
select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, c.relacl::text, c.relforcerowsecurity
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = 'public'::regnamespace
union all select tablename, policyname, coalesce(qual, ''), true, roles::text, true from pg_policies
order by 1, 2, 3
"""


def _back(url: str, to: str) -> None:
    config = migrate._config()
    with migrate._connected(url) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, to)
        connection.commit()


def name_of(url: str) -> str:
    return str(conninfo_to_dict(url)["dbname"])


@pytest.fixture
def empty(cluster: Cluster) -> Iterator[str]:
    """The owner's address of a database without any table."""
    name = f"empty_{uuid4().hex}"
    with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
        admin.execute(f"create database {name} owner deskhand_owner")
        yield cluster.url("deskhand_owner", name)
        admin.execute(f"drop database {name} with (force)")


def test_a_new_database_comes_to_this_version_and_a_second_run_changes_nothing(empty: str) -> None:
    assert version(empty) == ""
    assert migrate.migrate(empty) == newest() == version(empty)
    with psycopg.connect(empty) as connection:
        before = connection.execute("select count(*) from pg_class").fetchone()
        migrate.migrate(empty)
        assert connection.execute("select count(*) from pg_class").fetchone() == before


def test_migrations_at_once_wait_for_each_other(empty: str) -> None:
    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(migrate.migrate, [empty] * 3)) == {newest()}


def test_a_migration_that_fails_leaves_nothing_behind(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with psycopg.connect(empty) as connection:
        connection.execute("create table approval (mine text)")
    with pytest.raises(DatabaseTrouble, match="could not be brought to this version") as refused:
        migrate.migrate(empty)
    assert "approval" in refused.value.sentence()
    with psycopg.connect(empty) as connection:
        tables = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
    assert {name for (name,) in tables} <= {"approval", "alembic_version"}
    assert version(empty) == ""


def test_who_may_not_make_tables_is_told_so(cluster: Cluster, empty: str) -> None:
    with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
        admin.execute(f"grant connect on database {name_of(empty)} to deskhand_service")
    with pytest.raises(DatabaseTrouble, match="permission denied") as refused:
        migrate.migrate(cluster.url("deskhand_service", name_of(empty)))
    assert "\n" not in refused.value.sentence()
    assert version(empty) == ""


def test_a_database_that_is_away_is_told_in_one_sentence() -> None:
    for look in (migrate.migrate, version):
        with pytest.raises(DatabaseTrouble) as refused:
            look("postgresql://nobody@127.0.0.1:1/nowhere")
        assert "could not be brought to this version" in refused.value.sentence()
        assert "\n" not in refused.value.sentence()


def test_without_the_right_to_make_roles_the_sql_for_an_administrator_is_printed() -> None:
    class May:
        def execute(self, statement: object, _values: object = None) -> May:
            self.asked = str(statement)
            return self

        def scalars(self) -> list[str]:
            return ["deskhand_app"]

        def scalar(self) -> bool:
            return False

    with pytest.raises(DatabaseTrouble, match="create role deskhand_dispatch nologin") as refused:
        migrate._make_roles(May())  # type: ignore[arg-type]
    for word in ("deskhand_service", "nobypassrls", "noinherit", "grant deskhand_app, deskhand_dispatch"):
        assert word in refused.value.sentence()


def test_one_goes_back_to_the_first_version_and_forth_again_and_not_behind_it(empty: str) -> None:
    migrate.migrate(empty)
    with psycopg.connect(empty) as connection:
        before = connection.execute(SHAPE).fetchall()
    _back(empty, "0001")
    assert version(empty) == "0001"
    with pytest.raises(NotImplementedError, match="restore a backup"):
        _back(empty, "base")
    migrate.migrate(empty)
    assert version(empty) == newest()
    with psycopg.connect(empty) as connection:
        assert connection.execute(SHAPE).fetchall() == before


ROWS = """
insert into person (id, issuer, subject, name, email, language, zone, created_at)
select n::uuid, 'i', n, 'P', 'p@x.example', 'en', 'UTC', now() from (values
  ('00000000-0000-0000-0000-000000000001'), ('00000000-0000-0000-0000-000000000002'),
  ('00000000-0000-0000-0000-000000000003'), ('00000000-0000-0000-0000-000000000004')) as v(n);
insert into mailbox (id, owner_id, provider, provider_subject, address, zone, state, senders_version, created_at,
  consent_limit)
values ('00000000-0000-0000-0000-0000000000aa', '00000000-0000-0000-0000-000000000001', 'gmail', 's', 'a@x.example',
  'UTC', 'active', 4, now(), '');
insert into grants (mailbox_id, id, owner_id, assistant_id, scopes, needs_approval, conditions, status, version,
  begins_at, expires_at, created_at)
select '00000000-0000-0000-0000-0000000000aa', gen_random_uuid(), '00000000-0000-0000-0000-000000000001', who::uuid,
  '{mail.list}', asks, bound::jsonb, 'active', 1, now(), now() + interval '1 day', now()
from (values ('00000000-0000-0000-0000-000000000002', 'never', '{"changes_a_day": 1}'),
  ('00000000-0000-0000-0000-000000000003', 'free_text', '{}'),
  ('00000000-0000-0000-0000-000000000004', 'never', '{}')) as g(who, asks, bound);
insert into invitation (mailbox_id, id, secret_sha256, scopes, needs_approval, conditions, grant_until, language, state,
  created_at, expires_at, name)
select '00000000-0000-0000-0000-0000000000aa', gen_random_uuid(), decode(n, 'hex'), '{mail.list}', 'always',
  bound::jsonb, now(), 'en', 'open', now(), now(), ''
from (values ('01', '{"changes_a_day": 1}'), ('02', '{}')) as i(n, bound);
"""


def test_whoever_goes_back_behind_conditions_lets_nobody_do_more_than_before(cluster: Cluster, empty: str) -> None:
    """The one who migrates is the owner of the tables, whom forced policies bind; what is left is read by another."""
    migrate.migrate(empty)
    with psycopg.connect(cluster.url(ADMIN, name_of(empty)), autocommit=True) as admin:
        admin.execute(ROWS)
        _back(empty, "0003")
        grants = admin.execute("select assistant_id::text, status, needs_approval, version from grants order by 1")
        assert [(who[-1], *rest) for who, *rest in grants.fetchall()] == [
            ("2", "paused", "never", 2),
            ("3", "paused", "always", 2),
            ("4", "active", "never", 1),
        ]
        assert admin.execute("select encode(secret_sha256, 'hex') from invitation").fetchall() == [("02",)]
        assert admin.execute("select senders_version from mailbox").fetchall() == [(5,)]
    migrate.migrate(empty)
    with psycopg.connect(empty) as bound:
        assert bound.execute("select count(*) from grants").fetchone() == (0,)
