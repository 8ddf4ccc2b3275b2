"""Tabs of the inbox as private marks: where a provider sorts into tabs, and nowhere else."""

from __future__ import annotations

import pytest

from app import clock
from app.actions.list_messages import list_messages
from app.actions.private_labels import mark_label, not_in_mailbox, private_labels
from app.actions.resources import Resources
from app.errors import BadRequest, Unsupported
from app.models.person import Person
from app.providers.base import Listing
from app.sandbox.sandbox import Sandbox
from tests.actions.outlook import outlook_world
from tests.actions.situations import World, client_writes, message_id, subjects
from tests.people import ALICE, CLIENT, mail


async def test_V15_of_a_private_tab_no_assistant_sees_a_conversation(world: World) -> None:
    offer = mail(CLIENT, "Half price", "Only today.", message_id="<half@customer.example>")
    answer = mail(CLIENT, "Re: Half price", "And tomorrow.", answers="<half@customer.example>")
    box = world.sandbox.mailbox(ALICE[0])
    box.add(offer, labels=("INBOX", "CATEGORY_PROMOTIONS"), internal_date=clock.now())
    box.add(answer, labels=("INBOX", "CATEGORY_UPDATES"), internal_date=clock.now())
    await world.grant("mail.read")
    owner, desk = await world.owner(), await world.assistant()
    assert await message_id(desk, "Half price")
    row = await mark_label(owner, "category_promotions")
    assert row.label == "CATEGORY_PROMOTIONS"
    assert await not_in_mailbox(owner, await private_labels(owner)) == frozenset()
    client_writes(world.sandbox)  # arrives in the first tab, which is none of them
    seen = subjects((await list_messages(desk, Listing())).messages)
    assert not {"Half price", "Re: Half price"} & set(seen)
    assert "Re: Terrace in March?" in seen


@pytest.mark.parametrize("name", ["INBOX", "starred", "CATEGORY_PERSONAL", "Trash"])
async def test_a_place_or_a_state_is_no_label_and_would_make_nothing_private(world: World, name: str) -> None:
    with pytest.raises(BadRequest, match="no label"):
        await mark_label(await world.owner(), name)


async def test_outlook_has_no_tabs(resources: Resources, sandbox: Sandbox, alice: Person, bob: Person) -> None:
    world = await outlook_world(resources, sandbox, alice, bob)
    owner = await world.owner()
    with pytest.raises(Unsupported, match="only Gmail"):
        await mark_label(owner, "CATEGORY_PROMOTIONS")
    assert await private_labels(owner) == []
