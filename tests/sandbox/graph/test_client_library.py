"""Requests as Microsoft's own library builds them: the practice Graph takes them as they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from kiota_abstractions.authentication import AnonymousAuthenticationProvider
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.request_information import RequestInformation
from msgraph import GraphServiceClient
from msgraph.generated.models.body_type import BodyType
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.message import Message
from msgraph.generated.models.recipient import Recipient
from msgraph.generated.users.item.messages.item.create_reply.create_reply_post_request_body import (
    CreateReplyPostRequestBody,
)
from msgraph.generated.users.item.messages.item.move.move_post_request_body import MovePostRequestBody
from msgraph.generated.users.item.messages.messages_request_builder import MessagesRequestBuilder
from msgraph.graph_request_adapter import GraphRequestAdapter

from app.sandbox.graph.item import Item
from app.sandbox.sandbox import Sandbox
from tests.sandbox.outlook import CLARA, Caller

# The library warns about its own classes, whichever of them one takes.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def library() -> GraphServiceClient:
    """Microsoft's library, which builds and never sends."""
    return GraphServiceClient(request_adapter=GraphRequestAdapter(AnonymousAuthenticationProvider()))


Send = Callable[[RequestInformation], Any]


@pytest.fixture
def send(caller: Caller, sandbox: Sandbox) -> Send:
    """Send what the library has built, through our own client."""

    async def sent(built: RequestInformation) -> httpx2.Response:
        built.path_parameters["baseurl"] = f"{sandbox.origin}/v1.0"
        url = built.url.replace("/users/me-token-to-replace", "/me", 1)
        headers = {name: ", ".join(values) for name, values in built.headers.get_all().items()}
        method = built.http_method.value if built.http_method else "GET"
        return await caller.client.request(method, url, content=built.content, headers=headers | caller.headers)

    return sent


def preferring() -> RequestConfiguration[Any]:
    configuration: RequestConfiguration[Any] = RequestConfiguration()
    configuration.headers.add("Prefer", 'IdType="ImmutableId"')
    return configuration


async def test_lists_and_links(library: GraphServiceClient, send: Send, from_clara: Item):
    options = MessagesRequestBuilder.MessagesRequestBuilderGetQueryParameters(
        select=["id", "subject"], filter="receivedDateTime ge 2026-01-01", orderby=["receivedDateTime desc"], top=1
    )
    built = library.me.messages.to_get_request_information(RequestConfiguration(query_parameters=options))
    answer = await send(built)
    assert [one["subject"] for one in answer.json()["value"]] == ["Terrace"]
    again = library.me.messages.with_url(f"{answer.request.url}").to_get_request_information()
    assert (await send(again)).json()["value"] == answer.json()["value"]


async def test_a_reply_from_comment_to_sent_copy(
    library: GraphServiceClient, send: Send, from_clara: Item, sandbox: Sandbox
):
    message = library.me.messages.by_message_id(from_clara.immutable)
    body = CreateReplyPostRequestBody(comment="<p>Gladly</p>")
    draft = (await send(message.create_reply.to_post_request_information(body, preferring()))).json()
    assert draft["id"] in {effect.effect.message for effect in sandbox.ledger.entries if effect.effect}
    own = library.me.messages.by_message_id(draft["id"])
    words = Message(body=ItemBody(content_type=BodyType.Html, content="<p>More</p>"), categories=["Ours"])
    changed = await send(own.to_patch_request_information(words, preferring()))
    assert (changed.status_code, changed.json()["categories"]) == (200, ["Ours"])
    answer = await send(own.send.to_post_request_information(preferring()))
    assert (answer.status_code, answer.content) == (202, b"")
    assert (await send(own.to_get_request_information(preferring()))).json()["isDraft"] is False
    assert sandbox.left[0].recipients == (CLARA,)


async def test_labels_moves_and_deletes(library: GraphServiceClient, send: Send, from_clara: Item):
    message = library.me.messages.by_message_id(from_clara.immutable)
    labelled = await send(message.to_patch_request_information(Message(categories=["VIP"], is_read=True)))
    assert (labelled.json()["categories"], labelled.json()["isRead"]) == (["VIP"], True)
    moved = await send(
        message.move.to_post_request_information(MovePostRequestBody(destination_id="archive"), preferring())
    )
    assert (moved.status_code, moved.json()["id"]) == (201, from_clara.immutable)
    assert (await send(message.to_delete_request_information())).status_code == 204
    assert from_clara.folder.well_known == "deleteditems"


async def test_a_new_draft(library: GraphServiceClient, send: Send):
    clara = Recipient(email_address=EmailAddress(address=CLARA, name="Clara"))
    built = library.me.messages.to_post_request_information(Message(subject="Plants", to_recipients=[clara]))
    made = (await send(built)).json()
    assert (made["subject"], made["toRecipients"][0]["emailAddress"]["name"]) == ("Plants", "Clara")


async def test_folders_and_oneself(library: GraphServiceClient, send: Send):
    inbox = await send(library.me.mail_folders.by_mail_folder_id("inbox").to_get_request_information())
    assert inbox.json()["displayName"] == "Bandeja de entrada"
    assert (await send(library.me.to_get_request_information())).json()["displayName"] == "Alice Amsel"
