"""The embedded PostgreSQL in good days: made once, found again, wherever its data folder stands."""

from __future__ import annotations

import stat
from pathlib import Path

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict

from app.db import cluster_server, embedded
from app.db.cluster_traces import is_up
from tests.db.others import AS_ROOT, REACHABLE, answer, modes


def test_it_is_made_in_missing_folders_and_no_other_folder_changes(ground: Path) -> None:
    (ground / "there").mkdir(mode=0o705)
    (ground / "there").chmod(0o705)
    (ground / "there" / "note").write_text("mine")
    before = modes(ground)
    data_dir = ground / "there" / "not" / "yet"
    with embedded.running(data_dir) as first, psycopg.connect(first.owner_url) as connection:
        connection.execute("create table written as select 'and kept' as word")
    assert not is_up(data_dir / "postgres/data")
    after = modes(ground)
    assert {path: after[path] for path in before} == before
    for made in (data_dir.parent, data_dir, data_dir / "postgres"):
        assert after[str(made)][0] == (0o711 if AS_ROOT else 0o700)
    assert after[str(data_dir / "postgres/data")][0] == 0o700
    with embedded.running(data_dir) as second:
        assert answer(second.owner_url, "select word from written") == "and kept"


def test_it_keeps_its_promises_through_a_power_cut_unless_a_test_says_otherwise(used_dir: Path) -> None:
    with embedded.running(used_dir) as durable:
        for setting in cluster_server.NOT_DURABLE:
            assert answer(durable.admin_url, f"show {setting}") == "on"
        assert answer(durable.admin_url, "show data_checksums") == "on"
    with embedded.running(used_dir, durable=False) as forgetful:
        assert answer(forgetful.admin_url, "show fsync") == "off"


def test_a_relative_folder_and_a_link_to_a_folder_name_the_same_database(
    used_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(used_dir.parent)
    (used_dir.parent / "link").symlink_to(used_dir)
    with (
        embedded.running(Path("data"), durable=False) as one,
        embedded.running(used_dir.parent / "link", durable=False) as other,
    ):
        assert one == other


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("with space 'quote' \"double\" $HOME `id` %d {x} ñ;\\", False),
        ("with,comma", True),
        ("a" * 90, True),
    ],
)
def test_a_moved_data_folder_is_the_same_database_whatever_its_name(used_dir: Path, name: str, short: bool) -> None:
    with embedded.running(used_dir, durable=False) as cluster, psycopg.connect(cluster.owner_url) as owner:
        owner.execute("drop table if exists moved")
        owner.execute("create table moved as select 'with its folder' as word")
    if not (REACHABLE or short):
        pytest.skip("the programs are copied into this folder, and pg_ctl stumbles on its name")
    named = used_dir.rename(used_dir.parent / name)
    with embedded.running(named, durable=False) as cluster:
        assert answer(cluster.owner_url, "select word from moved") == "with its folder"
        assert (cluster.socket_folder.parent != named / "postgres") is short
        assert stat.S_IMODE(cluster.socket_folder.stat().st_mode) == 0o700
        assert conninfo_to_dict(cluster.owner_url)["host"] == str(cluster.socket_folder)
    assert cluster.socket_folder.exists() is not short
    named.rename(used_dir)


def test_people_s_data_never_reach_the_server_s_log(used_dir: Path) -> None:
    with embedded.running(used_dir, durable=False) as cluster:
        with psycopg.connect(cluster.owner_url, autocommit=True) as owner:
            owner.execute("drop table if exists sender")
            owner.execute("create table sender (address text primary key)")
            owner.execute("insert into sender values ('joel@clients.example')")
            with pytest.raises(errors.UniqueViolation):
                owner.execute("insert into sender values ('joel@clients.example')")
            with pytest.raises(errors.UndefinedTable):
                owner.execute("select 'joel@clients.example' from nowhere")
        logs = "".join(path.read_text() for path in (used_dir / "postgres/log").iterdir())
    assert "duplicate key" in logs
    assert "joel" not in logs


def test_the_logs_do_not_pile_up(used_dir: Path) -> None:
    for log in (used_dir / "postgres/log").iterdir():
        log.unlink()
    for second in range(20):
        (used_dir / f"postgres/log/postgres-20200101-0000{second:02}.log").write_text("old\n")
    with embedded.running(used_dir, durable=False):
        names = sorted(path.name for path in (used_dir / "postgres/log").glob("postgres-*"))
    assert len(names) <= 6
    assert "postgres-20200101-000019.log" in names
