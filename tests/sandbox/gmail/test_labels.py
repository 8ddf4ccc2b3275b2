"""Labels as objects: made, renamed, coloured, thrown away."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from app.sandbox.gmail import labelbook
from app.sandbox.gmail.labelbook import SYSTEM, LabelBook, palette
from app.sandbox.gmail.mailbox import Mailbox, Message
from app.sandbox.gmail.refusals import Refusal
from tests.sandbox.practice import GMAIL, Program, consent, letter


async def test_gmails_own_labels_are_there_from_the_start(program: Program):
    labels = (await program.get("labels"))["labels"]
    assert {label["id"] for label in labels} == set(SYSTEM)
    assert all(label["type"] == "system" and label["name"] == label["id"] for label in labels)
    hidden = {label["id"] for label in labels if label.get("labelListVisibility") == "labelHide"}
    assert "CATEGORY_PERSONAL" in hidden
    assert "INBOX" not in hidden


async def test_a_label_is_made_with_what_was_given(program: Program):
    given: dict[str, Any] = {
        "name": "Clients/Clara",
        "labelListVisibility": "labelShowIfUnread",
        "messageListVisibility": "hide",
        "color": {"backgroundColor": "#16a766", "textColor": "#ffffff"},
    }
    made = await program.post("labels", given)
    assert made == given | {"id": made["id"], "type": "user"}
    assert made["id"].startswith("Label_")
    assert made in (await program.get("labels"))["labels"]


@pytest.mark.parametrize("name", ["Clients", "clients", "CLIENTS", " Clients "])
async def test_a_name_is_one_whatever_its_case(program: Program, name: str):
    await program.post("labels", {"name": "Clients"})
    answer = await program.ask("POST", "labels", json={"name": name})
    error = answer.json()["error"]
    assert (answer.status_code, error["message"], error["status"]) == (409, "Label name exists or conflicts", "ABORTED")
    assert error["errors"][0]["reason"] == "aborted"


async def test_labels_below_one_another_need_no_parent(program: Program):
    await program.post("labels", {"name": "A/B/C"})
    await program.post("labels", {"name": "A"})
    names = {label["name"] for label in (await program.get("labels"))["labels"]}
    assert {"A", "A/B/C"} <= names
    assert "A/B" not in names


async def test_a_new_name_leaves_the_id_and_those_below(program: Program):
    parent = await program.post("labels", {"name": "Clients"})
    await program.post("labels", {"name": "Clients/Clara"})
    renamed = await program.done("PATCH", f"labels/{parent['id']}", json={"name": "Customers"})
    assert (renamed["id"], renamed["name"]) == (parent["id"], "Customers")
    assert "Clients/Clara" in {label["name"] for label in (await program.get("labels"))["labels"]}


async def test_a_label_may_take_its_own_name_in_another_case_but_not_anothers(program: Program):
    made = await program.post("labels", {"name": "clients"})
    await program.post("labels", {"name": "Shops"})
    assert (await program.done("PATCH", f"labels/{made['id']}", json={"name": "Clients"}))["name"] == "Clients"
    taken = await program.ask("PATCH", f"labels/{made['id']}", json={"name": "shops"})
    assert taken.status_code == 409


async def test_patch_changes_what_is_named_and_update_everything(program: Program):
    colour = {"backgroundColor": "#16a766", "textColor": "#ffffff"}
    made = await program.post("labels", {"name": "A", "color": colour, "labelListVisibility": "labelHide"})
    patched = await program.done("PATCH", f"labels/{made['id']}", json={"messageListVisibility": "hide"})
    assert patched["color"] == colour
    updated = await program.done("PUT", f"labels/{made['id']}", json={"id": made["id"], "name": "B"})
    assert updated == {
        "id": made["id"],
        "name": "B",
        "messageListVisibility": "show",
        "labelListVisibility": "labelShow",
        "type": "user",
    }
    other_id = await program.ask("PUT", f"labels/{made['id']}", json={"id": "Label_7", "name": "B"})
    assert other_id.status_code == 400
    nameless = await program.ask("PUT", f"labels/{made['id']}", json={})
    assert nameless.status_code == 400


async def test_a_refused_colour_makes_no_label(program: Program):
    wrong = {"backgroundColor": "#FF0000", "textColor": "#ffffff"}
    assert (await program.ask("POST", "labels", json={"name": "A", "color": wrong})).status_code == 400
    assert all(label["type"] == "system" for label in (await program.get("labels"))["labels"])


def test_the_palette_is_that_of_the_discovery_document():
    assert len(palette()) == 113
    assert {"#000000", "#ffffff", "#083018"} <= palette()


async def test_counts_are_in_get_and_not_in_list(program: Program, mailbox: Mailbox, from_clara: Message):
    mailbox.add(letter("Re: Terrace", answers="<march@customer.example>"))
    counted = await program.get("labels/INBOX")
    numbers = [counted[name] for name in ("messagesTotal", "messagesUnread", "threadsTotal", "threadsUnread")]
    assert numbers == [2, 1, 1, 1]
    assert all("messagesTotal" not in label for label in (await program.get("labels"))["labels"])


async def test_a_label_that_goes_leaves_every_message(program: Program, from_clara: Message):
    made = await program.post("labels", {"name": "Clients"})
    await program.post(f"messages/{from_clara.id}/modify", {"addLabelIds": [made["id"]]})
    answer = await program.ask("DELETE", f"labels/{made['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await program.get(f"messages/{from_clara.id}"))["labelIds"] == ["INBOX", "UNREAD"]
    assert (await program.ask("GET", f"labels/{made['id']}")).status_code == 404


async def test_an_id_is_not_given_twice(program: Program):
    first = await program.post("labels", {"name": "A"})
    await program.done("DELETE", f"labels/{first['id']}")
    second = await program.post("labels", {"name": "A"})
    assert first["id"] != second["id"]


async def test_the_labels_scope_makes_labels_and_applies_none(client: httpx2.AsyncClient, from_clara: Message):
    narrow = await consent(client, scope=f"{GMAIL}labels")
    made = await narrow.post("labels", {"name": "Clients"})
    answer = await narrow.ask("POST", f"messages/{from_clara.id}/modify", json={"addLabelIds": [made["id"]]})
    assert answer.status_code == 403


def test_a_mailbox_has_room_for_so_many_labels(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(labelbook, "MOST_LABELS", len(SYSTEM) + 1)
    book = LabelBook()
    book.create("A", {})
    with pytest.raises(Refusal, match="Label limit exceeded"):
        book.create("B", {})
