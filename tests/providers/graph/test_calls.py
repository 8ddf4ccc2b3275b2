"""How Graph is asked: ids that hold slashes, immutable ones everywhere, lists that go on at one address alone."""

from __future__ import annotations

import asyncio
from base64 import urlsafe_b64encode
from typing import Any

import httpx2
import pytest

from app.child import Child
from app.errors import (
    CallNotAllowed,
    InvalidMessage,
    MailboxDisconnected,
    MessageGone,
    ProviderBusy,
    ProviderError,
    Unsupported,
)
from app.providers import reading
from app.providers.base import Address, Folder, Listing, Reply
from app.providers.graph.builder import builder
from tests.providers.graph.wires import FOLDERS, GRAPH, ID, QUOTED, FewAnswers, mailbox_at, refusal, resource

NONE: frozenset[str] = frozenset()


async def test_an_id_is_one_part_of_the_address_whatever_it_holds() -> None:
    server = FewAnswers(GET=[resource()], PATCH=[resource(categories=["VIP"])], POST=[resource()])
    mailbox = mailbox_at(server)
    assert (await mailbox.message(ID)).id == ID
    await mailbox.relabel(ID, add=frozenset({"VIP"}), remove=NONE)
    await mailbox.move(ID, Folder.ARCHIVE)
    assert {path for _, path in server.made() if path.startswith("/messages/")} == {
        f"/messages/{QUOTED}",
        f"/messages/{QUOTED}/move",
    }


async def test_ids_that_differ_by_case_are_two() -> None:
    server = FewAnswers(GET=[resource()])
    await mailbox_at(server).message("AAkALgx")
    await mailbox_at(server).message("AAkALgX")
    assert [path for _, path in server.made()] == ["/messages/AAkALgx", "/messages/AAkALgX"]


async def test_every_call_asks_for_ids_that_survive_a_move() -> None:
    server = FewAnswers(GET=[resource(isDraft=True, parentFolderId=FOLDERS["drafts"])], PATCH=[{}], DELETE=[{}])
    seen: list[str] = []

    def counting(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers.get("prefer", ""))
        return server(request)

    await mailbox_at(counting).delete_draft(ID)
    assert len(seen) >= 3
    assert set(seen) == {'IdType="ImmutableId"'}


@pytest.mark.parametrize("given", ["", ".", "..", "../x", "a/../b", "a?b", "a#b", "a b", "ñ", "%2e%2e", "a\r\nb"])
async def test_what_can_be_no_id_never_leaves(given: str) -> None:
    server = FewAnswers(GET=[resource()])
    with pytest.raises(MessageGone):
        await mailbox_at(server).message(given)
    with pytest.raises(MessageGone):
        await mailbox_at(server).send_draft(given)
    assert server.made() == []


def test_an_option_that_a_resource_has_not_is_a_mistake_of_ours() -> None:
    build = builder(GRAPH)
    with pytest.raises(CallNotAllowed):
        build.request("GET", build.messages.by_message_id(ID), query={"$filter": "x"})


async def test_a_text_in_a_filter_stays_a_text() -> None:
    server = FewAnswers(GET=[{"value": []}])
    await mailbox_at(server).list_messages(Listing(label="d'or' or isRead eq false or '"))
    asked = server.requests[-1].url.params["$filter"]
    assert asked.endswith("and categories/any(c:c eq 'd''or'' or isRead eq false or ''')")
    assert asked.startswith("receivedDateTime ge ")  # what a list is sorted by comes first in its filter


async def test_what_a_search_finds_is_not_counted_and_nobody_is_asked() -> None:
    server = FewAnswers(GET=[{"value": []}])
    with pytest.raises(Unsupported):
        await mailbox_at(server).count_messages(Listing(words=("march",)))
    assert server.made() == []


def page(link: str) -> dict[str, Any]:
    """Return a page that goes on at `link`."""
    return {"value": [resource()], "@odata.nextLink": link}


async def test_a_list_goes_on_as_graph_says_and_at_the_configured_address() -> None:
    link = f"{GRAPH}/me/mailFolders/inbox/messages?$top=50&%24skip=50&of=theirs"
    server = FewAnswers(GET=[page(link), {"value": []}])
    first = await mailbox_at(server).list_messages(Listing())
    second = await mailbox_at(server).list_messages(Listing(), first.cursor)
    assert (len(first.messages), second.messages, second.cursor) == (1, (), "")
    assert str(server.requests[-1].url) == link


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.test/v1.0/me/mailFolders/inbox/messages?$skip=50",
        "https://graph.test.evil.test/v1.0/me/mailFolders/inbox/messages?$skip=50",
        "https://graph.test@evil.test/v1.0/me/mailFolders/inbox/messages?$skip=50",
        "http://graph.test/v1.0/me/mailFolders/inbox/messages?$skip=50",
        f"{GRAPH}/me/messages?$skip=50",
        f"{GRAPH}/users/victim@x.example/messages?$skip=50",
        "//evil.test/v1.0/me/mailFolders/inbox/messages?$skip=50",
    ],
)
async def test_a_list_that_goes_on_elsewhere_is_refused_and_no_token_goes_there(link: str) -> None:
    server = FewAnswers(GET=[page(link)])
    with pytest.raises(ProviderError):
        await mailbox_at(server).list_messages(Listing())
    assert {request.url.host for request in server.requests} == {"graph.test"}


@pytest.mark.parametrize(
    "query",
    [
        "$skip=1&$filter=isRead eq false",
        "$skip=1&$expand=attachments",
        "$top=50",
        "$skip=1&$top=1001",
        "$skip=1&$top=0",
        "$skip=1&$top=x",
        "\x00",
        "$skip=1\n",
        "",
    ],
)
async def test_a_cursor_asks_for_nothing_but_the_next_part_of_its_list(query: str) -> None:
    server = FewAnswers(GET=[{"value": []}])
    with pytest.raises(InvalidMessage):
        await mailbox_at(server).list_messages(Listing(), urlsafe_b64encode(query.encode()).decode() or "=")
    assert server.made() == []


async def test_two_hands_at_once_on_one_message_lose_nothing() -> None:
    """Graph replaces all categories; the change of an older state is refused, and tried with what is there now."""
    server = FewAnswers(
        GET=[resource(), {"value": []}, {"value": []}, resource(categories=["Bob's"], **{"@odata.etag": 'W/"two"'})],
        PATCH=[refusal(412, "ErrorIrresolvableConflict"), resource(categories=["Bob's", "VIP"])],
    )
    message = await mailbox_at(server).relabel(ID, add=frozenset({"VIP"}), remove=NONE)
    assert message.labels == {"Bob's", "VIP"}
    changes = [place for place, request in enumerate(server.requests) if request.method == "PATCH"]
    assert [server.requests[place].headers["if-match"] for place in changes] == ['W/"one"', 'W/"two"']
    assert [server.body(place) for place in changes] == [{"categories": ["VIP"]}, {"categories": ["Bob's", "VIP"]}]


async def test_a_message_that_never_stands_still_is_tried_again_later() -> None:
    server = FewAnswers(
        GET=[resource(), {"value": []}, {"value": []}, resource()], PATCH=[refusal(412, "ErrorIrresolvableConflict")]
    )
    with pytest.raises(ProviderBusy):
        await mailbox_at(server).relabel(ID, add=frozenset({"VIP"}), remove=NONE)
    assert sum(method == "PATCH" for method, _ in server.made()) == 5


@pytest.mark.parametrize("name", ["a,b", "a;b", "INBOX", "", "x" * 300])
async def test_a_name_that_outlook_takes_for_two_is_none(name: str) -> None:
    server = FewAnswers(GET=[resource(), {"value": []}])
    with pytest.raises(ProviderError):
        await mailbox_at(server).relabel(ID, add=frozenset({name}), remove=NONE)
    assert not any(method == "PATCH" for method, _ in server.made())


async def test_the_last_label_is_taken_off_by_an_empty_list() -> None:
    server = FewAnswers(GET=[resource(categories=["VIP"])], PATCH=[resource()])
    assert (await mailbox_at(server).relabel(ID, add=NONE, remove=frozenset({"vip"}))).labels == NONE
    assert server.body(-1) == {"categories": []}


async def test_what_changed_under_a_draft_is_not_written_over() -> None:
    server = FewAnswers(
        GET=[{"mail": "alice@practice.example"}, resource(isDraft=True, parentFolderId=FOLDERS["drafts"])],
        PATCH=[refusal(412, "ErrorIrresolvableConflict")],
    )
    reply = Reply(answers=ID, to=(Address(email="clara@customer.example"),), text="Yes.", private_id="a1")
    with pytest.raises(Exception, match="changed meanwhile"):
        await mailbox_at(server).update_draft(ID, reply, revision="one")
    assert sum(method == "PATCH" for method, _ in server.made()) == 1


async def test_a_conversation_is_seen_to_its_end_or_not_at_all() -> None:
    """What is not seen of it might be private."""
    link = f"{GRAPH}/me/messages?$top=250&$skip=250"
    ended = FewAnswers(GET=[page(link), {"value": [resource(id="AAkALg2", receivedDateTime="2026-11-21T00:00:00Z")]}])
    thread = await mailbox_at(ended).thread("AAQk/c+d=")
    assert [message.id for message in thread.messages] == ["AAkALg2", ID]
    assert ended.requests[0].url.params["$filter"] == "conversationId eq 'AAQk/c+d='"
    assert "$orderby" not in ended.requests[0].url.params
    with pytest.raises(ProviderError, match="too long"):
        await mailbox_at(FewAnswers(GET=[page(link)])).thread("AAQk/c+d=")


async def test_four_at_once_and_folders_are_asked_for_once() -> None:
    under_way = most = folders = 0

    async def slow(request: httpx2.Request) -> httpx2.Response:
        nonlocal under_way, most, folders
        under_way += 1
        most = max(most, under_way)
        folders += "mailFolders" in request.url.path
        await asyncio.sleep(0)
        under_way -= 1
        name = request.url.path.rsplit("/", 1)[-1]
        return httpx2.Response(200, json={"id": FOLDERS[name]} if name in FOLDERS else resource())

    mailbox = mailbox_at(slow)  # type: ignore[arg-type] - a handler may be asynchronous too
    await mailbox.message(ID)
    await asyncio.gather(*(mailbox.message(ID) for _ in range(20)))
    assert most <= 4
    assert folders == 6


async def test_a_busy_graph_is_waited_for_as_long_as_it_says() -> None:
    server = FewAnswers(GET=[refusal(429, "ApplicationThrottled", retry_after="600")])
    with pytest.raises(ProviderBusy) as busy:
        await mailbox_at(server).message(ID)
    assert busy.value.retry_after == 600
    server = FewAnswers(GET=[refusal(503, "ErrorServerBusy", retry_after="0"), resource()])
    assert (await mailbox_at(server).message(ID)).id == ID


async def test_a_claims_challenge_means_that_the_owner_signs_in_again() -> None:
    challenge = 'Bearer error="insufficient_claims", claims="e30="'
    server = FewAnswers(GET=[refusal(401, "InvalidAuthenticationToken", www_authenticate=challenge)])
    with pytest.raises(MailboxDisconnected):
        await mailbox_at(server).message(ID)
    assert [request.headers["authorization"] for request in server.requests] == ["Bearer x", "Bearer xx"]


async def test_a_message_deep_in_a_folder_of_the_trash_lies_in_the_trash() -> None:
    tree = {"AQ-sub": "AQ-mid", "AQ-mid": FOLDERS["deleteditems"], "AQ-own": "AQ-root"}

    def server(request: httpx2.Request) -> httpx2.Response:
        name = request.url.path.rsplit("/", 1)[-1]
        if name in FOLDERS:
            return httpx2.Response(200, json={"id": FOLDERS[name]})
        if "mailFolders" in request.url.path:
            return httpx2.Response(200, json={"id": name, "parentFolderId": tree.get(name)})
        return httpx2.Response(200, json=resource(parentFolderId={"a": "AQ-sub", "b": "AQ-own"}[name]))

    async with Child(reading.work) as reader:
        mailbox = mailbox_at(server, reader)
        assert (await mailbox.message("a")).folder is Folder.TRASH
        assert (await mailbox.message("b")).folder is Folder.ARCHIVE
