"""From one practice mailbox into another, whoever provides it."""

from __future__ import annotations

import pytest

from app.sandbox.delivery import arrived, hand_over
from app.sandbox.graph.mailbox import GraphMailbox
from app.sandbox.sandbox import Sandbox
from tests.sandbox.practice import ALICE, BOB, Program, letter, raw

OUTLOOK = "olga@contoso.example"


@pytest.fixture
def outlook(sandbox: Sandbox) -> GraphMailbox:
    """Olga's Outlook mailbox, with an address more."""
    return sandbox.add_graph_mailbox(sandbox.add_graph_person(OUTLOOK, "Olga"), ["office@contoso.example"])


async def test_a_letter_from_gmail_arrives_at_outlook(program: Program, outlook: GraphMailbox, sandbox: Sandbox):
    written = letter("To all", sender=ALICE, to=f"{BOB}, Office@contoso.example", Bcc=OUTLOOK)
    await program.post("messages/send", {"raw": raw(written)})
    assert len(sandbox.mailbox(BOB).messages) == 1
    assert [item.subject for item in outlook.items.values()] == ["To all", "To all"]  # once for each of her addresses
    for item in outlook.items.values():
        assert item.place
        assert b"Bcc" not in sandbox.spool.get(item.place)
    assert sandbox.left[0].recipients == (BOB, "office@contoso.example", OUTLOOK)


def test_a_letter_is_not_delivered_to_where_it_came_from(sandbox: Sandbox, outlook: GraphMailbox):
    alice = sandbox.mailbox(ALICE)
    hand_over(sandbox, letter(), [ALICE, BOB, OUTLOOK, "nobody@x.example"], sender=ALICE, own=alice)
    assert (len(alice.messages), len(sandbox.mailbox(BOB).messages), len(outlook.items)) == (0, 1, 1)


def test_the_ids_tell_where_it_lies(sandbox: Sandbox, outlook: GraphMailbox):
    assert arrived(sandbox, OUTLOOK, letter()) == list(outlook.items)
    assert arrived(sandbox, BOB, letter()) == list(sandbox.mailbox(BOB).messages)
    assert arrived(sandbox, "nobody@x.example", letter()) == []


def test_one_address_at_both_providers_gets_it_twice(sandbox: Sandbox):
    there = sandbox.add_graph_mailbox(ALICE)
    assert len(arrived(sandbox, ALICE, letter(), result="fail")) == 2
    (item,) = there.items.values()
    assert item.place
    assert b"dmarc=fail action=oreject" in sandbox.spool.get(item.place)
