"""deploy/postgres/roles.sql on an empty PostgreSQL: the database it leaves is one that Deskhand accepts."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest

from app.db import database, migrate
from app.db.cluster_programs import programs, run, server_user
from app.errors import DatabaseTrouble
from tests.house.result import ROOT


@pytest.fixture(scope="module")
def server():
    """An empty server as the postgres image starts it, and roles.sql run on it; gives the socket's folder."""
    user = server_user()
    # Not pytest's own folder: as root, the server's user could not reach it.
    folder = Path(tempfile.mkdtemp(prefix="roles"))
    folder.chmod(0o755)
    home = folder / "home"
    home.mkdir()
    if user.other:
        os.chown(home, user.uid, user.gid)
    bin_ = programs(folder, user, alone=True)
    data, started = home / "data", ["-o", f"-c listen_addresses= -c unix_socket_directories={home}"]
    initdb = run([bin_ / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8"], user)
    assert initdb.returncode == 0, initdb.stderr
    start = run([bin_ / "pg_ctl", "-D", data, *started, "-l", home / "log", "-w", "start"], user)
    try:
        assert start.returncode == 0, start.stderr
        _run_roles_file(bin_ / "psql", home, folder)
        yield home
    finally:
        run([bin_ / "pg_ctl", "-D", data, "-m", "immediate", "stop"], user)
        shutil.rmtree(folder, ignore_errors=True)


def _run_roles_file(psql, home, folder):
    for name in ("owner_password", "service_password"):
        (folder / name).write_text(f"it's {name}\n")  # a quote in it must not end the SQL string
    text = (ROOT / "deploy" / "postgres" / "roles.sql").read_text().replace("/run/secrets", str(folder))
    # The image's own way of running such a file.
    done = subprocess.run(
        [psql, "-v", "ON_ERROR_STOP=1", "--no-psqlrc", "-h", home, "-U", "postgres", "-d", "postgres"],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def address(server, login):
    return f"host={server} dbname=deskhand user={login} password=x"


def test_the_owner_can_migrate_and_the_service_is_let_in(server):
    assert migrate.migrate(address(server, "deskhand_owner")) == migrate.newest()
    assert migrate.version(address(server, "deskhand_owner")) == migrate.newest()


async def test_the_service_takes_either_role_and_is_nothing_without_one(server):
    migrate.migrate(address(server, "deskhand_owner"))
    async with database.opened(address(server, "deskhand_service")) as db:
        for role in ("deskhand_app", "deskhand_dispatch"):
            async with db.transaction(role=role) as session:
                connection = await session.connection()
                assert (await connection.exec_driver_sql("select current_user")).scalar() == role
    with (
        psycopg.connect(address(server, "deskhand_service")) as bare,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        bare.execute("select count(*) from mailbox")


async def test_the_owner_and_the_administrator_are_refused_as_a_service(server):
    migrate.migrate(address(server, "deskhand_owner"))
    for login in ("deskhand_owner", "postgres"):
        with pytest.raises(DatabaseTrouble, match="superuser or as the owner"):
            async with database.opened(address(server, login)):
                pytest.fail(f"{login} was let in")


def test_no_other_login_gets_into_the_database(server):
    with psycopg.connect(address(server, "postgres"), autocommit=True) as administrator:
        administrator.execute("create role charlie login")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(address(server, "charlie"))


def test_no_login_of_ours_may_make_roles_or_databases_or_pass_row_level_security(server):
    with psycopg.connect(address(server, "postgres")) as administrator:
        rows = administrator.execute(
            "select rolname, rolsuper or rolcreaterole or rolcreatedb or rolbypassrls, rolpassword is not null "
            "from pg_authid where rolname like 'deskhand%' order by rolname"
        ).fetchall()
    assert rows == [
        ("deskhand_app", False, False),
        ("deskhand_dispatch", False, False),
        ("deskhand_owner", False, True),
        ("deskhand_service", False, True),
    ]
