"""The adapter at a Graph that does less than Microsoft's."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.child import Child
from app.errors import MessageGone
from app.providers import reading
from app.providers.base import Folder, Listing
from app.providers.graph.mailbox import Graph
from tests.providers.graph.plain import PlainGraph
from tests.providers.graph.wires import mailbox_at
from tests.providers.wires import reply_to_clara


@pytest.fixture
def server() -> PlainGraph:
    """A mailbox with one letter."""
    made = PlainGraph()
    made.put("alice_example_com_msg_welcome")
    return made


@pytest.fixture
async def mailbox(server: PlainGraph) -> AsyncIterator[Graph]:
    """The mailbox as Deskhand holds it."""
    async with Child(reading.work) as reader:
        yield mailbox_at(server, reader)


QUESTION = "alice_example_com_msg_welcome"


async def test_letters_are_listed_in_pages_read_and_counted(server: PlainGraph, mailbox: Graph) -> None:
    for minute in range(1, 6):
        server.put(f"msg_{minute}", minute=minute, conversation=f"conv_{minute}x")
    first = await mailbox.list_messages(Listing(size=4))
    second = await mailbox.list_messages(Listing(size=4), first.cursor)
    assert [each.id for each in (*first.messages, *second.messages)][-1] == QUESTION
    assert (len(first.messages), len(second.messages), second.cursor) == (4, 2, "")
    content = await mailbox.read(QUESTION)
    assert (content.text, content.message.folder) == ("Could you start?", Folder.INBOX)
    assert [each.id for each in (await mailbox.thread("conv_1")).messages] == [QUESTION]


async def test_labels_and_places_change(server: PlainGraph, mailbox: Graph) -> None:
    assert await mailbox.labels() == ("Follow up",)
    message = await mailbox.relabel(QUESTION, add=frozenset({"follow UP", "Garden"}), remove=frozenset())
    assert message.labels == {"Follow up", "Garden"}
    assert [each.id for each in (await mailbox.list_messages(Listing(label="garden"))).messages] == [QUESTION]
    for folder in (Folder.ARCHIVE, Folder.TRASH, Folder.SPAM, Folder.INBOX):
        assert (await mailbox.move(QUESTION, folder)).folder is folder


async def test_a_reply_is_written_edited_and_leaves_once(server: PlainGraph, mailbox: Graph) -> None:
    draft = await mailbox.create_reply(reply_to_clara(QUESTION, private_id="p1", text="Yes,\ngladly."))
    assert draft.text == "Yes,\ngladly."
    assert draft.quoted.endswith("Could you start?")
    assert [each.email for each in draft.message.to] == ["clara@customer.example"]
    changed = await mailbox.update_draft(
        draft.id, reply_to_clara(QUESTION, private_id="p1", text="No."), revision=draft.revision
    )
    assert (changed.text, changed.quoted) == ("No.", draft.quoted)
    assert changed.revision != draft.revision
    await mailbox.send_draft(draft.id)
    with pytest.raises(MessageGone):
        await mailbox.send_draft(draft.id)
    assert server.sent == [draft.id]


async def test_what_nobody_can_find_again_is_never_taken_for_sent(server: PlainGraph, mailbox: Graph) -> None:
    """Without extended properties there is no proof; then a person is asked, and nothing is guessed."""
    draft = await mailbox.create_reply(reply_to_clara(QUESTION, private_id="p1"))
    await mailbox.send_draft(draft.id)
    assert await mailbox.find_sent("p1", "conv_1") is None
    assert await mailbox.find_draft("p1", "conv_1") is None


async def test_a_discarded_draft_is_gone_and_has_nobody_to_go_to(server: PlainGraph, mailbox: Graph) -> None:
    draft = await mailbox.create_reply(reply_to_clara(QUESTION, private_id="p1"))
    await mailbox.delete_draft(draft.id)
    assert server.messages[draft.id]["toRecipients"] == []
    with pytest.raises(MessageGone):
        await mailbox.send_draft(draft.id)
    assert server.sent == []


async def test_a_file_is_had_from_its_json(server: PlainGraph, mailbox: Graph) -> None:
    file = {
        "@odata.type": "#microsoft.graph.fileAttachment",
        "id": "att_1",
        "name": "a.txt",
        "contentType": "text/plain",
    }
    server.put("with_file", files=[file | {"size": 5, "contentBytes": "aGVsbG8="}])
    (attachment,) = (await mailbox.read("with_file")).attachments
    assert await mailbox.attachment("with_file", attachment.id) == b"hello"
