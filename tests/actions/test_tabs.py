"""Tabs of the inbox as private marks: where a provider sorts into tabs, and nowhere else."""

from __future__ import annotations

import pytest

from app import clock
from app.actions.grants import revoke
from app.actions.list_messages import list_messages
from app.actions.private_labels import mark_label, not_in_mailbox, private_labels
from app.actions.read import read
from app.actions.resources import Resources
from app.actions.terms import checked_conditions
from app.errors import BadRequest, NotFound, Unsupported
from app.models.conditions import Conditions
from app.models.person import Person
from app.providers.base import Listing
from app.sandbox.sandbox import Sandbox
from tests.actions.outlook import outlook_world
from tests.actions.situations import TERRACE, World, client_writes, message_id, subjects
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


@pytest.mark.parametrize("name", ["IMPORTANT", "Starred", "UNREAD", "Inbox", "CATEGORY_PERSONAL"])
@pytest.mark.parametrize("bound", ["labels_in", "labels_out"])
async def test_a_place_or_a_state_binds_no_access_either(name: str, bound: str) -> None:
    with pytest.raises(BadRequest, match="no label"):
        checked_conditions(Conditions(**{bound: frozenset({name})}))


async def test_a_tab_that_an_access_leaves_out_is_not_shown(world: World) -> None:
    offer = mail(CLIENT, "Half price", "Only today.", message_id="<half@customer.example>")
    labels = ("INBOX", "CATEGORY_PROMOTIONS")
    world.sandbox.mailbox(ALICE[0]).add(offer, labels=labels, internal_date=clock.now())
    owner = await world.owner()
    tab, known = frozenset({"category_promotions"}), await message_id(owner, "Half price")
    for bound, there in ((Conditions(labels_in=tab), True), (Conditions(labels_out=tab), False)):
        grant = await world.grant("mail.read", conditions=checked_conditions(bound))
        desk = await world.assistant()
        shown = subjects((await list_messages(desk, Listing(size=50))).messages)
        assert [each == "Half price" for each in shown].count(True) == there
        assert (TERRACE in shown) is not there
        if not there:
            with pytest.raises(NotFound):
                await read(desk, known)
        await revoke(owner, grant.id)
