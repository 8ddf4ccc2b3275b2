"""Alice with everything that one can have here, and Charlie beside her, to whom nothing may happen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from app import clock
from app.access.identity import begin_login
from app.actions import accept, invite, propose, sign_in, tell, waiting
from app.actions.desk import Desk
from app.actions.label import label
from app.actions.private import mark_sender
from app.actions.private_labels import mark_label
from app.actions.resources import Resources
from app.actions.write_template import rewrite_template, write_template
from app.models.conditions import Conditions
from app.models.grant import Grant, NeedsApproval
from app.models.mailbox import Mailbox
from app.models.person import Person
from tests.actions.situations import Ready, World, message_id
from tests.people import CHARLIE, MOTHER, PRACTICE_MAIL, connected_mailbox, desk_of
from tests.web.conftest import app, as_alice, as_bob, as_charlie, built, stranger

__all__ = ["app", "as_alice", "as_bob", "as_charlie", "built", "stranger"]

WEEK = timedelta(days=7)
INVITED, LABEL = "dora@elsewhere.example", "Divorce"
TEMPLATE, WORDS = "Thanks of the heron", "Thank you very much, says the heron."


def with_outlet(resources: Resources) -> Resources:
    """Return the same resources with a mail server that nobody ever asks."""
    given = {"mail_url": SecretStr("smtp://127.0.0.1:9"), "mail_from": "Deskhand <deskhand@service.example>"}
    return replace(resources, settings=resources.settings.model_copy(update=given))


async def granted(owner: Desk, assistant: Person) -> Grant:
    """Give an assistant a grant as people do: invited, accepted, confirmed, with both agreements kept.

    It is bound to a client's mail, and counts what is done in a day.
    """
    terms = {"until": clock.now() + WEEK, "language": "en", "needs_approval": NeedsApproval.ALWAYS}
    bound = Conditions(senders=frozenset({"@customer.example"}), changes_a_day=50)
    offer, token = await invite.invite(owner, scopes=["schedule", "label"], conditions=bound, **terms)  # type: ignore[arg-type]
    await accept.accept(owner.resources, assistant.id, token)
    return await accept.confirm(owner, offer.id, texts=lambda _: str)


@dataclass(frozen=True)
class Lives:
    """Two owners in one database; Bob assists both. `ready` is a reply of Bob's in Alice's mailbox."""

    world: World
    charlie: Person
    charlies: Mailbox
    grant: Grant
    elsewhere: Grant
    ready: Ready

    @property
    def resources(self) -> Resources:
        """What actions are handed."""
        return self.world.resources


async def furnish(world: World, charlie: Person) -> Lives:
    """Give Alice one of everything, and Charlie a mailbox with the same mails."""
    resources, alice = world.resources, world.alice
    box = world.sandbox.add_mailbox(CHARLIE[0])
    for raw in PRACTICE_MAIL:
        box.add(raw, labels=("INBOX",), internal_date=clock.now(), unread=True)
    charlies = await connected_mailbox(resources, charlie)
    owner = await world.owner()
    await mark_sender(owner, MOTHER)
    await mark_label(owner, LABEL)
    thanks = await write_template(owner, name=TEMPLATE, language="en", text="Thank you, says the heron.")
    await rewrite_template(owner, thanks.row.id, WORDS)
    await mark_sender(await desk_of(resources, charlie, charlies), MOTHER)
    terms = {"until": clock.now() + WEEK, "language": "en", "needs_approval": NeedsApproval.ALWAYS}
    await invite.invite(owner, scopes=["label"], mail_to=INVITED, **terms)  # type: ignore[arg-type]
    grant = await granted(owner, world.bob)
    elsewhere = await granted(await desk_of(resources, charlie, charlies), world.bob)
    ready = await world.ready()
    desk = await world.assistant()
    await label(desk, await message_id(desk), add=["Clients"])
    async with resources.db.transaction(mailbox=world.mailbox.id) as session:
        await tell.held(session, resources, world.mailbox, ready.send, "thread_moved")
    await waiting.wait_for_admin(resources, alice.id, "microsoft")
    await sign_in.begin(resources, sign_in.Purpose.CONNECT, "google", browser="b", person_id=alice.id)
    await propose.propose(
        resources, alice.id, scopes=["label"], until=clock.now() + WEEK, message="I am Alice Amsel, shall I help?"
    )
    async with resources.db.transaction() as session:
        await begin_login(session, alice, agent="Alice's own browser", now=clock.now())
    return Lives(world, charlie, charlies, grant, elsewhere, ready)


@pytest.fixture
async def lives(world: World, charlie: Person) -> Lives:
    """Alice has one of everything; Bob a reply that waits for its hour with her yes."""
    return await furnish(replace(world, resources=with_outlet(world.resources)), charlie)
