"""Every act at another implementation of Graph than ours: all of Microsoft's addresses are settings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx2
import pytest

from app import clock
from app.actions import draft, label, move, sign_in
from app.actions.disconnect import disconnect
from app.actions.list_messages import list_messages
from app.actions.mailboxes import mailboxes
from app.actions.read import read
from app.actions.resources import Resources
from app.actions.send import deliver
from app.errors import Denied, MailboxDisconnected
from app.models.draft import SendState
from app.models.mailbox import MailboxState
from app.models.person import Person
from app.providers.base import Folder, Listing
from app.sandbox.sandbox import Sandbox
from app.settings import Settings
from tests.actions.situations import World, approved, in_an_hour, its_hour_comes
from tests.people import connected_mailbox
from tests.providers.graph.elsewhere import NAMED, Elsewhere, at_authority, settings_elsewhere
from tests.providers.graph.plain_authority import ALICE_THERE, AUTHORITY, BOB_THERE, OIDS

SIGN_IN = sign_in.Purpose.SIGN_IN


@pytest.fixture
def there() -> Elsewhere:
    """The other implementation, with Alice's mailbox."""
    return Elsewhere()


@pytest.fixture(params=[NAMED, {"microsoft_issuer": AUTHORITY}], ids=["each address named", "below the authority"])
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """Settings with every address of Microsoft's there."""
    yield settings_elsewhere(tmp_path, **request.param)
    clock.practise()


@pytest.fixture
async def provider_client(sandbox: Sandbox, there: Elsewhere) -> AsyncIterator[httpx2.AsyncClient]:
    """A client that reaches both, and notes whom it asks."""
    async with there.client(sandbox) as client:
        yield client


async def signed_in(resources: Resources, client: httpx2.AsyncClient, there: Elsewhere, account: str) -> Person:
    """Sign somebody in there."""
    there.authority.at_the_browser = account
    browser = uuid4().hex
    url = await sign_in.begin(resources, SIGN_IN, "microsoft", browser=browser)
    query = urlsplit(await at_authority(client, url)).query
    answer = {name: values[0] for name, values in parse_qs(query).items()}
    journey = await sign_in.finish(resources, SIGN_IN, "microsoft", browser=browser, person_id=None, answer=answer)
    return (await sign_in.sign_in(resources, journey.consent, agent="a test", language="en"))[0]


@pytest.fixture
async def world(resources: Resources, sandbox: Sandbox, there: Elsewhere, provider_client: httpx2.AsyncClient) -> World:
    """Alice and Bob, who have signed in there, and Alice's mailbox, connected there."""
    bob = await signed_in(resources, provider_client, there, BOB_THERE)
    alice = await signed_in(resources, provider_client, there, ALICE_THERE)
    assert [(each.issuer, each.subject) for each in (alice, bob)] == [(AUTHORITY, oid) for oid in OIDS.values()]
    return World(resources, sandbox, alice, bob, await connected_mailbox(resources, alice, way="microsoft"))


async def test_C2_every_act_works_there_and_one_letter_leaves(world: World, there: Elsewhere) -> None:
    resources, plain = world.resources, there.graph
    await world.grant("mail.read", "label", "archive", "trash", "draft", "schedule")
    owner, desk = await world.owner(), await world.assistant()
    (listed,) = (await list_messages(desk, Listing())).messages
    assert listed.message.subject == "Terrace in March?"
    assert (await read(desk, listed.id)).content.text == "Could you start?"

    assert (await label.label(desk, listed.id, add=["Answer"], remove=[])).message.labels == {"Answer"}
    assert (await label.label(desk, listed.id, add=[], remove=["Answer"])).message.labels == frozenset()
    went = [await act(desk, listed.id) for act in (move.archive, move.restore, move.trash, move.restore)]
    assert [seen.message.folder for seen in went] == [Folder.ARCHIVE, Folder.INBOX, Folder.TRASH, Folder.INBOX]

    seen = await draft.write_draft(desk, listed.id, "Yes, gladly.")
    assert plain.messages[seen.draft.id]["isDraft"]
    changed = await draft.edit_draft(desk, seen.row.id, "Yes, very gladly.")
    assert changed.draft.text == "Yes, very gladly."
    planned = await in_an_hour(desk, changed)
    await approved(owner, changed)
    assert plain.sent == []
    its_hour_comes()
    for _ in range(2):
        assert (await deliver(resources, world.mailbox.id, planned.id)).state is SendState.SENT
    assert plain.sent == [seen.draft.id]
    assert there.authority.asked == ["authorization_code"] * 3 + ["refresh_token"]

    calls = plain.calls
    assert not await disconnect(owner)
    (mailbox,) = await mailboxes(resources, world.alice.id)
    assert mailbox.state is MailboxState.DISCONNECTED
    with pytest.raises(Denied):
        await list_messages(await world.owner(), Listing())
    assert plain.calls == calls
    assert there.alone(world.sandbox)


async def test_a_consent_there_outlives_every_refresh_that_brings_no_new_one(world: World, there: Elsewhere) -> None:
    owner = await world.owner()
    for refreshed in range(1, 4):
        its_hour_comes()
        assert (await list_messages(owner, Listing())).messages
        assert there.authority.asked.count("refresh_token") == refreshed
    there.authority.refreshable.clear()
    its_hour_comes()
    with pytest.raises(MailboxDisconnected):
        await list_messages(owner, Listing())
    (mailbox,) = await mailboxes(world.resources, world.alice.id)
    assert mailbox.state is MailboxState.NEEDS_RECONNECT
    assert there.alone(world.sandbox)
