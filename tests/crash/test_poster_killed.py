"""Real worker processes, killed while they post a letter of Deskhand's own: never two, and somebody knows."""

from __future__ import annotations

import asyncio
import signal

import pytest

from app import clock
from app.actions.post import LEASE
from app.models.notice import NoticeState
from tests.actions.situations import World
from tests.crash.conftest import StartWorker
from tests.crash.nest import Forked
from tests.jobs.rows import until
from tests.notices.conftest import SENDER, notices_of
from tests.notices.server import HANG, MailServer
from tests.notices.test_posting import invited

pytestmark = pytest.mark.crash


@pytest.fixture
def mail(server: MailServer) -> dict[str, str]:
    """The workers' letters leave here."""
    return {"mail_url": f"smtp://127.0.0.1:{server.port}", "mail_from": SENDER}


STEPS = {
    "at_recipient": (NoticeState.PREPARED, NoticeState.SENT),  # nothing was handed over: it is done again
    "at_data": (NoticeState.INTENT, NoticeState.UNKNOWN),  # the server has it, and nobody heard that
}


@pytest.mark.parametrize("step", STEPS)
async def test_a_worker_killed_while_it_posts_a_letter_is_no_second_letter(
    posting: World, server: MailServer, start: StartWorker, step: str
) -> None:
    killed_as, ends_as = STEPS[step]

    async def is_in(state: NoticeState) -> bool:
        (notice,) = await notices_of(posting.resources, posting.alice)
        return notice.state is state

    await invited(posting)
    getattr(server, step).append(HANG)
    first = start()
    await asyncio.wait_for(server.waiting.wait(), 60)
    first.kill()
    first.wait()
    assert await is_in(killed_as)
    clock.move(LEASE)
    second = start()
    await until(lambda: is_in(ends_as), 60, 0.2)
    assert len(server.letters) == 1
    await stopped(second)
    (notice,) = await notices_of(posting.resources, posting.alice)
    assert (notice.state, len(server.letters)) == (ends_as, 1)


async def stopped(worker: Forked) -> None:
    worker.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(worker.wait, 60) == 0
