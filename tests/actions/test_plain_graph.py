"""Every act at another implementation of Graph than ours: all of Microsoft's addresses are settings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest

from app import clock
from app.actions import draft, label, move
from app.actions.list_messages import list_messages
from app.actions.read import read
from app.actions.resources import Resources
from app.actions.send import deliver
from app.models.draft import SendState
from app.models.person import Person
from app.providers.base import Folder, Listing
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import make_app
from app.settings import Settings
from tests.actions.outlook import outlook_world
from tests.actions.situations import approved, in_an_hour, its_hour_comes
from tests.people import ORIGIN, practice_settings
from tests.providers.graph.plain import PlainGraph

ELSEWHERE = "http://plain.localhost:8099"


@pytest.fixture
def plain() -> PlainGraph:
    """Alice's mailbox there, with a client's letter."""
    graph = PlainGraph()
    graph.put("msg_march")
    return graph


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """Settings with Graph's address elsewhere; consent comes from the practice server."""
    yield practice_settings(tmp_path, graph_api_url=f"{ELSEWHERE}/v1.0")
    clock.practise()


@pytest.fixture
async def provider_client(sandbox: Sandbox, plain: PlainGraph) -> AsyncIterator[httpx2.AsyncClient]:
    """A client that reaches both."""
    mounts = {ORIGIN: httpx2.ASGITransport(make_app(sandbox)), ELSEWHERE: httpx2.MockTransport(plain)}
    async with httpx2.AsyncClient(mounts=mounts) as client:
        yield client


async def test_every_act_works_there_and_one_letter_leaves(
    resources: Resources, sandbox: Sandbox, plain: PlainGraph, alice: Person, bob: Person
) -> None:
    world = await outlook_world(resources, sandbox, alice, bob)
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
