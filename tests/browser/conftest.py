"""One running service and one browser for each file of stories; every window is watched."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from app.db.embedded import Cluster
from tests.browser.place import Couple, Place, furnished
from tests.browser.windows import Window
from tests.house import browser as house_browser

Opener = Callable[..., Awaitable[Window]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """The running service, with a database of its own."""
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("DESKHAND_")}
    name = f"test_{uuid4().hex}"
    with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
        admin.execute(f"create database {name} template deskhand owner deskhand_owner strategy wal_log")
        async with furnished(tmp_path_factory.mktemp("place"), cluster.url("deskhand_service", name)) as running:
            yield running
        admin.execute(f"drop database {name} with (force)")
    os.environ.update(kept)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def the_browser() -> AsyncIterator[Browser]:
    """A headless Chromium."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=house_browser.path(), args=["--no-sandbox"])
        yield started
        await started.close()


@pytest.fixture
def couple(place: Place) -> Couple:
    """An Alice and a Bob of this story alone."""
    return place.couple()


@pytest_asyncio.fixture(loop_scope="module")
async def window(place: Place, the_browser: Browser) -> AsyncIterator[Opener]:
    """A function that opens a window of a new browser, signed in as somebody or as nobody."""
    opened: list[Window] = []

    async def opener(email: str = "", **options: Any) -> Window:
        context = await the_browser.new_context(**({"locale": "en-GB"} | options))
        context.set_default_timeout(15_000)
        if email:
            _person, secret = await place.signed_in(email)
            await context.add_cookies([{"name": "deskhand", "value": secret, "url": place.base}])
        found = Window(place, await context.new_page())
        found.watch(context)
        opened.append(found)
        return found

    yield opener
    noticed = [(each.page.url, line) for each in opened for line in each.noticed]
    for each in opened:
        await each.page.context.close()
    assert noticed == []
