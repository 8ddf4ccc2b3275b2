"""The logins of the embedded PostgreSQL: who may log in, as whom, and how little each may."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from app.db import embedded
from app.errors import DatabaseTrouble
from tests.db.others import AS_ROOT, answer, told_as


@pytest.fixture(scope="module")
def cluster(one_data_dir: Path) -> Iterator[embedded.Cluster]:
    """One running cluster for all the questions that change nothing."""
    with embedded.running(one_data_dir, durable=False) as cluster:
        yield cluster


def test_the_owner_owns_the_database_and_makes_neither_roles_nor_databases(cluster: embedded.Cluster) -> None:
    assert answer(cluster.owner_url, "select current_user") == "deskhand_owner"
    owner = "select pg_get_userbyid(datdba) from pg_database where datname = current_database()"
    assert answer(cluster.owner_url, owner) == "deskhand_owner"
    for refused in ("create role eve", "create database more", "create extension dblink"):
        with psycopg.connect(cluster.owner_url, autocommit=True) as connection, pytest.raises(psycopg.Error):
            connection.execute(refused)
    with psycopg.connect(cluster.owner_url) as connection:
        connection.execute("create table mine ()")
        connection.rollback()


@pytest.mark.parametrize("login", ["deskhand_owner", "deskhand_service"])
def test_neither_login_gets_round_row_level_security(cluster: embedded.Cluster, login: str) -> None:
    question = (
        "select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication from pg_roles"
        " where rolname = session_user"
    )
    assert answer(cluster.url(login), question) is False


def test_the_service_may_nothing_before_it_has_said_as_whom(cluster: embedded.Cluster) -> None:
    with psycopg.connect(cluster.owner_url) as owner:
        owner.execute("drop table if exists rows, due")
        owner.execute("create table rows as select 1 as n")
        owner.execute("create table due as select 2 as n")
        owner.execute("grant select on rows to deskhand_app")
        owner.execute("grant select on due to deskhand_dispatch")
    with psycopg.connect(cluster.service_url, autocommit=True) as service:
        with pytest.raises(errors.InsufficientPrivilege):
            service.execute("select n from rows")
        service.execute("set role deskhand_app")
        assert service.execute("select n from rows").fetchall() == [(1,)]
        with pytest.raises(errors.InsufficientPrivilege):
            service.execute("select n from due")
        service.execute("set role deskhand_dispatch")
        assert service.execute("select n from due").fetchall() == [(2,)]
        for role in ("deskhand_owner", "postgres"):
            with pytest.raises(errors.InsufficientPrivilege):
                service.execute(f"set role {role}")  # type: ignore[call-overload]
        with pytest.raises(errors.InsufficientPrivilege):
            service.execute("create table mine ()")


@pytest.mark.parametrize("role", ["deskhand_app", "deskhand_dispatch"])
def test_roles_without_a_login_cannot_log_in(cluster: embedded.Cluster, role: str) -> None:
    with pytest.raises(psycopg.OperationalError, match=r"eer authentication|not permitted to log in"):
        psycopg.connect(cluster.url(role))


def test_there_is_no_port_only_a_socket_closed_to_others(cluster: embedded.Cluster) -> None:
    assert answer(cluster.admin_url, "show listen_addresses") == ""
    assert stat.S_IMODE(cluster.socket_folder.stat().st_mode) == 0o700
    assert stat.S_ISSOCK((cluster.socket_folder / ".s.PGSQL.5432").stat().st_mode)


@pytest.mark.skipif(not AS_ROOT, reason="only root can become another user")
@pytest.mark.parametrize("role", ["postgres", "deskhand_owner", "deskhand_service"])
def test_not_even_the_user_whom_the_server_runs_as_may_log_in(cluster: embedded.Cluster, role: str) -> None:
    def log_in() -> None:
        try:
            psycopg.connect(cluster.url(role))
        except psycopg.OperationalError as refused:
            words = str(refused).strip().splitlines()[-1]
            raise DatabaseTrouble(words + ".") from None

    assert "Peer authentication failed" in told_as("nobody", log_in)


def test_the_programs_for_a_backup_come_with_it(cluster: embedded.Cluster) -> None:
    assert (cluster.programs / "pg_dump").exists()
    assert (cluster.programs / "pg_restore").exists()
