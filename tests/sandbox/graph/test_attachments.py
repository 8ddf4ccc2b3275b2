"""Files on messages: seen, added to drafts, sent along, and large ones in pieces."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from typing import Any

import pytest

from app.sandbox.graph.item import Item
from app.sandbox.graph.mailbox import GraphMailbox
from app.sandbox.sandbox import Sandbox
from tests.sandbox.outlook import ALICE, BOB, CLARA, Caller, quoted, to
from tests.sandbox.practice import last_effect, letter

FILE = {"@odata.type": "#microsoft.graph.fileAttachment", "name": "plan.pdf", "contentBytes": "JVBERg=="}


def with_files() -> bytes:
    """Return a letter with a PDF, a picture within the text, and another letter."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = CLARA, ALICE, "Files"
    made.set_content("<p>See</p>", subtype="html")
    made.add_related(b"picture", "image", "png", cid="<p@x>", filename="p.png", disposition="inline")
    made.add_attachment(b"%PDF", "application", "pdf", filename="año.pdf")
    inner = EmailMessage()
    inner["Subject"] = "Within"
    inner.set_content("inner words")
    made.add_attachment(inner)
    return made.as_bytes()


def path(item_id: str, *more: str) -> str:
    return "/".join(
        (f"messages/{quoted(item_id)}/attachments", *(quoted(one) if one[0] != "$" else one for one in more))
    )


async def new_draft(caller: Caller) -> str:
    return str((await caller.post("messages", {"subject": "With a file", "toRecipients": to(BOB)}))["id"])


async def test_files_are_listed_and_fetched(caller: Caller, mailbox: GraphMailbox):
    item = mailbox.add(with_files())
    listed = (await caller.get(path(item.mutable)))["value"]
    assert [(one["name"], one["contentType"], one["isInline"]) for one in listed] == [
        ("p.png", "image/png", True),
        ("año.pdf", "application/pdf", False),
        ("Within", None, False),
    ]
    assert [one["@odata.type"].rpartition(".")[2] for one in listed] == ["fileAttachment"] * 2 + ["itemAttachment"]
    assert (listed[0]["contentId"], "contentBytes" in listed[2]) == ("p@x", False)
    assert base64.b64decode(listed[1]["contentBytes"]) == b"%PDF"
    one = await caller.get(path(item.mutable, listed[1]["id"]))
    assert (one["name"], one["size"]) == ("año.pdf", 4)
    raw = await caller.ask("GET", path(item.mutable, listed[1]["id"], "$value"))
    assert (raw.content, raw.headers["content-type"]) == (b"%PDF", "application/pdf")
    assert b"inner words" in (await caller.ask("GET", path(item.mutable, listed[2]["id"], "$value"))).content
    assert (await caller.get(f"messages/{quoted(item.mutable)}"))["hasAttachments"] is True


async def test_ids_of_files_last_and_bytes_can_be_left_out(caller: Caller, mailbox: GraphMailbox):
    item = mailbox.add(with_files())
    first = (await caller.get(path(item.mutable)))["value"]
    again = (await caller.get(path(item.mutable), **{"$select": "name,size"}))["value"]
    assert [one["id"] for one in first] == [one["id"] for one in again]
    assert set(again[0]) == {"@odata.type", "id", "name", "size"}
    assert {"/", "+"} <= set(first[0]["id"])


async def test_files_come_along_with_the_message_for_who_asks(caller: Caller, mailbox: GraphMailbox):
    item = mailbox.add(with_files())
    shown = await caller.get(f"messages/{quoted(item.mutable)}", **{"$expand": "attachments"})
    assert len(shown["attachments"]) == 3


async def test_a_file_that_is_not_there(caller: Caller, mailbox: GraphMailbox):
    item = mailbox.add(with_files())
    assert await caller.refused("GET", path(item.mutable, "nothing")) == (404, "ErrorItemNotFound")


async def test_a_file_is_hung_on_a_draft_and_arrives(caller: Caller, sandbox: Sandbox):
    draft = await new_draft(caller)
    made = await caller.done("POST", path(draft), json=FILE | {"contentType": "application/pdf"})
    assert (made["name"], made["size"]) == ("plan.pdf", 4)
    assert last_effect(sandbox).kind == "draft_update"
    assert (await caller.get(f"messages/{quoted(draft)}"))["hasAttachments"] is True
    await caller.ask("POST", f"messages/{quoted(draft)}/send")
    (there,) = sandbox.graph_mailbox(BOB).items.values()
    (arrived,) = sandbox.graph_mailbox(BOB).content(there).attachments
    assert (arrived.name, arrived.type, arrived.data) == ("plan.pdf", "application/pdf", b"%PDF")


async def test_a_file_is_taken_off_again(caller: Caller):
    draft = await new_draft(caller)
    made = await caller.done("POST", path(draft), json=FILE)
    assert (await caller.ask("DELETE", path(draft, made["id"]))).status_code == 204
    assert (await caller.get(path(draft)))["value"] == []


async def test_a_draft_may_begin_with_a_file(caller: Caller):
    made = await caller.post("messages", {"subject": "x", "attachments": [FILE]})
    assert made["hasAttachments"] is True
    assert (await caller.get(path(made["id"])))["value"][0]["contentType"] == "application/octet-stream"


async def test_what_was_received_keeps_its_files(caller: Caller, mailbox: GraphMailbox, from_clara: Item):
    assert await caller.refused("POST", path(from_clara.mutable), json=FILE) == (403, "ErrorAccessDenied")
    item = mailbox.add(with_files())
    first = (await caller.get(path(item.mutable)))["value"][0]
    assert await caller.refused("DELETE", path(item.mutable, first["id"])) == (403, "ErrorAccessDenied")
    upload = path(from_clara.mutable, "createUploadSession")
    asked = {"AttachmentItem": {"attachmentType": "file", "name": "x", "size": 4_000_000}}
    assert await caller.refused("POST", upload, json=asked) == (403, "ErrorAccessDenied")


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"name": "x", "contentBytes": "JVBERg=="}, (400, "BadRequest")),
        (FILE | {"contentBytes": "no base64"}, (400, "RequestBodyRead")),
        (FILE | {"colour": "red"}, (400, "RequestBodyRead")),
        (FILE | {"isInline": "yes"}, (400, "RequestBodyRead")),
        (FILE | {"contentBytes": base64.b64encode(b"x" * (3 * 2**20 + 1)).decode()}, (413, "RequestEntityTooLarge")),
        (FILE | {"contentBytes": base64.b64encode(b"x" * (3 * 2**20 - 9)).decode()}, None),
    ],
)
async def test_a_file_has_to_be_one_and_small(caller: Caller, body: dict[str, Any], refusal: tuple[int, str] | None):
    draft = await new_draft(caller)
    if refusal is None:
        assert (await caller.ask("POST", path(draft), json=body)).status_code == 201
    else:
        assert await caller.refused("POST", path(draft), json=body) == refusal


async def test_files_do_not_come_by_a_patch(caller: Caller):
    draft = await new_draft(caller)
    change = {"json": {"attachments": [FILE]}}
    assert await caller.refused("PATCH", f"messages/{quoted(draft)}", **change) == (400, "RequestBodyRead")


async def test_a_large_file_comes_in_pieces(caller: Caller, sandbox: Sandbox):
    draft = await new_draft(caller)
    item = {"attachmentType": "file", "name": "film.mp4", "size": 10, "contentType": "video/mp4"}
    begun = await caller.post(path(draft, "createUploadSession"), {"AttachmentItem": item})
    address = begun["uploadUrl"]
    assert address.startswith(f"{sandbox.origin}/v1.0/")
    first = await caller.client.put(address, content=b"12345", headers={"content-range": "bytes 0-4/10"})
    assert (first.status_code, first.json()) == (200, {"nextExpectedRanges": ["5-"]})
    wrong = await caller.client.put(address, content=b"12345", headers={"content-range": "bytes 0-4/10"})
    assert wrong.json()["error"]["code"] == "BadRequest"
    last = await caller.client.put(address, content=b"67890", headers={"content-range": "bytes 5-9/10"})
    assert (last.status_code, last.content) == (201, b"")
    (there,) = (await caller.get(path(draft)))["value"]
    assert (there["name"], base64.b64decode(there["contentBytes"])) == ("film.mp4", b"1234567890")
    gone = await caller.client.put(address, content=b"1", headers={"content-range": "bytes 0-0/10"})
    assert gone.status_code == 404


@pytest.mark.parametrize("item", [{}, {"attachmentType": "item", "size": 5}, {"attachmentType": "file", "size": 10**9}])
async def test_an_upload_has_to_say_what_comes(caller: Caller, item: dict[str, Any]):
    draft = await new_draft(caller)
    asked = {"json": {"AttachmentItem": item}}
    assert await caller.refused("POST", path(draft, "createUploadSession"), **asked) == (400, "RequestBodyRead")


async def test_words_that_are_attached_are_not_the_body(caller: Caller, mailbox: GraphMailbox):
    made = EmailMessage()
    made["From"], made["Subject"] = CLARA, "Notes"
    made.add_attachment("attached words", filename=None, disposition="attachment")
    made.add_attachment("", filename="empty.txt")
    item = mailbox.add(made.as_bytes())
    shown = (await caller.ask("GET", f"messages/{quoted(item.mutable)}", headers={"prefer": TEXT})).json()
    assert shown["body"]["content"] == ""
    assert len((await caller.get(path(item.mutable)))["value"]) == 2


TEXT = 'outlook.body-content-type="text"'


async def test_a_letter_without_files_has_none(caller: Caller, mailbox: GraphMailbox):
    item = mailbox.add(letter())
    assert (await caller.get(path(item.mutable)))["value"] == []
    assert (await caller.get(f"messages/{quoted(item.mutable)}"))["hasAttachments"] is False
