"""People, mailboxes and the addresses that reach them."""

from __future__ import annotations

import pytest

from app.errors import NotFound
from app.sandbox.gmail.mailbox import Mailbox, SendAs
from app.sandbox.sandbox import Sandbox
from tests.sandbox.practice import ALICE, BOB, CHARLIE, letter


def test_it_begins_empty():
    made = Sandbox("http://practice.example")
    assert (made.people, made.mailboxes, made.ledger.entries) == ({}, {}, [])
    made.close()


def test_a_mailbox_brings_its_owner(sandbox: Sandbox):
    box = sandbox.add_mailbox("Dan@practice.example")
    assert sandbox.person_of(box).name == "Dan"
    assert sandbox.mailbox("dan@PRACTICE.example") is box


def test_an_account_without_mail_has_no_mailbox(sandbox: Sandbox):
    with pytest.raises(NotFound):
        sandbox.mailbox(CHARLIE)


@pytest.mark.parametrize("address", ["", "alice", "@practice.example", "alice@elsewhere.example"])
def test_other_addresses_reach_nobody(sandbox: Sandbox, address: str):
    assert sandbox.receiving(address) is None


def test_adding_again_changes_names_and_addresses_and_keeps_the_mail(sandbox: Sandbox, mailbox: Mailbox):
    message = mailbox.add(letter())
    again = sandbox.add_mailbox(sandbox.add_person(ALICE, "Alicia"), [SendAs("team@practice.example")])
    assert again is mailbox
    assert message.id in again.messages
    assert [(one.email, one.name) for one in again.send_as] == [(ALICE, "Alicia"), ("team@practice.example", "")]


def test_the_primary_address_is_the_default_unless_another_is(sandbox: Sandbox):
    box = sandbox.add_mailbox(BOB, [SendAs("team@practice.example", default=True)])
    assert box.default_sender.email == "team@practice.example"
    assert sandbox.add_mailbox(BOB).default_sender.email == BOB


def test_letters_of_two_mailboxes_do_not_mix(sandbox: Sandbox):
    first = sandbox.mailbox(ALICE).add(letter("one"))
    second = sandbox.mailbox(BOB).add(letter("two"))
    assert b"Subject: one" in sandbox.mailbox(ALICE).raw(first)
    assert b"Subject: two" in sandbox.mailbox(BOB).raw(second)
    assert first.id not in sandbox.mailbox(BOB).messages


def test_equal_label_sets_are_kept_once(mailbox: Mailbox):
    made = [mailbox.add(letter(f"{n}"), labels=("INBOX",), unread=True) for n in range(3)]
    assert len({id(message.labels) for message in made}) == 1


def test_a_slash_behind_the_origin_makes_no_other_issuer():
    made = Sandbox("http://practice.example/")
    assert made.issuer == "http://practice.example/google"
    made.close()


def test_the_issuer_follows_the_origin(sandbox: Sandbox):
    sandbox.origin = "http://127.0.0.1:1"
    assert sandbox.issuer == "http://127.0.0.1:1/google"


def test_an_outlook_mailbox_brings_its_owner_and_keeps_the_mail(sandbox: Sandbox):
    box = sandbox.add_graph_mailbox("Olga@contoso.example")
    item = box.add(letter())
    again = sandbox.add_graph_mailbox(sandbox.add_graph_person("olga@CONTOSO.example", "Olga"), ["o@contoso.example"])
    assert again is box is sandbox.graph_mailbox("O+note@contoso.example")
    assert item.immutable in again.items
    assert sandbox.entra.accounts["olga@contoso.example"].name == "Olga"


@pytest.mark.parametrize("address", ["", "olga", "olga@elsewhere.example", ALICE])
def test_other_addresses_have_no_outlook(sandbox: Sandbox, address: str):
    sandbox.add_graph_mailbox("olga@contoso.example")
    with pytest.raises(NotFound):
        sandbox.graph_mailbox(address)
