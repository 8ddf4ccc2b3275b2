"""The whole service on loopback for real browsers: practice Gmail, PostgreSQL, the web process, a worker on demand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path

from app import clock
from app.access.identity import begin_login, person_of
from app.actions.opening import open_resources
from app.actions.resources import Resources
from app.cli.demo.place import HOST, practising, story_settings
from app.cli.ports import listening
from app.cli.service import web_config
from app.jobs.worker import work
from app.main import build
from app.models.grant import Grant, NeedsApproval
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.sandbox.gmail.mailbox import Mailbox as PracticeMailbox
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import running
from tests.actions.situations import effects
from tests.browser.serving import serving
from tests.people import ALICE, PRACTICE_MAIL, connected_mailbox, make_grant

NUMBERS = count(1)
ASSISTING = ("mail.read", "label", "archive", "draft", "schedule")


@dataclass(frozen=True)
class Place:
    """The running service; `base` is its public address."""

    base: str
    resources: Resources
    sandbox: Sandbox

    def couple(self) -> Couple:
        """Return an Alice and a Bob whom no other story has met; Alice has a few mails."""
        number = next(NUMBERS)
        alice, bob = f"alice-{number}@practice.example", f"bob-{number}@practice.example"
        self.sandbox.add_person(alice, f"Alice Amsel {number}")
        self.sandbox.add_person(bob, f"Bob Brun {number}")
        self.sandbox.add_graph_person(alice, f"Alice Amsel {number}")
        box = self.sandbox.add_mailbox(alice)
        for raw in PRACTICE_MAIL:
            box.add(raw.replace(ALICE[0].encode(), alice.encode()), internal_date=clock.now(), unread=True)
        return Couple(self, alice, bob, box)

    async def signed_in(self, email: str) -> tuple[Person, str]:
        """Return a person as Google knows her, and the secret of a fresh login."""
        known = self.sandbox.people[email]
        async with self.resources.db.transaction() as session:
            person = await person_of(
                session, issuer=self.sandbox.issuer, subject=known.sub, email=email,
                name=known.name, language="en", now=clock.now(),
            )  # fmt: skip
            return person, await begin_login(session, person, agent="test", now=clock.now())

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Have a worker at work for as long as the block lasts."""
        stop = asyncio.Event()
        worker = asyncio.create_task(work(self.resources, stop))
        yield
        stop.set()
        await worker


@dataclass(frozen=True)
class Couple:
    """The two people of one story by their addresses, and Alice's mailbox at the provider."""

    place: Place
    alice: str
    bob: str
    box: PracticeMailbox

    def done(self, *kinds: str) -> int:
        """Return how many changes of these kinds the provider's ledger has for Alice's mailbox."""
        entries = self.place.sandbox.ledger.entries
        ours = [entry.effect for entry in entries if entry.effect and entry.mailbox == self.alice]
        assert len(ours) <= len(effects(self.place.sandbox))
        return len([effect for effect in ours if effect.kind in kinds])

    def left(self) -> list[bytes]:
        """Return the letters that have left Alice's mailbox."""
        gone = [letter for letter in self.place.sandbox.left if letter.mailbox == self.alice]
        assert len(gone) == self.done("send")
        return [self.box.raw(self.box.messages[letter.message]) for letter in gone]

    def mails(self, label: str) -> list[str]:
        """Return the subjects of what bears one of Gmail's own labels in the mailbox."""
        return [message.subject for message in self.box.messages.values() if label in message.labels]

    async def connected(self, zone: str = "UTC") -> tuple[Mailbox, Person]:
        """Connect Alice's mailbox without a browser and return it with Bob."""
        owner, _ = await self.place.signed_in(self.alice)
        bob, _ = await self.place.signed_in(self.bob)
        return await connected_mailbox(self.place.resources, owner, zone=zone), bob

    async def granted(
        self, *scopes: str, zone: str = "UTC", needs_approval: NeedsApproval = NeedsApproval.ALWAYS
    ) -> tuple[Mailbox, Grant]:
        """Connect the mailbox and give Bob these scopes at it, or the usual ones."""
        mailbox, bob = await self.connected(zone)
        given = await make_grant(
            self.place.resources, mailbox, bob, scopes=scopes or ASSISTING, needs_approval=needs_approval
        )
        return mailbox, given


@asynccontextmanager
async def furnished(folder: Path, database_url: str) -> AsyncIterator[Place]:
    """Run everything as long as the block lasts; no provider but the practice one is in reach."""
    with closing(listening(HOST, 0)) as sock:
        settings = story_settings(folder, sock.getsockname()[1])
        clock.practise(offset_file=settings.clock_file)
        sandbox = Sandbox("http://127.0.0.1")
        async with running(sandbox, HOST, 0) as origin:
            here = practising(settings, origin)
            async with open_resources(here, database_url) as resources:
                config = web_config(build(here, resources=resources), here, lifespan="off")
                async with serving(config, sock):
                    yield Place(here.public_url, resources, sandbox)
        sandbox.spool.close()
    clock.practise()


def minutes_pass(number: float) -> None:
    """Move the practice clock forward for everybody."""
    clock.move(timedelta(minutes=number))
