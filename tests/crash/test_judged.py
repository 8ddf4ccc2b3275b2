"""The judge of what came of a reply: each way in which one can be lost, doubled or wrong is told from the good ones."""

from __future__ import annotations

from uuid import uuid4

import pytest

from app import clock
from app.models.audit import AuditEntry
from app.models.draft import ScheduledSend, SendState
from app.sandbox.ledger import Effect, Entry
from tests.crash.judged import Ending, Fault, faults

BEGAN = AuditEntry(phase="begin", action="send", decision="allow")


def row(state: str, reason: str = "") -> ScheduledSend:
    now = clock.now()
    return ScheduledSend(
        mailbox_id=uuid4(), draft_id=uuid4(), scheduled_by=uuid4(), wall_time=now.replace(tzinfo=None), zone="UTC",
        due_at=now, created_at=now, state=SendState(state), reason=reason,
    )  # fmt: skip


def call(n: int) -> Entry:
    return Entry(n, clock.now(), "gmail", "a", "POST", "/send", 200, "send", Effect("send", "m", "t"))


@pytest.mark.parametrize(
    ("ending", "found"),
    [
        (Ending([row("sent")], [call(3)], [BEGAN]), []),
        (Ending([row("held", "grant_gone")], [], []), []),
        (Ending([row("needs_human", "draft_gone")], [], [BEGAN]), []),
        (Ending([row("cancelled", "rescheduled"), row("sent")], [call(3)], [BEGAN]), []),
        (Ending([row("sent")], [call(3)], [BEGAN], stopped_at=5), []),
        (Ending([row("prepared")], [], []), [Fault.LOST]),
        (Ending([row("intent")], [call(3)], [BEGAN]), [Fault.LOST, Fault.WRONG]),
        (Ending([row("sent")], [], [BEGAN]), [Fault.LOST]),
        (Ending([row("held")], [], []), [Fault.LOST]),
        (Ending([row("sent")], [call(3), call(4)], [BEGAN]), [Fault.DOUBLED]),
        (Ending([row("held", "grant_gone")], [call(3)], [BEGAN]), [Fault.WRONG]),
        (Ending([row("cancelled", "cancelled")], [call(3)], [BEGAN]), [Fault.WRONG]),
        (Ending([row("sent")], [call(3)], []), [Fault.WRONG]),
        (Ending([row("sent")], [call(6)], [BEGAN], stopped_at=5), [Fault.WRONG]),
    ],
)
def test_an_ending_is_judged(ending: Ending, found: list[Fault]) -> None:
    assert [fault for fault, _why in faults(ending)] == found
