"""What whoever runs the service may ask: whether a process answers, whether it is ready, and its figures."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx2
import psycopg
import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from psycopg.conninfo import conninfo_to_dict

from app import __version__, clock
from app.db.embedded import Cluster
from app.jobs.dispatcher import dispatch
from app.jobs.engine import new_engine
from app.main import build
from app.models.draft import SendState
from app.models.mailbox import Mailbox
from tests.actions.situations import World
from tests.jobs.rows import changed, waiting
from tests.web.browser import Browser
from tests.web.site import CANARY, visit

Figures = dict[tuple[str, ...], float]


def figures_in(text: str) -> Figures:
    """Return each value by its name and its labels' values in alphabetical order of the labels, as Prometheus reads."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def asked(app: FastAPI, path: str = "/metrics", **headers: str) -> httpx2.Response:
    async with visit(app, **headers) as browser:
        return await browser.get(path)


@pytest.fixture
def service(world: World) -> FastAPI:
    """The whole service, with counters of its own."""
    return build(world.resources.settings, resources=world.resources)


@contextmanager
def away(cluster: Cluster, database_url: str) -> Iterator[None]:
    """Have the test's database away for as long as the block lasts."""
    name = str(conninfo_to_dict(database_url)["dbname"])
    with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
        admin.execute(f"alter database {name} allow_connections false")
        admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])
        yield
        admin.execute(f"alter database {name} allow_connections true")


async def test_it_is_ready_as_long_as_its_database_answers_and_figures_outlive_that(
    service: FastAPI, cluster: Cluster, database_url: str
) -> None:
    good = await asked(service, "/readyz")
    assert (good.status_code, good.json()) == (200, {"ready": True})
    assert figures_in((await asked(service)).text)[("deskhand_database_up",)] == 1
    with away(cluster, database_url):
        bad, lives, told = await asyncio.gather(
            asked(service, "/readyz"), asked(service, "/healthz", cookie="deskhand=x"), asked(service)
        )
    assert (bad.status_code, bad.json()) == (503, {"ready": False, "why": "database_unavailable"})
    assert (lives.status_code, told.status_code) == (200, 200)
    found = figures_in(told.text)
    assert found[("deskhand_database_up",)] == 0
    assert found["deskhand_info", __version__] == 1
    assert found["deskhand_http_requests_total", "GET", "/metrics", "200"] == 1
    assert not [name for name, *_ in found if name.startswith("deskhand_late")]


async def test_what_is_late_is_told_by_outbox_whether_it_was_taken_or_not(service: FastAPI, world: World) -> None:
    db, engine = world.resources.db, new_engine(world.resources)
    held, _taken = await waiting(world.resources, world.mailbox, 2)
    await waiting(world.resources, world.mailbox, 1, timedelta(hours=1))
    found = figures_in((await asked(service)).text)
    assert (found["deskhand_late", "replies"], found["deskhand_late", "letters"]) == (0, 0)
    assert found["deskhand_late_oldest_seconds", "replies"] == 0
    async with engine.app.open_async(db.pool):
        await dispatch(db, engine)
    clock.move(timedelta(seconds=30))
    found = figures_in((await asked(service)).text)
    assert found["deskhand_late", "replies"] == 2
    assert 30 <= found["deskhand_late_oldest_seconds", "replies"] < 60
    assert found["deskhand_jobs", "sends", "todo"] == 2
    assert found[("deskhand_workers",)] == 0
    await changed(world.resources, world.mailbox, held, state=SendState.HELD)  # a person is asked
    assert figures_in((await asked(service)).text)["deskhand_late", "replies"] == 1


async def test_requests_are_counted_by_the_route_as_we_wrote_it(
    service: FastAPI, world: World, mailbox: Mailbox
) -> None:
    browser = await Browser(service, world.resources).sign_in(world.alice)
    for _ in range(2):
        await browser.api("GET", f"/mailboxes/{mailbox.id}/messages")
    await browser.api("GET", f"/mailboxes/{mailbox.id}/messages/{mailbox.id}")
    await browser.close()
    found = figures_in((await asked(service)).text)
    lists = "/api/v1/mailboxes/{mailbox_id}/messages"
    assert found["deskhand_http_requests_total", "GET", lists, "200"] == 2
    assert found["deskhand_http_requests_total", "GET", f"{lists}/{{message_id}}", "404"] == 1
    assert found["deskhand_http_request_duration_seconds_count", "GET", lists] == 2
    assert found["deskhand_http_request_duration_seconds_bucket", "+Inf", "GET", lists] == 2
    assert str(mailbox.id) not in str(found)


async def test_nothing_that_a_caller_makes_up_becomes_a_label(site: FastAPI) -> None:
    """Each new label would cost memory for good: whoever invents addresses could fill it, and read them here."""
    async with visit(site) as browser:
        for path in (f"/{CANARY}", f"/static/{CANARY}", f"/invitations/{CANARY}?x={CANARY}", f"/refuse/{CANARY}"):
            await browser.get(path)
        await browser.request(CANARY.upper(), "/terms")
        await browser.request("HEAD", "/terms")
        await browser.get("/crash")
    text = site.state.requests.told().decode()
    assert CANARY not in text.lower()
    counted = {key[1:]: value for key, value in figures_in(text).items() if key[0] == "deskhand_http_requests_total"}
    assert counted == {
        ("GET", "-", "404"): 1,
        ("GET", "/static", "404"): 1,
        ("GET", "/invitations/{token}", "200"): 1,
        ("GET", "/refuse/{how}", "500"): 1,
        ("other", "/terms", "405"): 1,
        ("HEAD", "/terms", "200"): 1,
        ("GET", "/crash", "500"): 1,
    }


async def test_a_request_that_is_given_up_counts_as_one_whose_caller_has_gone(site: FastAPI) -> None:
    """And nothing says when a route was asked for first: on a small installation that is when somebody was there."""

    async def never() -> None:
        raise asyncio.CancelledError

    site.add_api_route("/never", never)
    with pytest.raises(asyncio.CancelledError):
        await asked(site, "/never")
    text = site.state.requests.told().decode()
    assert figures_in(text)["deskhand_http_requests_total", "GET", "/never", "499"] == 1
    assert "_created" not in text


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
@pytest.mark.parametrize("header", ["x_forwarded_for", "forwarded", "via"])
async def test_whoever_comes_through_a_proxy_finds_nothing(service: FastAPI, path: str, header: str) -> None:
    answer = await asked(service, path, **{header: "203.0.113.9"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await asked(service, "/healthz", **{header: "203.0.113.9"})).status_code == 200
