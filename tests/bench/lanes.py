"""Mailboxes to race in, at both providers: one after the other in a lane, several lanes side by side."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from copy import deepcopy
from itertools import count
from typing import Any

from app import clock
from app.actions.draft import write_draft
from app.actions.resources import Resources
from app.models.mailbox import Mailbox
from app.sandbox.sandbox import Sandbox
from tests.actions.situations import TERRACE, World, message_id
from tests.bench.racing import SENDER, Course, Deliver, Tally, race
from tests.people import BOB, CLIENT, connected_mailbox, mail, make_person

LANES = 16
RACES_IN_A_MAILBOX = 50  # its log and its list of grants grow with every race, which is another benchmark
DOUBLED = 6  # in one race of so many both workers are told of the same send


class Lane:
    """Races one after the other, each at another random moment.

    Moments are spread around the one at which a letter is on the wire: later after a race in which the owner was so
    early that the reply was held, earlier after one in which it had left before she was answered.
    """

    def __init__(
        self,
        resources: Resources,
        sandbox: Sandbox,
        workers: Sequence[Deliver],
        way: str,
        moment: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        """`way` is google or microsoft; another `moment` is for tests, in which nobody waits by the clock."""
        self.resources, self.sandbox, self.way = resources, sandbox, way
        self.moment = moment or self._moment
        self.workers = workers
        self.aim = 0.5  # seconds until the owner revokes, as it stands now

    async def run(self, places: count[int], wanted: Callable[[], bool], told: Callable[[Tally], None]) -> None:
        """Race as long as races are wanted."""
        turns = count()
        while True:
            course = await self._course(next(places))
            before = deepcopy(self._box(course.world.mailbox), {id(self.sandbox.spool): self.sandbox.spool})
            for _ in range(RACES_IN_A_MAILBOX):
                if not wanted():
                    return
                one = await race(course, self._told(next(turns)), self.moment)
                self.aim *= 1.15 if one.held else 1 if one.met_in_flight else 0.87
                told(one)
                self._rewind(course.world.mailbox, before)

    async def _course(self, number: int) -> Course:
        """Connect another mailbox, with a letter in it and Bob's draft of a reply."""
        owner = f"alice{number}@practice.example"
        letter = mail(f"Clara <{CLIENT}>", TERRACE, "Could you start in March?", to=owner)
        if self.way == "google":
            self.sandbox.add_person(owner)
            self.sandbox.add_mailbox(owner).add(letter, labels=("INBOX",), internal_date=clock.now())
        else:
            outlook = self.sandbox.add_graph_mailbox(self.sandbox.add_graph_person(owner))
            outlook.add(letter, labels=("INBOX",), internal_date=clock.now())
        alice = await make_person(self.resources, owner, "Alice", way=self.way)
        bob = await make_person(self.resources, *BOB)
        world = World(
            self.resources, self.sandbox, alice, bob, await connected_mailbox(self.resources, alice, way=self.way)
        )
        await world.grant(*SENDER)
        desk = await world.assistant()
        seen = await write_draft(desk, await message_id(desk), "Yes, in March.")
        return Course(world, await world.owner(), seen.row.id)

    def _told(self, turn: int) -> Sequence[Deliver]:
        """Return who is told of the send in this race: the workers in turn, now and then both."""
        return self.workers if not turn % DOUBLED else [self.workers[turn % len(self.workers)]]

    def _boxes(self) -> dict[str, Any]:
        return self.sandbox.mailboxes if self.way == "google" else self.sandbox.graph_mailboxes

    def _rewind(self, mailbox: Mailbox, before: object) -> None:
        """Make the mailbox what it was before the race, so that the same draft stands there for the next."""
        self._boxes()[mailbox.address] = deepcopy(before, {id(self.sandbox.spool): self.sandbox.spool})

    def _box(self, mailbox: Mailbox) -> object:
        return self._boxes()[mailbox.address]

    async def _moment(self) -> None:
        await asyncio.sleep(random.uniform(0, 2 * self.aim))
