"""What Deskhand can ask of a provider is a short list; everything else stops before it leaves."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from googleapiclient.discovery_cache import get_static_doc
from hypothesis import given
from hypothesis import strategies as st

from app.errors import CallNotAllowed
from app.providers.allowed import GMAIL as GMAIL_CALLS
from app.providers.allowed import GRAPH as GRAPH_CALLS
from app.providers.allowed import allowed, gmail, graph, plain
from app.providers.transport import Call
from app.settings import load
from tests.providers.wires import GMAIL, answering, way_to

ME = f"{GMAIL}gmail/v1/users/me"
OURS = [
    ("GET", "/profile"),
    ("GET", "/settings/sendAs"),
    ("GET", "/messages?q=x&labelIds=INBOX"),
    ("GET", "/messages/18c0ffee"),
    ("POST", "/messages/18c0ffee/modify"),
    ("POST", "/messages/18c0ffee/trash"),
    ("POST", "/messages/18c0ffee/untrash"),
    ("GET", "/messages/18c0ffee/attachments/ANGjdJ-_x"),
    ("GET", "/threads/18c0ffee"),
    ("GET", "/labels"),
    ("POST", "/labels"),
    ("GET", "/drafts"),
    ("POST", "/drafts"),
    ("GET", "/drafts/r-123"),
    ("PUT", "/drafts/r-123"),
    ("DELETE", "/drafts/r-123"),
    ("POST", "/drafts/send"),
]
OTHERS = [
    ("POST", "/messages/send"),
    ("POST", "/messages"),
    ("POST", "/messages/import"),
    ("DELETE", "/messages/18c0ffee"),
    ("POST", "/messages/batchDelete"),
    ("POST", "/messages/batchModify"),
    ("DELETE", "/threads/18c0ffee"),
    ("POST", "/threads/18c0ffee/trash"),
    ("DELETE", "/labels/Label_1"),
    ("PATCH", "/labels/Label_1"),
    ("POST", "/settings/filters"),
    ("GET", "/settings/filters"),
    ("POST", "/settings/forwardingAddresses"),
    ("PUT", "/settings/autoForwarding"),
    ("PUT", "/settings/vacation"),
    ("PUT", "/settings/imap"),
    ("POST", "/settings/delegates"),
    ("POST", "/settings/sendAs"),
    ("PATCH", "/settings/sendAs/x@y.example"),
    ("DELETE", "/drafts/../messages/18c0ffee"),
    ("DELETE", "/drafts/x%2F..%2F..%2Fmessages%2F18c0ffee"),
    ("DELETE", "/drafts/.."),
    ("POST", "/messages/%2e%2e/modify"),
    ("POST", "/watch"),
    ("POST", "/stop"),
    ("GET", "/history?startHistoryId=1"),
    ("get", "/labels"),
    ("GET", "/labels/"),
    ("GET", "//labels"),
]


GRAPH = "https://graph.test/v1.0"
GRAPH_ID = "AAkALg%2Fa%2Bb%3D%3D"
OURS_AT_GRAPH = [
    ("GET", "?%24select=mail"),
    ("GET", "/mailFolders/inbox"),
    ("GET", "/mailFolders/AQMkAD%3D/messages?%24top=50"),
    ("GET", "/messages?%24filter=isRead%20eq%20false"),
    ("GET", f"/messages/{GRAPH_ID}?%24expand=x"),
    ("PATCH", f"/messages/{GRAPH_ID}"),
    ("DELETE", f"/messages/{GRAPH_ID}"),
    ("POST", f"/messages/{GRAPH_ID}/move"),
    ("POST", f"/messages/{GRAPH_ID}/copy"),
    ("POST", f"/messages/{GRAPH_ID}/createReply"),
    ("POST", f"/messages/{GRAPH_ID}/send"),
    ("GET", f"/messages/{GRAPH_ID}/attachments"),
    ("GET", f"/messages/{GRAPH_ID}/attachments/{GRAPH_ID}"),
    ("GET", f"/messages/{GRAPH_ID}/attachments/{GRAPH_ID}/$value"),
    ("GET", "/outlook/masterCategories"),
]
OTHERS_AT_GRAPH = [
    ("POST", "/sendMail"),
    ("POST", "/messages"),
    ("POST", f"/messages/{GRAPH_ID}/reply"),
    ("POST", f"/messages/{GRAPH_ID}/replyAll"),
    ("POST", f"/messages/{GRAPH_ID}/forward"),
    ("POST", f"/messages/{GRAPH_ID}/createForward"),
    ("POST", f"/messages/{GRAPH_ID}/permanentDelete"),
    ("POST", f"/messages/{GRAPH_ID}/attachments"),
    ("POST", f"/messages/{GRAPH_ID}/attachments/createUploadSession"),
    ("DELETE", f"/messages/{GRAPH_ID}/attachments/{GRAPH_ID}"),
    ("GET", f"/messages/{GRAPH_ID}/$value"),
    ("POST", "/mailFolders/inbox/messageRules"),
    ("GET", "/mailFolders/inbox/messageRules"),
    ("POST", "/mailFolders"),
    ("DELETE", "/mailFolders/AQMkAD%3D"),
    ("POST", "/outlook/masterCategories"),
    ("PATCH", "/mailboxSettings"),
    ("GET", "/mailboxSettings"),
    ("POST", "/revokeSignInSessions"),
    ("POST", "/translateExchangeIds"),
    ("GET", "/contacts"),
    ("GET", "/events"),
    ("GET", "/drive/root"),
    ("POST", "/messages/../sendMail"),
    ("POST", "/messages/x%2F..%2F..%2FsendMail"),
    ("POST", "/messages/%2e%2e/sendMail"),
    ("POST", "/messages/a/b/send"),
    ("DELETE", "/messages/"),
    ("DELETE", "/messages"),
    ("GET", "/messages('x')"),
    ("patch", f"/messages/{GRAPH_ID}"),
]


async def passes(method: str, url: str) -> bool:
    """Say whether a call leaves; what does not is refused before anything is sent."""
    handler, requests = answering({})
    both = (*gmail(GMAIL), *graph(GRAPH))
    try:
        await way_to(handler, allowed=both).transport.send(Call(method=method, url=url, token="t"))
    except CallNotAllowed:
        assert requests == []
        return False
    return len(requests) == 1


@pytest.mark.parametrize(("method", "path"), OURS)
async def test_what_deskhand_needs_passes(method: str, path: str) -> None:
    assert await passes(method, ME + path)


@pytest.mark.parametrize(("method", "path"), OTHERS)
async def test_nothing_else_leaves(method: str, path: str) -> None:
    assert not await passes(method, ME + path)


async def test_at_graph_the_same_goes_and_nothing_else() -> None:
    for method, path in OURS_AT_GRAPH:
        assert await passes(method, f"{GRAPH}/me{path}"), path
    for method, path in OTHERS_AT_GRAPH:
        assert not await passes(method, f"{GRAPH}/me{path}"), path
    assert len(GRAPH_CALLS) <= 25


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.test/v1.0/me/messages",
        "http://graph.test/v1.0/me/messages",
        "https://graph.test/beta/me/messages",
        "https://graph.test/v1.0/users/victim@x.example/messages",
        "https://graph.test/v1.0/users",
        "https://graph.test/v1.0/$batch",
        "https://graph.test/v1.0/me/../users",
        "https://graph.test/v1.0me/messages",
        "https://gmail.test/v1.0/me/messages",
        "https://graph.test/gmail/v1/users/me/labels",
        "https://evil.test/gmail/v1/users/me/labels",
        "http://gmail.test/gmail/v1/users/me/labels",
        "https://gmail.test:444/gmail/v1/users/me/labels",
        "https://gmail.test.evil.test/gmail/v1/users/me/labels",
        "https://gmail.test@evil.test/gmail/v1/users/me/labels",
        "https://user:secret@gmail.test/gmail/v1/users/me/labels",
        "https://gmail.test/gmail/v1/users/victim@x.example/labels",
        "https://gmail.test/batch/gmail/v1",
        "https://gmail.test/x/gmail/v1/users/me/labels",
        "https://gmail.test\\@evil.test/gmail/v1/users/me/labels",
        "file:///etc/passwd",
        "",
        "\x00",
        "https://gmail.test/gmail/v1/users/me/labels\nHost: evil.test",
    ],
)
async def test_a_token_goes_to_the_configured_mailbox_alone(url: str) -> None:
    assert not await passes("GET", url)


async def test_large_drafts_may_be_uploaded_and_nothing_else() -> None:
    upload = f"{GMAIL}upload/gmail/v1/users/me"
    assert await passes("POST", f"{upload}/drafts?uploadType=multipart")
    assert await passes("PUT", f"{upload}/drafts/r-1?uploadType=multipart")
    assert not await passes("POST", f"{upload}/messages/send?uploadType=multipart")
    assert not await passes("POST", f"{upload}/drafts/send?uploadType=multipart")
    assert not await passes("POST", f"{GMAIL}resumable/upload/gmail/v1/users/me/drafts")


@given(st.text(alphabet=st.characters(min_codepoint=1, max_codepoint=0x2FFF), max_size=40))
async def test_no_id_whatever_turns_a_deletion_of_a_draft_into_one_of_a_message(given_id: str) -> None:
    handler, requests = answering({})
    transport = way_to(handler).transport
    with suppress(CallNotAllowed):
        await transport.send(Call(method="DELETE", url=f"{ME}/drafts/{given_id}", token="t"))
    for request in requests:
        assert request.url.path.startswith("/gmail/v1/users/me/drafts/")
        assert request.url.path.count("/") == 6


@given(st.text(alphabet=st.characters(min_codepoint=1, max_codepoint=0x2FFF), max_size=40))
async def test_no_id_whatever_leads_out_of_the_messages(given_id: str) -> None:
    handler, requests = answering({})
    transport = way_to(handler, allowed=tuple(graph(GRAPH))).transport
    with suppress(CallNotAllowed):
        await transport.send(Call(method="DELETE", url=f"{GRAPH}/me/messages/{given_id}", token="t"))
    for request in requests:
        assert request.url.raw_path.startswith(b"/v1.0/me/messages/")
        assert request.url.raw_path.partition(b"?")[0].count(b"/") == 4
        assert b".." not in request.url.raw_path.partition(b"?")[0]


def test_the_calls_are_all_googles_and_few() -> None:
    document = json.loads(get_static_doc("gmail", "v1"))
    known: set[tuple[str, str]] = set()
    waiting = [document["resources"]["users"]]
    while waiting:
        resource = waiting.pop()
        waiting += resource.get("resources", {}).values()
        known |= {(method["httpMethod"], method["id"]) for method in resource.get("methods", {}).values()}
    ids = {name.replace("send_as", "sendAs"): method for name, method, _ in GMAIL_CALLS}
    for name, method in ids.items():
        full = {"profile.get": "getProfile", "sendAs.list": "settings.sendAs.list"}.get(name, name)
        full = full.replace("attachments.", "messages.attachments.")
        assert (method, f"gmail.users.{full}") in known
    assert len(ids) <= 25


def test_every_provider_address_is_the_configured_one() -> None:
    settings = load(_env_file=None, gmail_api_url="http://localhost:9/", google_token_url="http://localhost:9/token")
    addresses = [each.address.pattern for each in allowed(settings)]
    assert not any("googleapis" in address for address in addresses if "gmail" in address or "token" in address)
    bearers = [each for each in allowed(settings) if each.bearer]
    assert all(each.name.startswith(("gmail.", "graph.")) for each in bearers)


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        ("https://X.test:443/A?b#c", "https://x.test/A"),
        ("http://x.test:80/a", "http://x.test/a"),
        ("http://x.test:8026/a", "http://x.test:8026/a"),
        ("https://x.test:80/a", "https://x.test:80/a"),
    ],
)
def test_addresses_are_compared_without_what_does_not_matter(given_url: str, expected: str) -> None:
    assert plain(given_url) == expected


async def test_a_configured_default_port_is_the_same_address() -> None:
    handler, requests = answering({})
    way = way_to(handler, allowed=tuple(gmail("https://gmail.test:443/")))
    await way.transport.send(Call(method="GET", url=f"{ME}/labels", token="t"))
    assert len(requests) == 1
