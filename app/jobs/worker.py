"""A job worker: the dispatcher's tick, the jobs, and the rescue of jobs whose worker died."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from procrastinate.worker import Worker

from app.actions.expire import expire
from app.actions.reconcile import reconcile_all
from app.actions.resources import Resources
from app.actions.returned import look_for_returned
from app.errors import AppError
from app.jobs import sweeps
from app.jobs.dispatcher import MOST_AT_ONCE, dispatch
from app.jobs.engine import NOTICES, SENDS, Engine, new_engine

log = logging.getLogger(__name__)

TICK = 0.5  # seconds between two looks at what is due
RESCUE_EVERY = 60.0
FORGET_EVERY = 600.0
EXPIRE_EVERY = 5.0
ERASE_EVERY = 5.0
LOOK_EVERY = 15.0
RECONCILE_EVERY = 5.0
STALLED_AFTER = 60.0  # seconds without a heartbeat
JOBS_AT_ONCE, NOTICES_AT_ONCE = 8, 2
GRACE = 40.0  # seconds for the jobs at hand when told to stop: longer than a provider may take to answer


async def work(resources: Resources, stop: asyncio.Event) -> None:
    """Work until `stop` is set, then let the jobs at hand end. A database that goes away is waited for."""
    engine = new_engine(resources)
    await sweeps.erase_again(resources)
    async with engine.app.open_async(resources.db.pool):
        tasks = [
            asyncio.create_task(_tick(resources, engine, stop)),
            asyncio.create_task(_rescue(engine, stop)),
            asyncio.create_task(_every(FORGET_EVERY, stop, partial(sweeps.tidy_up, resources))),
            asyncio.create_task(_every(EXPIRE_EVERY, stop, partial(expire, resources))),
            asyncio.create_task(
                _every(LOOK_EVERY, stop, partial(look_for_returned, resources, lambda: not stop.is_set()))
            ),
            asyncio.create_task(_every(ERASE_EVERY, stop, partial(sweeps.erase, resources))),
            asyncio.create_task(_every(RECONCILE_EVERY, stop, partial(reconcile_all, resources))),
        ]
        try:
            # Apart: letters that a mail server keeps waiting must not keep an owner's reply from its hour.
            await asyncio.gather(
                _run_jobs(engine, stop, SENDS, JOBS_AT_ONCE), _run_jobs(engine, stop, NOTICES, NOTICES_AT_ONCE)
            )
        finally:
            await asyncio.gather(*tasks, return_exceptions=True)


async def _run_jobs(engine: Engine, stop: asyncio.Event, queue: str, at_once: int) -> None:
    while not stop.is_set():
        jobs = Worker(
            engine.app,
            queues=[queue],
            concurrency=at_once,
            install_signal_handlers=False,
            delete_jobs="always",  # the row is the truth; a finished job has nothing more to say
            shutdown_graceful_timeout=GRACE,
            fetch_job_polling_interval=TICK,
        )
        running = asyncio.create_task(_until_over(jobs))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        # Asked, never cancelled: before Python 3.12 a cancellation that meets an answer of the pool is lost for good.
        jobs.stop()  # type: ignore[no-untyped-call]
        await running


async def _until_over(jobs: Worker) -> None:
    try:
        await jobs.run()  # type: ignore[no-untyped-call]
    except Exception as trouble:
        log.warning("the worker lost its database and begins again: %s", type(trouble).__name__)
        await asyncio.sleep(TICK)


async def _tick(resources: Resources, engine: Engine, stop: asyncio.Event) -> None:
    while not stop.is_set():
        taken = 0
        try:
            taken = await dispatch(resources.db, engine)
        except AppError as trouble:
            log.warning("nothing can be dispatched right now: %s", trouble)
        except Exception:
            log.exception("the dispatcher stumbled")
        if taken < MOST_AT_ONCE:
            await _pause(stop, TICK)


async def _rescue(engine: Engine, stop: asyncio.Event) -> None:
    """Run again what a dead worker had begun; the row's own state makes a second run harmless."""
    while not stop.is_set():
        await _pause(stop, RESCUE_EVERY)
        try:
            for job in await engine.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
                await engine.app.job_manager.retry_job(job)
        except Exception as trouble:
            log.warning("stalled jobs wait for the next round: %s", type(trouble).__name__)


async def _every(seconds: float, stop: asyncio.Event, sweep: Callable[[], Awaitable[object]]) -> None:
    """Do something again and again; what fails is tried in the next round."""
    while not stop.is_set():
        await _pause(stop, seconds)
        try:
            await sweep()
        except AppError as trouble:
            log.warning("a sweep waits for its next round: %s", trouble)
        except Exception:
            log.exception("a sweep has failed")


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
