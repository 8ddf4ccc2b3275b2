"""An Outlook mailbox filled from mail files, with the invented mails, and by deliveries from outside."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from app.sandbox.graph.arriving import deliver
from app.sandbox.graph.mailbox import GraphMailbox
from app.sandbox.headers import read_head
from app.sandbox.mail_files.load import load
from app.sandbox.mail_files.practice import practice_mails
from app.sandbox.sandbox import Sandbox
from tests.sandbox.mail_files.make_mbox import make_mbox
from tests.sandbox.outlook import ALICE, BOB, CHARLIE, CLARA, Caller, quoted
from tests.sandbox.practice import letter

AT = datetime(2026, 11, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("labels", "folder", "categories"),
    [
        (("INBOX",), "inbox", ()),
        (("SENT",), "sentitems", ()),
        (("SPAM",), "junkemail", ()),
        (("TRASH", "INBOX"), "deleteditems", ()),
        ((), "archive", ()),
        (("Clients/Boldo",), "archive", ("Clients/Boldo",)),
        (("INBOX", "VIP", "STARRED", "IMPORTANT", "CATEGORY_PERSONAL"), "inbox", ("VIP",)),
        (("DRAFT",), "drafts", ()),
    ],
)
def test_labels_become_a_folder_and_categories(
    mailbox: GraphMailbox, labels: tuple[str, ...], folder: str, categories: tuple[str, ...]
):
    item = mailbox.add(letter(), labels=labels, internal_date=AT, unread=True)
    assert (item.folder.well_known, item.categories, item.received) == (folder, categories, AT)
    assert item.flag == ("flagged" if "STARRED" in labels else "notFlagged")
    assert (item.draft is not None) == (folder == "drafts")
    assert item.read is False


async def test_a_draft_of_a_mail_file_can_be_sent(caller: Caller, mailbox: GraphMailbox, sandbox: Sandbox):
    item = mailbox.add(letter("From a file", sender=ALICE, to=BOB), labels=("DRAFT",))
    answer = await caller.ask("POST", f"messages/{quoted(item.mutable)}/send")
    assert answer.status_code == 202
    assert [one.subject for one in sandbox.graph_mailbox(BOB).items.values()] == ["From a file"]


async def test_a_mail_file_is_read_into_it(mailbox: GraphMailbox, tmp_path: Path):
    make_mbox(tmp_path / "own.mbox", 30, broken=2)
    loaded = await load(mailbox, tmp_path / "own.mbox", progress=lambda _: None)
    assert (loaded.read, loaded.unreadable) == (30, 2)
    assert len(mailbox.items) == 30
    assert all(item.place for item in mailbox.items.values())


def test_the_invented_mails_bear_what_exchange_writes(mailbox: GraphMailbox):
    for each in practice_mails(AT, mailbox.address, provider="graph"):
        mailbox.add(each.raw, labels=each.labels, internal_date=each.internal_date, unread=each.unread)
    heads = [read_head(mailbox.spool.get(item.place)) for item in mailbox.items.values() if item.place]
    checked = [head.first("Authentication-Results") for head in heads if head.first("Authentication-Results")]
    assert len(mailbox.items) > 20
    assert checked
    assert all(line.startswith("spf=") and "compauth=" in line for line in checked)
    assert not any("google" in value for head in heads for _, value in head.fields)


@pytest.mark.parametrize(
    ("result", "action", "reason"), [("pass", "none", "100"), ("fail", "oreject", "000"), ("none", "none", "001")]
)
async def test_a_delivery_says_what_the_checks_found(
    client: httpx2.AsyncClient, mailbox: GraphMailbox, result: str, action: str, reason: str
):
    query = {"mailbox": ALICE, "result": result}
    arrived = (await client.post("/_deliver", params=query, content=letter(to=ALICE))).json()["id"]
    item = mailbox.items[arrived]
    assert (item.folder.well_known, item.read, item.author) == ("inbox", False, CLARA)
    assert item.place
    checked = read_head(mailbox.spool.get(item.place)).first("Authentication-Results")
    assert checked.startswith(f"spf={result} (sender IP is 203.0.113.25) smtp.mailfrom=customer.example; dkim={result}")
    assert f"dmarc={result} action={action} header.from=customer.example" in checked
    assert checked.endswith(f"compauth={result} reason={reason}")


def test_a_letter_without_an_id_gets_one(mailbox: GraphMailbox):
    assert deliver(mailbox, letter()).message_id.startswith("<")
    assert deliver(mailbox, letter(message_id="<own@x.example>")).message_id == "<own@x.example>"


async def test_accounts_of_both_providers_are_listed_and_added(client: httpx2.AsyncClient, sandbox: Sandbox):
    dora = {
        "provider": "graph",
        "email": "dora@contoso.example",
        "name": "Dora",
        "send_as": [{"email": "d@contoso.example"}],
    }
    alone = {"provider": "graph", "email": "emil@contoso.example", "mailbox": False}
    listed = (await client.put("/_accounts", json=[dora, alone])).json()
    graph = [(row["mailbox"], row["person"]) for row in listed if row["provider"] == "graph"]
    assert graph == [(ALICE, "Alice Amsel"), (BOB, "Bob Brun"), ("dora@contoso.example", "Dora")]
    assert {row["provider"] for row in listed} == {"gmail", "graph"}
    assert sandbox.entra.account("emil@contoso.example")
    assert sandbox.graph_receiving("D+x@contoso.example") is sandbox.graph_mailbox("dora@contoso.example")


async def test_a_delivery_to_nobody_is_said(client: httpx2.AsyncClient):
    answer = await client.post("/_deliver", params={"mailbox": CHARLIE}, content=letter())
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("query", "status"), [({"mailbox": "nobody@x.example"}, 404), ({"mailbox": ALICE, "cause": "x"}, 400)]
)
async def test_a_consent_that_cannot_be_ended(client: httpx2.AsyncClient, query: dict[str, str], status: int):
    assert (await client.post("/_consents", params=query)).status_code == status


async def test_an_ended_consent_at_google_ends_at_once(client: httpx2.AsyncClient, sandbox: Sandbox):
    token = sandbox.grants.new_access("practice", "alice@practice.example", ())
    await client.post("/_consents", params={"mailbox": "alice@practice.example"})
    assert sandbox.grants.access(token) is None
