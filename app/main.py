"""Builds the ASGI app: the only wiring."""

from __future__ import annotations

import asyncio
import hashlib
import multiprocessing
import os
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from starlette.types import Lifespan

from app import __version__
from app.actions.opening import open_resources
from app.actions.resources import Resources
from app.db.serving import service_database
from app.jobs.worker import work
from app.settings import Settings, load
from app.web import front, logs
from app.web.programs import WrongKeys
from app.web.routes import ROUTERS


def build(settings: Settings, *, resources: Resources | None = None, with_worker: bool = False) -> FastAPI:
    """Return the whole service; it opens its own resources when it starts unless some are given."""
    app = FastAPI(
        title="Deskhand",
        version=__version__,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(settings, with_worker=with_worker) if resources is None else None,
    )
    if resources is not None:
        furnish(app, resources)
    front.install(app, settings)
    for router in ROUTERS:
        app.include_router(router)
    return app


def create() -> FastAPI:
    """Return the service for a web process of its own (`serve --workers`)."""
    settings = load()
    logs.setup(settings)
    threading.Thread(target=_end_with_first_process, daemon=True).start()
    return build(settings)


def _end_with_first_process() -> None:
    """Stop this web process when the one that started it is gone, even by `kill -9`: it would hold the port."""
    first = multiprocessing.parent_process()
    if first is not None:
        first.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _lifespan(settings: Settings, *, with_worker: bool) -> Lifespan[FastAPI]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as open_things:
            url = open_things.enter_context(service_database(settings))
            resources = await open_things.enter_async_context(open_resources(settings, url))
            furnish(app, resources)
            if with_worker:
                await open_things.enter_async_context(_working(resources))
            yield

    return lifespan


@asynccontextmanager
async def _working(resources: Resources) -> AsyncIterator[None]:
    stop = asyncio.Event()
    worker = asyncio.create_task(work(resources, stop))
    try:
        yield
    finally:
        stop.set()
        await worker


def furnish(app: FastAPI, resources: Resources) -> None:
    """Hand a built service what it works with."""
    app.state.resources = resources
    app.state.wrong_keys = WrongKeys()
    # Derived, so that every web process agrees on it, and forms that are open outlast a change of the master key.
    app.state.csrf_key = hashlib.sha256(b"deskhand csrf" + resources.secret).digest()
