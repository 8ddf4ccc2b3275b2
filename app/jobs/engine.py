"""The job engine: Procrastinate with our tasks. Jobs carry ids only and have no rights of their own."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import procrastinate
from procrastinate.tasks import Task

from app import clock
from app.actions.post import post
from app.actions.resources import Resources
from app.actions.send import deliver
from app.actions.set_aside import note_crash
from app.errors import AppError, NotFound
from app.jobs.lanes import Lanes
from app.models.draft import SendState

log = logging.getLogger(__name__)

SENDS, NOTICES = "sends", "notices"


@dataclass(frozen=True)
class Engine:
    """The job engine of one process, with its tasks by name."""

    app: procrastinate.App
    deliver: Task[..., Any, ...]
    post: Task[..., Any, ...]


def new_engine(resources: Resources) -> Engine:
    """Return an engine whose tasks work with these resources."""
    app = procrastinate.App(connector=procrastinate.PsycopgConnector())
    lanes = Lanes()

    async def deliver_send(mailbox_id: str, send_id: str) -> None:
        await _in_lane(resources, lanes, UUID(mailbox_id), UUID(send_id))

    async def post_notice(person_id: str, notice_id: str) -> None:
        await _posted(resources, UUID(person_id), UUID(notice_id))

    return Engine(
        app,
        deliver=app.task(name="deliver_send", queue=SENDS)(deliver_send),
        post=app.task(name="post_notice", queue=NOTICES)(post_notice),
    )


async def _in_lane(resources: Resources, lanes: Lanes, mailbox_id: UUID, send_id: UUID) -> None:
    """Deliver one send if its mailbox has a place here; else its row comes again when its lease is over."""
    with lanes.enter(mailbox_id, send_id) as has_place:
        if not has_place:
            log.info("send %s waits: its mailbox has enough at hand", send_id)
            return
        try:
            lanes.went(mailbox_id, well=await _delivered(resources, mailbox_id, send_id))
        except Exception as crash:
            aside = await note_crash(resources, mailbox_id, send_id)
            log.warning("send %s: %s%s", send_id, type(crash).__name__, ", so it is set aside" if aside else "")
            raise


async def _delivered(resources: Resources, mailbox_id: UUID, send_id: UUID) -> bool:
    """Deliver one send, and return whether that came to anything: sent, put off, held.

    An expected refusal is no crash: the row says what comes next, the dispatcher comes again.
    """
    try:
        send = await deliver(resources, mailbox_id, send_id)
    except NotFound:
        log.info("send %s is not there any more", send_id)
        return True
    except AppError as refusal:
        log.warning("send %s has to wait: %s", send_id, refusal.code)
        return False
    log.info("send %s is %s", send_id, send.state)
    still_due = send.state == SendState.PREPARED and send.due_at <= clock.now()
    return not still_due and send.state != SendState.INTENT


async def _posted(resources: Resources, person_id: UUID, notice_id: UUID) -> None:
    """Post one notice; the row says what comes next."""
    try:
        notice = await post(resources, person_id, notice_id)
        log.info("notice %s is %s%s", notice_id, notice.state, f" ({notice.answer})" if notice.answer else "")
    except NotFound:
        log.info("notice %s is not there any more", notice_id)
    except AppError as refusal:
        log.warning("notice %s has to wait: %s", notice_id, refusal.code)
