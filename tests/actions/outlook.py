"""Alice's Outlook mailbox for stories, and what she and time do in it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import httpx2

from app import clock
from app.actions.draft import SeenDraft
from app.actions.resources import Resources
from app.models.person import Person
from app.sandbox.gmail.mailbox import Mailbox as GmailMailbox
from app.sandbox.graph.item import Item
from app.sandbox.graph.mailbox import GraphMailbox
from app.sandbox.sandbox import Sandbox
from tests.actions.situations import World
from tests.people import ALICE, ORIGIN, PRACTICE_MAIL, connected_mailbox

SEND = "*/send"


async def outlook_world(resources: Resources, sandbox: Sandbox, alice: Person, bob: Person) -> World:
    """Return Alice with a connected Outlook mailbox that holds the same mails, and Bob who may assist her."""
    box = sandbox.add_graph_mailbox(sandbox.add_graph_person(*ALICE))
    for raw in PRACTICE_MAIL:
        box.add(raw, internal_date=clock.now(), unread=True)
    mailbox = await connected_mailbox(resources, alice, way="microsoft")
    return World(resources, sandbox, alice, bob, mailbox)


async def world_at(way: str, resources: Resources, sandbox: Sandbox, alice: Person, bob: Person) -> World:
    """Return Alice with a connected mailbox at `gmail` or at `outlook`, and Bob who may assist her."""
    if way == "outlook":
        return await outlook_world(resources, sandbox, alice, bob)
    return World(resources, sandbox, alice, bob, await connected_mailbox(resources, alice))


def either_box(world: World) -> GmailMailbox | GraphMailbox:
    """Return Alice's mailbox, wherever it is, as she has it before her."""
    return box_of(world) if world.mailbox.provider == "graph" else world.sandbox.mailbox(ALICE[0])


def lies_in_folder(world: World, subject: str, folder: str) -> None:
    """Have the owner, or her provider, move a message into the spam, the trash or the sent mail."""
    if world.mailbox.provider == "graph":
        box = box_of(world)
        item = next(each for each in box.items.values() if each.subject == subject)
        box.move(item, box.folders.known({"spam": "junkemail", "trash": "deleteditems", "sent": "sentitems"}[folder]))
        return
    gmail = world.sandbox.mailbox(ALICE[0])
    message = next(each for each in gmail.messages.values() if each.subject == subject)
    message.labels = (message.labels - {"INBOX"}) | {folder.upper()}


def box_of(world: World) -> GraphMailbox:
    """Return Alice's Outlook mailbox, as she has it before her."""
    return world.sandbox.graph_mailbox(ALICE[0])


def item_of(world: World, seen: SeenDraft) -> Item:
    """Return a draft as it lies in Alice's Outlook."""
    return box_of(world).items[seen.draft.id]


def put_into(world: World, seen: SeenDraft, folder: str) -> None:
    """Move a draft by hand into one of the well-known folders."""
    box_of(world).move(item_of(world, seen), box_of(world).folders.known(folder))


def sessions_end(sandbox: Sandbox, *, until: timedelta = timedelta(0)) -> None:
    """Have Graph take no token any more that Alice's account is given until then; refreshing goes on working."""
    sandbox.modes.continuous_access = True
    sandbox.entra.grants.ended[ALICE[0], "practice"] = clock.now() + until


async def late_post(world: World, draft_id: str) -> httpx2.Response:
    """Send a draft as a worker does that has its token and its request ready."""
    token = world.resources.tokens.by_mailbox[world.mailbox.id].value
    return await world.resources.transport._client.post(
        f"{ORIGIN}/v1.0/me/messages/{quote(draft_id, safe='')}/send", headers={"authorization": f"Bearer {token}"}
    )
