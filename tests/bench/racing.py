"""One race: a reply is due and two workers hear of it, and at some moment the owner takes the grant back.

Judged by the provider's ledger: after a revocation has said `done`, no call that sends begins; and what begins after
one that did not say so was named in its answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlmodel import col, select

from app import clock
from app.actions import grants
from app.actions.desk import Desk
from app.actions.freeze import UNDER_WAY
from app.actions.give import add_grant
from app.models.audit import AuditEntry
from app.models.draft import Draft, DraftState, ScheduledSend, SendState
from app.models.grant import NeedsApproval
from app.sandbox.ledger import Entry
from tests.actions.situations import World
from tests.people import new_grant

SENDER = ("mail.read", "draft", "schedule", "reply.free")
log = logging.getLogger(__name__)
Deliver = Callable[[UUID, UUID], Awaitable[object]]


@dataclass
class Tally:
    """What came of races. `begun_after_done` are sends that began after `done` was told, or without being named."""

    races: int = 0
    held: int = 0
    sent: int = 0
    met_in_flight: int = 0  # the log of the revocation names it as on its way at that moment
    named_in_flight: int = 0  # and it still was when the owner was answered
    begun_after_answer: int = 0  # and were named in it, which is what naming is for
    begun_after_done: int = 0
    sent_twice: int = 0
    unsettled: int = 0

    def add(self, other: Tally) -> None:
        """Count what came of others in."""
        for name, value in asdict(other).items():
            setattr(self, name, getattr(self, name) + value)


@dataclass(frozen=True)
class Course:
    """Where races are run: Alice's mailbox with a draft of Bob's, and her desk."""

    world: World
    owner: Desk
    draft: UUID

    async def set_up(self) -> ScheduledSend:
        """Give Bob a new grant, under which the draft is due now."""
        world, now = self.world, clock.now()
        grant = new_grant(world.mailbox, world.bob, scopes=SENDER, needs_approval=NeedsApproval.NEVER)
        row = ScheduledSend(
            mailbox_id=world.mailbox.id,
            id=uuid4(),
            draft_id=self.draft,
            grant_id=grant.id,
            scheduled_by=world.bob.id,
            wall_time=now.replace(tzinfo=None),
            zone="UTC",
            due_at=now,
            created_at=now,
        )
        async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
            await add_grant(session, grant)
            await session.execute(  # what the last race has left of this draft
                update(ScheduledSend)
                .where(col(ScheduledSend.mailbox_id) == world.mailbox.id, col(ScheduledSend.draft_id) == self.draft)
                .where(col(ScheduledSend.state) != SendState.SENT)
                .values(state=SendState.CANCELLED)
            )
            draft = await session.get_one(Draft, (world.mailbox.id, self.draft))
            draft.grant_id, draft.state = grant.id, DraftState.OPEN
            session.add(row)
        return row


async def race(course: Course, workers: Sequence[Deliver], moment: Callable[[], Awaitable[object]]) -> Tally:
    """Race once: each of the workers is told of the send, and the owner revokes once the moment has come."""
    world, ledger = course.world, course.world.sandbox.ledger
    planned = await course.set_up()
    began = len(ledger.entries)
    working = [asyncio.ensure_future(deliver(planned.mailbox_id, planned.id)) for deliver in workers]
    await moment()
    answer = await grants.revoke(course.owner, planned.grant_id)
    answered = len(ledger.entries)  # nothing comes between the answer and this
    await asyncio.gather(*working)
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        ended = await session.get_one(ScheduledSend, (planned.mailbox_id, planned.id))
        met = await session.scalar(
            select(AuditEntry.seq)
            .where(col(AuditEntry.mailbox_id) == planned.mailbox_id, col(AuditEntry.subject_id) == planned.id)
            .where(col(AuditEntry.reason) == UNDER_WAY)
        )
    calls = [entry for entry in ledger.since(began) if _sends(world, entry)]
    late, named = any(entry.n > answered for entry in calls), planned.id in answer.in_flight
    left = sum(entry.effect is not None and entry.effect.kind == "send" for entry in calls)
    settled = (SendState.SENT if left else SendState.HELD) == ended.state and set(answer.in_flight) <= {planned.id}
    if not settled or left > 1 or (late and not named):
        heard = [(entry.n, entry.method, entry.path, entry.status) for entry in ledger.since(began)]
        log.error("broken: %r, in flight %s, answered at %s: %s", ended, answer.in_flight, answered, heard)
    return Tally(
        races=1,
        held=ended.state is SendState.HELD,
        sent=ended.state is SendState.SENT,
        met_in_flight=met is not None,
        named_in_flight=named,
        begun_after_answer=late,
        begun_after_done=late and not named,
        sent_twice=left > 1,
        unsettled=not settled,
    )


def _sends(world: World, entry: Entry) -> bool:
    mine = (entry.provider, entry.mailbox) == (world.mailbox.provider, world.mailbox.address)
    return mine and entry.path.endswith("/send")
