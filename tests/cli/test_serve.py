"""`serve`: the service as an operator runs it, with its own PostgreSQL and with another."""

from __future__ import annotations

import os
import re
import signal
import urllib.request

import psycopg
import pytest

from app.db.cluster_server import ADMIN
from tests.cli.kit import Running, alive, answers, database_is_up, free_port, wait_for, words_of


def at_work(running: Running, port: int) -> str:
    """Wait until the service is ready; return its address."""
    base = f"http://127.0.0.1:{port}"
    running.until(lambda: answers(f"{base}/readyz") == 200)
    return base


def job_workers(running: Running) -> list[int]:
    return [pid for pid in running.children() if "attached_worker" in words_of(pid)]


def web_processes(running: Running) -> list[int]:
    return [pid for pid in running.children() if "spawn_main" in words_of(pid)]


@pytest.mark.crash
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 0)])
def test_the_service_answers_and_stops_in_order_with_its_database(start, ground, number, code):
    port = free_port()
    serving = start("serve", "--port", str(port), data_dir=ground / "data")
    base = at_work(serving, port)
    assert answers(f"{base}/healthz") == 200
    assert answers(f"{base}/") == 200
    assert answers(f"{base}/no/such/page") == 404
    assert database_is_up(ground / "data")
    said = serving.told(number)
    assert said.code == code
    assert "Traceback" not in said.out + said.err
    assert not database_is_up(ground / "data")


@pytest.mark.crash
def test_two_web_processes_have_one_worker_beside_them_which_is_replaced_when_it_dies(start, own_server):
    port = free_port()
    serving = start("serve", "--port", str(port), "--workers", "2", **own_server)
    at_work(serving, port)
    assert len(web_processes(serving)) == 2
    (worker,) = job_workers(serving)
    os.kill(worker, signal.SIGKILL)
    serving.until(lambda: job_workers(serving) not in ([], [worker]))
    everybody = [*web_processes(serving), *job_workers(serving)]
    said = serving.told(signal.SIGTERM)
    assert said.code == 0
    assert "Traceback" not in said.err
    assert not [pid for pid in everybody if alive(pid)]


@pytest.mark.crash
def test_whichever_web_process_is_asked_tells_the_figures_of_all(start, own_server):
    port = free_port()
    serving = start("serve", "--port", str(port), "--workers", "2", "--no-worker", **own_server)
    base = at_work(serving, port)

    def terms_asked(*, on: int) -> int:
        for _ in range(on):
            assert answers(f"{base}/terms") == 200  # each on a connection of its own, so that both have some
        text = urllib.request.urlopen(f"{base}/metrics", timeout=10).read().decode()
        (line,) = re.findall(r'deskhand_http_requests_total{method="GET",route="/terms",status="200"} (\S+)', text)
        return int(float(line))

    assert [terms_asked(on=20) for _ in range(3)] == [20, 40, 60]
    killed = web_processes(serving)[0]
    os.kill(killed, signal.SIGKILL)
    serving.until(lambda: len(set(web_processes(serving)) - {killed}) == 2)
    at_work(serving, port)
    assert terms_asked(on=1) == 61
    assert serving.told(signal.SIGTERM).code == 0


@pytest.mark.crash
def test_nobody_lives_on_when_the_first_process_is_killed(start, own_server):
    port = free_port()
    serving = start("serve", "--port", str(port), "--workers", "2", **own_server)
    base = at_work(serving, port)
    serving.until(lambda: len(serving.children()) > 2)
    everybody = [*web_processes(serving), *job_workers(serving)]
    assert len(everybody) == 3
    serving.killed()
    wait_for(lambda: not any(alive(pid) for pid in everybody))
    assert answers(f"{base}/healthz") == 0


@pytest.mark.crash
def test_a_worker_alone_works_until_it_is_told_to_stop(start, own_server):
    working = start("worker", **own_server)
    working.until(lambda: "the job worker is at work" in working.err)
    said = working.told(signal.SIGTERM)
    assert said.code == 0
    assert "Traceback" not in said.err


@pytest.mark.parametrize("words", [("serve", "--port", "0"), ("serve", "--port", "0", "--workers", "2"), ("worker",)])
class TestADatabaseThatDoesNotFit:
    def test_one_that_is_away_is_told(self, deskhand, own_server, words):
        away = {**own_server, "DESKHAND_DATABASE_URL": f"postgresql://deskhand:hunter2@127.0.0.1:{free_port()}/x"}
        said = deskhand(*words, **away)
        assert said.code == 1
        assert "does not answer" in said.sentence
        assert "hunter2" not in said.sentence

    def test_a_superuser_is_refused(self, deskhand, own_server, cluster, words):
        said = deskhand(*words, **{**own_server, "DESKHAND_DATABASE_URL": cluster.url(ADMIN, "deskhand")})
        assert said.code == 1
        assert "superuser" in said.sentence

    def test_the_tables_owner_is_refused(self, deskhand, own_server, cluster, words):
        said = deskhand(*words, **{**own_server, "DESKHAND_DATABASE_URL": cluster.url("deskhand_owner", "deskhand")})
        assert said.code == 1
        assert "owner of the tables" in said.sentence

    def test_one_without_our_tables_is_told_to_be_migrated(self, deskhand, own_server, cluster, empty_database, words):
        url = cluster.url("deskhand_service", empty_database)
        said = deskhand(*words, **{**own_server, "DESKHAND_DATABASE_URL": url})
        assert said.code == 1
        assert "deskhand migrate" in said.sentence

    def test_one_of_another_version_is_told_to_be_migrated(self, deskhand, own_server, cluster, words):
        name = own_server["DESKHAND_DATABASE_URL"].rpartition("dbname=")[2]
        with psycopg.connect(cluster.url("deskhand_owner", name)) as owner:
            owner.execute("update alembic_version set version_num = '9999'")
        said = deskhand(*words, **own_server)
        assert said.code == 1
        assert "9999" in said.sentence
        assert "deskhand migrate" in said.sentence


@pytest.mark.parametrize("words", [("serve", "--port", "0"), ("worker",), ("doctor",)])
@pytest.mark.parametrize("key", ["", "short", "QUFB", "*" * 44])
def test_a_master_key_that_is_none_is_named_and_not_quoted(deskhand, own_server, words, key):
    said = deskhand(*words, **{**own_server, "DESKHAND_MASTER_KEY": key})
    assert said.code == 1
    assert "DESKHAND_MASTER_KEY" in said.out + said.err
    assert "Traceback" not in said.err
    assert not key or key not in said.out + said.err


def test_a_master_key_of_another_database_is_refused(deskhand, own_server):
    assert "opens this database" in deskhand("doctor", **own_server).out
    other = "b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90aGVyb3Q="
    said = deskhand("serve", "--port", "0", **{**own_server, "DESKHAND_MASTER_KEY": other})
    assert said.code == 1
    assert "DESKHAND_MASTER_KEY is not the key" in said.sentence
    assert other not in said.err
