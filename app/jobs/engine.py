"""The job engine: Procrastinate with our tasks. Jobs carry ids only and have no rights of their own."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import procrastinate
from procrastinate.tasks import Task

from app.actions.resources import Resources
from app.actions.send import deliver
from app.errors import AppError, NotFound

log = logging.getLogger(__name__)

SENDS = "sends"


@dataclass(frozen=True)
class Engine:
    """The job engine of one process, with its tasks by name."""

    app: procrastinate.App
    deliver: Task[..., Any, ...]


def new_engine(resources: Resources) -> Engine:
    """Return an engine whose tasks work with these resources."""
    app = procrastinate.App(connector=procrastinate.PsycopgConnector())

    async def deliver_send(mailbox_id: str, send_id: str) -> None:
        await _quietly(resources, UUID(mailbox_id), UUID(send_id))

    task = app.task(name="deliver_send", queue=SENDS)(deliver_send)
    return Engine(app, task)


async def _quietly(resources: Resources, mailbox_id: UUID, send_id: UUID) -> None:
    """Deliver one send; an expected refusal is no crash: the row says what comes next, the dispatcher comes again."""
    try:
        send = await deliver(resources, mailbox_id, send_id)
        log.info("send %s is %s", send_id, send.state)
    except NotFound:
        log.info("send %s is not there any more", send_id)
    except AppError as refusal:
        log.warning("send %s has to wait: %s", send_id, refusal.code)
