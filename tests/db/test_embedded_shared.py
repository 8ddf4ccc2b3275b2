"""Several commands on one data folder: one server for all, and the last to leave stops it, however the others ended."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from app.db import embedded
from app.db.cluster_locks import one_at_a_time
from app.db.cluster_traces import disown, is_up
from tests.db.others import AS_ROOT, Command, is_alive, told, until

Starts = Callable[..., Command]


def server_of(data_dir: Path) -> int:
    """Return the process number of the server of this data folder."""
    return int((data_dir / "postgres/data/postmaster.pid").read_text().splitlines()[0])


def words_in(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [word for (word,) in connection.execute("select word from kept order by word").fetchall()]


def keep_first(url: str, word: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("drop table if exists kept")
        connection.execute("create table kept (word text)")
    keep(url, word)


def keep(url: str, word: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("insert into kept values (%s)", [word])


def test_two_commands_share_one_server_and_the_last_to_leave_stops_it(used_dir: Path, command: Starts) -> None:
    first, second = command(), command()
    urls = {first.comes_up(), second.comes_up()}
    assert len(urls) == 1
    server = server_of(used_dir)
    first.leaves()
    keep_first(urls.pop(), "after the first has left")
    assert server_of(used_dir) == server
    second.leaves()
    assert not is_up(used_dir / "postgres/data")
    assert not is_alive(server)


def test_one_process_may_use_it_twice(used_dir: Path) -> None:
    with embedded.running(used_dir, durable=False) as outer:
        with embedded.running(used_dir, durable=False) as inner:
            assert inner == outer
        keep_first(outer.owner_url, "still up")
    assert not is_up(used_dir / "postgres/data")


def test_commands_that_make_the_database_at_the_same_time_make_one(data_dir: Path, command: Starts) -> None:
    commands = [command(data_dir) for _ in range(3)]
    urls = {one.comes_up() for one in commands}
    assert len(urls) == 1
    keep_first(urls.pop(), "made once")
    for one in commands:
        one.leaves()
    assert not is_up(data_dir / "postgres/data")
    assert sorted(path.name for path in (data_dir / "postgres").glob("data*")) == ["data"]


def test_neither_a_forked_child_nor_a_started_program_keeps_the_server_up(used_dir: Path) -> None:
    with embedded.running(used_dir, durable=False):
        program = subprocess.Popen(["sleep", "60"], close_fds=False)
        child = os.fork()
        if child == 0:
            signal.pause()
    assert not is_up(used_dir / "postgres/data")
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    program.kill()
    program.wait()


def test_a_command_that_fails_inside_leaves_like_any_other(used_dir: Path) -> None:
    with pytest.raises(ZeroDivisionError), embedded.running(used_dir, durable=False):
        raise ZeroDivisionError
    assert not is_up(used_dir / "postgres/data")


def test_a_data_folder_that_vanishes_meanwhile_hides_no_other_error(
    used_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def work() -> None:
        with embedded.running(used_dir, durable=False):
            used_dir.rename(used_dir.parent / "away")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert "left running" in caplog.text
    (used_dir.parent / "away").rename(used_dir)
    with embedded.running(used_dir, durable=False):
        pass


def test_a_command_that_never_ends_its_turn_is_named_after_a_while(ground: Path) -> None:
    def wait() -> None:
        with one_at_a_time(ground, patience=0.05):
            raise AssertionError

    with one_at_a_time(ground):
        assert "Another Deskhand command" in told(wait)
    with one_at_a_time(ground, patience=0):
        pass


@pytest.mark.crash
def test_after_kill_9_of_a_command_the_next_one_finds_everything(used_dir: Path, command: Starts) -> None:
    first = command()
    keep_first(first.comes_up(), "written before")
    first.is_killed()
    assert is_up(used_dir / "postgres/data")
    second = command()
    url = second.comes_up()
    keep(url, "written after")
    assert words_in(url) == ["written after", "written before"]
    second.leaves()
    assert not is_up(used_dir / "postgres/data")


@pytest.mark.crash
def test_after_kill_9_of_command_and_server_the_next_one_finds_everything(used_dir: Path, command: Starts) -> None:
    first = command()
    keep_first(first.comes_up(), "written before")
    server = server_of(used_dir)
    first.is_killed()
    os.kill(server, signal.SIGKILL)
    with embedded.running(used_dir, durable=False) as cluster:
        assert words_in(cluster.owner_url) == ["written before"]
        assert server_of(used_dir) != server


@pytest.mark.crash
def test_when_the_server_dies_under_a_command_another_one_brings_it_back_for_both(
    used_dir: Path, command: Starts
) -> None:
    staying = command()
    url = staying.comes_up()
    keep_first(url, "written before")
    os.kill(server_of(used_dir), signal.SIGKILL)
    with embedded.running(used_dir, durable=False):
        assert words_in(url) == ["written before"]
    keep(url, "after the other has left")
    staying.leaves()
    assert not is_up(used_dir / "postgres/data")


@pytest.mark.crash
@pytest.mark.parametrize("ours", [True, False], ids=["of our own user", "of another user"])
def test_the_number_of_a_dead_server_may_be_another_program_s_by_now(
    used_dir: Path, command: Starts, ours: bool
) -> None:
    first = command()
    keep_first(first.comes_up(), "written before")
    server = server_of(used_dir)
    first.is_killed()
    os.kill(server, signal.SIGKILL)
    until(lambda: not is_alive(server))
    who = {"user": "nobody"} if AS_ROOT and ours else {}
    with subprocess.Popen(["sleep", "60"], **who) as program:  # type: ignore[call-overload]
        for stale in ("data/postmaster.pid", "run/.s.PGSQL.5432.lock"):
            path = used_dir / "postgres" / stale
            path.write_text(path.read_text().replace(str(server), str(program.pid), 1))
        assert not is_up(used_dir / "postgres/data")
        with embedded.running(used_dir, durable=False) as cluster:
            assert words_in(cluster.owner_url) == ["written before"]
        assert program.poll() is None
        program.kill()


@pytest.mark.crash
@pytest.mark.parametrize("moment", ["data.new-*", "data/postmaster.pid"])
def test_killed_while_it_makes_the_database_it_is_made_by_the_next_one(
    data_dir: Path, command: Starts, moment: str
) -> None:
    first = command(data_dir)
    until(lambda: list(data_dir.glob(f"postgres/{moment}")))
    first.is_killed()
    with embedded.running(data_dir, durable=False) as cluster:
        keep_first(cluster.owner_url, "made")
        assert words_in(cluster.owner_url) == ["made"]
    assert not is_up(data_dir / "postgres/data")


def test_a_server_s_own_mark_is_never_touched_while_it_lives(used_dir: Path) -> None:
    with embedded.running(used_dir, durable=False):
        server = server_of(used_dir)
        disown(used_dir / "postgres/data")
        assert server_of(used_dir) == server
