"""The pool and its transactions: for whom they read, that nothing stays behind, and each trouble one sentence."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import text

from app import clock
from app.actions.opening import open_resources
from app.actions.resources import Resources
from app.db.database import Database, opened
from app.db.embedded import Cluster
from app.errors import Conflict, DatabaseTrouble
from app.models.mailbox import Mailbox
from app.settings import Settings

SETTINGS = text(
    "select current_user, current_setting('deskhand.mailbox', true), current_setting('deskhand.person', true)"
)


async def test_a_transaction_says_for_whom_it_reads_and_leaves_nothing_behind(resources: Resources) -> None:
    mailbox, person = uuid4(), uuid4()
    async with resources.db.transaction(mailbox=mailbox, person=person) as session:
        assert tuple((await session.execute(SETTINGS)).one()) == ("deskhand_app", str(mailbox), str(person))
    for _ in range(12):  # whichever connection of the pool comes next
        async with resources.db.transaction() as session:
            assert tuple((await session.execute(SETTINGS)).one()) == ("deskhand_app", "", "")
        async with resources.db.pool.connection() as raw:
            row = await (await raw.execute("select current_setting('deskhand.mailbox', true), current_user")).fetchone()
            assert row is not None
            assert (row[0] or "", row[1]) == ("", "deskhand_app")


async def test_two_at_once_do_not_read_for_each_other(resources: Resources) -> None:
    async def reads_for() -> bool:
        mailbox = uuid4()
        async with resources.db.transaction(mailbox=mailbox) as session:
            await session.execute(text("select pg_sleep(0.01)"))
            return tuple((await session.execute(SETTINGS)).one())[1] == str(mailbox)

    assert all(await asyncio.gather(*(reads_for() for _ in range(30))))


async def test_what_fails_leaves_nothing_written(resources: Resources, mailbox: Mailbox) -> None:
    async def begun_and_given_up() -> None:
        async with resources.db.transaction(mailbox=mailbox.id) as session:
            (await session.get_one(Mailbox, mailbox.id)).zone = "Europe/Paris"
            await session.flush()
            raise Conflict

    with pytest.raises(Conflict):
        await begun_and_given_up()
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        assert (await session.get_one(Mailbox, mailbox.id)).zone == mailbox.zone


async def test_each_transaction_tells_the_databases_time(resources: Resources) -> None:
    async with resources.db.transaction() as session:
        told = (await session.execute(text("select clock_timestamp()"))).scalar_one()
    assert abs(clock.now() - told) < timedelta(seconds=5)


async def test_a_database_that_is_away_is_told_in_one_sentence() -> None:
    for url in ("postgresql://deskhand_service@127.0.0.1:1/deskhand", "no connection string", "host=/nowhere dbname=x"):
        with pytest.raises(DatabaseTrouble, match="does not answer") as refused:
            async with opened(url):
                pass
        assert "\n" not in refused.value.sentence()
        assert len(refused.value.sentence()) < 400


async def test_a_wrong_password_does_not_show(cluster: Cluster) -> None:
    with pytest.raises(DatabaseTrouble) as refused:
        async with opened("postgresql://deskhand_service:hunter2@127.0.0.1:1/deskhand"):
            pass
    assert "hunter2" not in str(refused.value)


async def test_a_login_whom_the_wall_does_not_bind_is_refused(cluster: Cluster, database_url: str) -> None:
    name = str(conninfo_to_dict(database_url)["dbname"])
    for role in (str(conninfo_to_dict(cluster.admin_url)["user"]), "deskhand_owner"):
        with pytest.raises(DatabaseTrouble, match="row-level security does not bind"):
            async with opened(cluster.url(role, name)):
                pass


async def test_a_database_without_our_tables_is_told_to_be_migrated(cluster: Cluster, settings: Settings) -> None:
    name = f"bare_{uuid4().hex}"
    with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
        admin.execute(f"create database {name} owner deskhand_owner")
    try:
        with pytest.raises(DatabaseTrouble, match="deskhand migrate"):
            async with open_resources(settings, cluster.url("deskhand_service", name)):
                pass
    finally:
        with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
            admin.execute(f"drop database {name} with (force)")


async def test_a_database_of_another_version_is_told_which(
    cluster: Cluster, database_url: str, settings: Settings
) -> None:
    name = str(conninfo_to_dict(database_url)["dbname"])
    with psycopg.connect(cluster.url("deskhand_owner", name)) as owner:
        owner.execute("update alembic_version set version_num = '9999'")
    with pytest.raises(DatabaseTrouble, match="9999") as refused:
        async with open_resources(settings, database_url):
            pass
    assert "deskhand migrate" in refused.value.sentence()


async def test_connections_cut_off_are_told_and_then_replaced(
    resources: Resources, cluster: Cluster, database_url: str
) -> None:
    """As after a restart of the server: what was open is dead, what is asked next works again."""
    name = str(conninfo_to_dict(database_url)["dbname"])
    await asyncio.gather(*(_asked(resources) for _ in range(5)))
    with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
        admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])
    answers = [each for _ in range(15) for each in await asyncio.gather(_asked(resources), return_exceptions=True)]
    refused = [each for each in answers if each is not None]
    assert all(isinstance(each, DatabaseTrouble) for each in refused)
    assert all("Try again in a moment" in str(each) for each in refused)
    assert answers[-5:] == [None] * 5


async def _asked(resources: Resources) -> None:
    async with resources.db.transaction() as session:
        await session.execute(text("select 1"))


async def test_connections_cut_while_nobody_used_them_are_replaced_before_anybody_notices(
    cluster: Cluster, database_url: str
) -> None:
    """The server restarted overnight: the first person in the morning reads, and is not told to try again."""
    name = str(conninfo_to_dict(database_url)["dbname"])
    async with opened(database_url, size=3) as db:
        await asyncio.gather(*(_held_a_moment(db) for _ in range(3)))  # so that all three lie in the pool
        with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
            admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])
        async with db.transaction() as session:
            assert (await session.execute(text("select 1"))).scalar_one() == 1


async def _held_a_moment(db: Database) -> None:
    async with db.transaction() as session:
        await session.execute(text("select pg_sleep(0.05)"))


async def test_a_database_that_restarts_more_often_than_the_pool_is_large_is_answered_by_it(
    cluster: Cluster, database_url: str
) -> None:
    """Each restart breaks the connection that is lent just then; the pool must not count it as lent for ever."""
    name = str(conninfo_to_dict(database_url)["dbname"])

    async def asked_while_it_is_cut(db: Database) -> None:
        async with db.transaction() as session:
            with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
                admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])
            await session.execute(text("select 1"))

    async with opened(database_url, size=2) as db:
        for _ in range(4):
            with pytest.raises(DatabaseTrouble):
                await asked_while_it_is_cut(db)
        async with db.transaction() as session:
            assert (await session.execute(text("select 1"))).scalar_one() == 1
