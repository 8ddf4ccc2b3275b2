"""Labels at Microsoft: names on the messages, and the owner's list of them where she lets it be read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from app.child import Child
from app.providers import reading
from app.sandbox.graph.categories import Category
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import make_app
from tests.contract.graph_practice import GraphPractice
from tests.contract.practice import letter
from tests.people import ALICE, ORIGIN, practice_settings

NONE: frozenset[str] = frozenset()


@pytest.fixture
async def practice(tmp_path: Path) -> AsyncIterator[GraphPractice]:
    """Alice's mailbox, before she has consented to anything."""
    sandbox = Sandbox(ORIGIN)
    sandbox.add_graph_mailbox(sandbox.add_graph_person(*ALICE))
    async with (
        httpx2.AsyncClient(transport=httpx2.ASGITransport(make_app(sandbox))) as client,
        Child(reading.work) as reader,
    ):
        yield GraphPractice(practice_settings(tmp_path), sandbox, client, reader)
    sandbox.close()


async def test_what_we_ask_for_reads_no_settings_and_labels_all_the_same(practice: GraphPractice) -> None:
    await practice.open()
    assert await practice.mailbox.labels() == ()
    question = practice.deliver(letter())
    await practice.mailbox.relabel(question, add=frozenset({"Garden"}), remove=NONE)
    assert await practice.mailbox.labels() == ("Garden",)
    assert "Garden" not in {each.name for each in practice._box.categories}


async def test_with_her_further_consent_the_owners_own_list_is_known(practice: GraphPractice) -> None:
    await practice.open("MailboxSettings.ReadWrite")
    listed = await practice.mailbox.labels()
    assert "Red category" in listed
    assert listed == tuple(sorted(listed, key=str.casefold))
    question = practice.deliver(letter())
    message = await practice.mailbox.relabel(question, add=frozenset({"RED CATEGORY"}), remove=NONE)
    assert message.labels == {"Red category"}


async def test_the_owners_list_is_never_written(practice: GraphPractice) -> None:
    await practice.open("MailboxSettings.ReadWrite")
    before: list[Category] = list(practice._box.categories)
    question = practice.deliver(letter(), labels=("INBOX", "Terrace"))
    await practice.mailbox.relabel(question, add=frozenset({"Garden"}), remove=frozenset({"Terrace"}))
    assert list(practice._box.categories) == before


async def test_a_name_is_spelt_as_it_stands_on_another_letter(practice: GraphPractice) -> None:
    await practice.open()
    practice.deliver(letter("One"), labels=("INBOX", "Clients/VIP"))
    question = practice.deliver(letter("Two"))
    message = await practice.mailbox.relabel(question, add=frozenset({"clients/vip"}), remove=NONE)
    assert message.labels == {"Clients/VIP"}


async def test_a_flag_and_a_star_are_no_labels(practice: GraphPractice) -> None:
    await practice.open()
    question = practice.deliver(letter(), labels=("INBOX", "STARRED", "IMPORTANT"))
    assert (await practice.mailbox.message(question)).labels == NONE
