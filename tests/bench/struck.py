"""Replies on their way while processes die: each is written, approved, perhaps stopped, and judged by the ledger."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import time, timedelta
from functools import partial
from typing import TypeVar
from uuid import UUID, uuid4

from sqlmodel import col, select

from app import clock
from app.actions import grants
from app.actions.audit import first_bad
from app.actions.draft import draft_of, message_of
from app.actions.hours import end_hours, set_hours
from app.errors import AppError, Conflict, Denied, NotFound
from app.models.audit import AuditEntry
from app.models.calendar import Calendar
from app.models.conditions import Span
from app.models.draft import FOR_WORKER, DraftState, ScheduledSend, SendState
from app.models.grant import Grant
from app.models.mailbox import KnownMessage, MailboxState
from tests.actions.situations import World, message_id
from tests.bench.striking import DYING_ACTS, Strikes
from tests.crash import acts
from tests.crash.acts import TOO_LATE, Wish
from tests.crash.judged import Ending, Fault, faults, letters

log = logging.getLogger(__name__)
T = TypeVar("T")
PATIENCE = 300.0  # seconds that a reply has when nothing is killed any more; it is lost then
# What somebody does about a reply that is under way, and how often: most leave.
TURNS = {"": 10, "cancel": 2, "edit": 2, "send_back": 1, "decline": 1, "revoke": 3, "hours": 3}
BY_BOB = ("edit",)


@dataclass
class Tally:
    """What came of replies; `faults` are lost, doubled and wrong ones, `asked` those about which a person is asked."""

    replies: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    stopped: Counter[str] = field(default_factory=Counter)
    faults: Counter[Fault] = field(default_factory=Counter)
    odd: Counter[str] = field(default_factory=Counter)  # troubles that a person saw and pressed again after


@dataclass
class Reply:
    """One reply in a mailbox: whoever does something with it presses again until there is an answer."""

    world: World
    strikes: Strikes
    tally: Tally
    subject: str
    message: KnownMessage | None = None
    draft_id: UUID = field(default_factory=uuid4)
    stopped_at: int | None = None

    async def live(self) -> None:
        """Write it, have it approved and scheduled, perhaps stop it, wait for its end, and judge that."""
        turn = random.choices(list(TURNS), list(TURNS.values()))[0]
        try:
            async with asyncio.timeout(None) as limit:
                calm = asyncio.create_task(self._limit(limit))
                await self._prepare(turn)
                hours = await self._turn(turn)
                await self._until_settled()
                if hours:
                    await self._pressed(partial(self._open_again, hours))
        except TimeoutError:
            log.exception("nobody has settled %s of %s", self.draft_id, self.world.mailbox.address)
            self.tally.faults[Fault.LOST] += 1
        finally:
            calm.cancel()
        await self._judge(turn)

    async def _limit(self, limit: asyncio.Timeout) -> None:
        """Wait in patience as long as processes are killed: on a busy machine that may be long."""
        await self.strikes.calm.wait()
        limit.reschedule(asyncio.get_running_loop().time() + PATIENCE)

    async def _prepare(self, turn: str) -> None:
        await self._pressed(self._found)
        await self._written()
        minutes = 2 if turn == "hours" else random.choice((0, 0, 1))
        for act in random.sample(("schedule", "approve"), 2):
            await self._done(act, minutes=minutes)

    async def _found(self) -> None:
        """See to it that Bob may answer, and look for the letter."""
        grant = await grant_of(self.world)
        if grant is None or grant.over(clock.now()):
            await self.world.grant()
        desk = await self.world.assistant()
        self.message = await message_of(desk, await message_id(desk, self.subject))

    async def _written(self) -> None:
        """Write the draft; one whose process was struck down is found by whoever looks after such, or written anew."""
        while True:
            state = await self._pressed(self._draft_state)
            if state is DraftState.OPEN:
                return
            if state is None:
                await self._done("write")
            else:
                await asyncio.sleep(0.1)

    async def _draft_state(self) -> DraftState | None:
        try:
            row, _message = await draft_of(await self.world.owner(), self.draft_id)
        except NotFound:
            return None
        return row.state

    async def _turn(self, turn: str) -> UUID | None:
        """Do at some moment what somebody does about it; what it is told then is remembered."""
        if turn != "hours":
            await asyncio.sleep(random.uniform(0, 2))
        if turn == "revoke":
            if await self._pressed(self._revoke):
                self.stopped_at = len(self.world.sandbox.ledger.entries)
        elif turn == "hours":
            return await self._pressed(self._close)
        elif turn:
            sends = await self._pressed(self._sends)
            about = sends[-1].id if turn == "cancel" else self.draft_id
            if sends[-1].state is not SendState.NEEDS_HUMAN and await self._done(turn, about=about):
                self.stopped_at = 0
        if self.stopped_at is not None:
            self.tally.stopped[turn] += 1
        return None

    async def _revoke(self) -> bool:
        owner = await self.world.owner()
        grant = await grant_of(self.world)
        return grant is not None and (await grants.revoke(owner, grant.id)).done

    async def _close(self) -> UUID | None:
        """Close the business for a few minutes, in which the reply comes to its hour."""
        now = clock.now()
        opens = (now + timedelta(minutes=6)).time().replace(second=0, microsecond=0)
        shuts = (now - timedelta(minutes=1)).time().replace(second=0, microsecond=0)
        if not time(0, 10) < shuts < opens:
            return None
        parts = ((time(), shuts), (opens, time()))
        spans = tuple(Span(day=day, begins=begins, ends=ends) for day in range(7) for begins, ends in parts)
        return (await set_hours(await self.world.owner(), "", Calendar(zone="UTC", spans=spans))).id

    async def _open_again(self, hours_id: UUID) -> None:
        await end_hours(await self.world.owner(), hours_id)

    async def _until_settled(self) -> None:
        while any(send.state in FOR_WORKER for send in await self._pressed(self._sends)):  # noqa: ASYNC110 - others do it
            await asyncio.sleep(0.1)

    async def _sends(self) -> list[ScheduledSend]:
        place = self.world.mailbox.id
        async with self.world.resources.db.transaction(mailbox=place) as session:
            wanted = select(ScheduledSend).where(
                col(ScheduledSend.mailbox_id) == place, col(ScheduledSend.draft_id) == self.draft_id
            )
            return list((await session.execute(wanted.order_by(col(ScheduledSend.created_at)))).scalars())

    async def _log(self) -> list[AuditEntry]:
        place, ids = self.world.mailbox.id, [send.id for send in await self._sends()]
        async with self.world.resources.db.transaction(mailbox=place) as session:
            wanted = select(AuditEntry).where(
                col(AuditEntry.mailbox_id) == place, col(AuditEntry.subject_id).in_([*ids, self.draft_id])
            )
            return list((await session.execute(wanted.order_by(col(AuditEntry.seq)))).scalars())

    async def _judge(self, turn: str) -> None:
        sends = await self._pressed(self._sends)
        box = self.world.mailbox
        thread = self.message.thread_id if self.message else ""
        calls = letters(self.world.sandbox, box.address, thread, box.provider)
        found = list(faults(Ending(sends, calls, await self._pressed(self._log), self.stopped_at))) if sends else []
        for fault, why in found:
            log.error("%s: %s after %r: %s; %r", fault, why, turn, [call.n for call in calls], sends)
            self.tally.faults[fault] += 1
        last = sends[-1] if sends else None
        self.tally.replies += 1
        self.tally.ended[" ".join(filter(None, (last.state, last.reason))) if last else "never written"] += 1

    async def _done(self, act: str, **more: object) -> bool:
        """Have it done, however often that takes; False if it was too late, or done before."""
        person = self.world.bob if act in ("write", "schedule", *BY_BOB) else self.world.alice
        wanted = {"about": self.draft_id, "message_id": self.message and self.message.id} | more
        wish = Wish(act, person.id, self.world.mailbox.id, **wanted)  # type: ignore[arg-type]
        while True:
            if random.random() < DYING_ACTS and not self.strikes.calm.is_set():
                code = await self.strikes.act(wish)
                if code in (0, TOO_LATE):
                    return code == 0
                if act == "write":
                    return False  # whoever asked for it looks first
            else:
                return await self._pressed(partial(self._here, wish))

    async def _here(self, wish: Wish) -> bool:
        whose = self.world.assistant if wish.person_id == self.world.bob.id else self.world.owner
        try:
            await acts.ACTS[wish.act](await whose(), wish)
        except Conflict:
            return False
        return True

    async def _pressed(self, act: Callable[[], Awaitable[T]]) -> T:
        return await patiently(act, self.tally.odd)


async def patiently(act: Callable[[], Awaitable[T]], odd: Counter[str] | None = None) -> T:
    """Do something; press again as long as the answer is that it could not be done just now."""
    while True:
        try:
            return await act()
        except (Denied, NotFound):
            raise
        except Exception as trouble:
            if odd is not None:
                odd[getattr(trouble, "code", type(trouble).__name__)] += 1
            if not isinstance(trouble, AppError):
                log.warning("somebody met %r", trouble)
        await asyncio.sleep(0.1)


async def grant_of(world: World) -> Grant | None:
    """Return Bob's newest grant."""
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        wanted = select(Grant).where(col(Grant.mailbox_id) == world.mailbox.id)
        return (await session.execute(wanted.order_by(col(Grant.created_at).desc()).limit(1))).scalar_one_or_none()


async def still_open(world: World) -> bool:
    """Say whether a mailbox has a consent in force."""
    return (await world.owner()).mailbox.state == MailboxState.ACTIVE


async def chain_holds(world: World) -> bool:
    """Say whether a mailbox's log is whole."""
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        return await first_bad(session, world.mailbox.id) is None
