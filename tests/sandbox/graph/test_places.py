"""Where messages lie: moving changes one kind of id, deleting goes through Deleted Items, folders have lasting ids."""

from __future__ import annotations

import pytest

from app.sandbox.graph.item import Item
from app.sandbox.graph.mailbox import GraphMailbox
from app.sandbox.sandbox import Sandbox
from tests.sandbox.outlook import ALICE, BOB, IMMUTABLE, Caller, let_in, quoted
from tests.sandbox.practice import last_effect, letter


def path(item_id: str, what: str = "") -> str:
    return f"messages/{quoted(item_id)}{what}"


@pytest.mark.parametrize("destination", ["archive", "Archive"])
async def test_a_move_changes_the_id_that_is_not_immutable(
    caller: Caller, from_clara: Item, sandbox: Sandbox, destination: str
):
    old = from_clara.mutable
    moved = await caller.done("POST", path(old, "/move"), json={"destinationId": destination})
    assert moved["id"] == from_clara.mutable != old
    assert await caller.refused("GET", path(old)) == (404, "ErrorItemNotFound")
    effect = last_effect(sandbox)
    assert (effect.kind, effect.labels_added, effect.labels_removed) == ("move", ("archive",), ("inbox",))


async def test_an_immutable_id_survives_every_move(caller: Caller, from_clara: Item):
    kept = from_clara.immutable
    for place in ("archive", "junkemail", "inbox", "deleteditems"):
        answer = await caller.ask("POST", path(kept, "/move"), json={"DestinationId": place}, headers=IMMUTABLE)
        assert (answer.status_code, answer.json()["id"]) == (201, kept)
    folder = (await caller.get("mailFolders/deleteditems"))["id"]
    assert (await caller.get(path(kept)))["parentFolderId"] == folder


async def test_a_folder_is_named_by_its_id_too(caller: Caller, from_clara: Item):
    folder = (await caller.get("mailFolders/archive"))["id"]
    await caller.post(path(from_clara.mutable, "/move"), {"destinationId": folder})
    (found,) = (await caller.get(f"mailFolders/{quoted(folder)}/messages"))["value"]
    assert found["id"] == from_clara.mutable
    assert (await caller.get("mailFolders/inbox/messages"))["value"] == []


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({}, (400, "RequestBodyRead")),
        ({"destinationId": 7}, (400, "RequestBodyRead")),
        ({"destinationId": "Bandeja de entrada"}, (400, "ErrorInvalidIdMalformed")),
        ({"destinationId": f"AQMkAD{'x' * 70}="}, (404, "ErrorItemNotFound")),
        ({"destination": "archive"}, (400, "RequestBodyRead")),
    ],
)
async def test_a_place_that_is_none(caller: Caller, from_clara: Item, body: dict[str, str], refusal: tuple[int, str]):
    assert await caller.refused("POST", path(from_clara.mutable, "/move"), json=body) == refusal
    assert from_clara.folder.well_known == "inbox"


async def test_deleting_lays_it_into_deleted_items_and_then_away(caller: Caller, from_clara: Item, sandbox: Sandbox):
    kept = from_clara.immutable
    answer = await caller.ask("DELETE", path(kept))
    assert (answer.status_code, answer.content) == (204, b"")
    assert (last_effect(sandbox).kind, from_clara.folder.well_known) == ("trash", "deleteditems")
    assert (await caller.ask("GET", path(kept))).status_code == 200
    await caller.ask("DELETE", path(kept))
    assert await caller.refused("GET", path(kept)) == (404, "ErrorItemNotFound")


async def test_deleting_heeds_the_etag(caller: Caller, from_clara: Item):
    stale = {"headers": {"if-match": 'W/"old"'}}
    assert await caller.refused("DELETE", path(from_clara.mutable), **stale) == (412, "ErrorIrresolvableConflict")
    assert from_clara.folder.well_known == "inbox"


async def test_deleting_for_good(caller: Caller, from_clara: Item, mailbox: GraphMailbox, sandbox: Sandbox):
    assert (await caller.ask("POST", path(from_clara.mutable, "/permanentDelete"))).status_code == 204
    assert mailbox.items == {}
    assert last_effect(sandbox).kind == "trash"
    assert (await caller.get("messages"))["value"] == []


async def test_a_copy_is_another_message(caller: Caller, from_clara: Item, mailbox: GraphMailbox):
    from_clara.categories = ("VIP",)
    made = await caller.post(path(from_clara.mutable, "/copy"), {"destinationId": "archive"})
    assert made["id"] not in {from_clara.mutable, from_clara.immutable}
    assert (made["categories"], made["conversationId"]) == (["VIP"], from_clara.conversation)
    await caller.done("PATCH", path(made["id"]), json={"categories": []})
    assert from_clara.categories == ("VIP",)
    assert len(mailbox.items) == 2


async def test_a_copied_draft_is_written_to_alone(caller: Caller):
    first = await caller.post("messages", {"subject": "one"})
    second = await caller.post(path(first["id"], "/copy"), {"destinationId": "drafts"})
    await caller.done("PATCH", path(second["id"]), json={"subject": "two"})
    assert (await caller.get(path(first["id"])))["subject"] == "one"


async def test_folders_speak_the_owners_language_and_are_found_by_word(caller: Caller, sandbox: Sandbox):
    names = [folder["displayName"] for folder in (await caller.get("mailFolders"))["value"]]
    assert names[:2] == ["Bandeja de entrada", "Borradores"]
    french = let_in(caller.client, sandbox, BOB, "Mail.Read")
    assert (await french.get("mailFolders/SentItems"))["displayName"] == "Éléments envoyés"
    assert await caller.refused("GET", "mailFolders/INBOX2") == (400, "ErrorInvalidIdMalformed")


async def test_a_folder_counts_what_lies_in_it(caller: Caller, from_clara: Item, mailbox: GraphMailbox):
    mailbox.add(letter("second"))
    inbox = await caller.get("mailFolders/inbox")
    assert (inbox["totalItemCount"], inbox["unreadItemCount"], inbox["childFolderCount"]) == (2, 1, 0)
    assert inbox["parentFolderId"] == (await caller.get("mailFolders/msgfolderroot"))["id"]


async def test_own_folders_are_made_once_under_each_name(caller: Caller, from_clara: Item):
    made = await caller.post("mailFolders", {"displayName": "Clients"})
    below = await caller.post(f"mailFolders/{quoted(made['id'])}/childFolders", {"displayName": "Clara"})
    assert below["parentFolderId"] == made["id"]
    listed = await caller.get(f"mailFolders/{quoted(made['id'])}/childFolders")
    assert [one["displayName"] for one in listed["value"]] == ["Clara"]
    again = {"json": {"displayName": "clients"}}
    assert await caller.refused("POST", "mailFolders", **again) == (409, "ErrorFolderExists")
    assert await caller.refused("POST", "mailFolders", json={"displayName": " "}) == (400, "RequestBodyRead")
    await caller.post(path(from_clara.mutable, "/move"), {"destinationId": below["id"]})
    assert from_clara.folder.word == "Clara"


async def test_folders_come_ten_at_a_time(caller: Caller):
    for n in range(5):
        await caller.post("mailFolders", {"displayName": f"F{n}"})
    first = await caller.get("mailFolders")
    assert len(first["value"]) == 10
    rest = await caller.done("GET", first["@odata.nextLink"])
    assert [one["displayName"] for one in rest["value"]][-1] == "F4"
    assert "@odata.nextLink" not in rest


async def test_well_known_ids_are_the_same_in_every_run(caller: Caller, sandbox: Sandbox):
    other = Sandbox("http://practice.example")
    again = other.add_graph_mailbox(other.add_graph_person(ALICE, "Alice", "fr"))
    assert (await caller.get("mailFolders/inbox"))["id"] == again.folders.known("inbox").id
    other.close()
