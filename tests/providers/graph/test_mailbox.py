"""What is odd about single mailboxes at Microsoft: personal accounts, no archive, letters that cannot be read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from app.child import Child
from app.errors import (
    InvalidMessage,
    MessageGone,
    ProviderError,
    ProviderRefused,
    ScopeMissing,
    UnreadableDraft,
    Unsupported,
)
from app.providers import reading
from app.providers.base import Folder, Listing, Message
from app.providers.mailboxes import open_provider
from app.settings import load
from tests.providers.graph.wires import FOLDERS, GRAPH, ID, FewAnswers, mailbox_at, refusal, resource, way

NO_FILES: dict[str, Any] = {"value": []}


@pytest.fixture
async def reader() -> AsyncIterator[Child]:
    """The process that reads what strangers wrote."""
    async with Child(reading.work) as made:
        yield made


async def test_a_mailbox_is_opened_by_its_providers_name(reader: Child) -> None:
    async def tokens(_: str) -> str:
        return "t"

    settings = load(_env_file=None, graph_api_url=f"{GRAPH}/")
    transport = way(FewAnswers(GET=[{"mail": "alice@practice.example"}])).transport
    opened = open_provider("graph", transport=transport, tokens=tokens, settings=settings, key="alice", reader=reader)
    assert await opened.address() == "alice@practice.example"
    with pytest.raises(Unsupported):
        open_provider("imap", transport=transport, tokens=tokens, settings=settings, key="alice", reader=reader)


async def test_a_personal_account_is_known_by_what_it_signs_in_with() -> None:
    server = FewAnswers(GET=[{"mail": None, "userPrincipalName": "alice@outlook.example"}])
    assert await mailbox_at(server).address() == "alice@outlook.example"
    with pytest.raises(ProviderError):
        await mailbox_at(FewAnswers(GET=[{}])).address()


async def test_a_personal_account_has_no_list_of_addresses() -> None:
    refused = refusal(400, "BadRequest", "Could not find a property named 'proxyAddresses'")
    server = FewAnswers(GET=[refused, {"userPrincipalName": "alice@outlook.example", "displayName": "Alice"}])
    (only,) = await mailbox_at(server).send_as()
    assert (only.email, only.verified, only.default) == ("alice@outlook.example", True, True)


async def test_an_account_without_a_mailbox_says_so() -> None:
    server = FewAnswers(GET=[refusal(404, "MailboxNotEnabledForRESTAPI")])
    with pytest.raises(ProviderRefused, match="no mailbox"):
        await mailbox_at(server).list_messages(Listing())


async def test_a_consent_without_mail_says_what_is_missing() -> None:
    server = FewAnswers(GET=[refusal(403, "ErrorAccessDenied")])
    with pytest.raises(ScopeMissing):
        await mailbox_at(server).list_messages(Listing())


def without_archive(request: httpx2.Request) -> httpx2.Response:
    """Answer for a mailbox whose archive nobody has used yet."""
    path = request.url.path
    name = path.rsplit("/", 1)[-1]
    if "archive" in path or path.endswith("/move"):
        return refusal(404, "ErrorFolderNotFound")
    return httpx2.Response(200, json={"id": FOLDERS[name]} if name in FOLDERS else resource())


async def test_a_mailbox_without_an_archive_lists_none_and_keeps_what_is_moved_there() -> None:
    mailbox = mailbox_at(without_archive)
    assert (await mailbox.list_messages(Listing(folder=Folder.ARCHIVE))).messages == ()
    assert await mailbox.count_messages(Listing(folder=Folder.ARCHIVE)) == 0
    with pytest.raises(ProviderRefused, match="archive"):
        await mailbox.move(ID, Folder.ARCHIVE)


async def test_a_message_that_is_gone_is_not_taken_for_a_folder_that_is_missing() -> None:
    gone = refusal(404, "ErrorItemNotFound")
    with pytest.raises(MessageGone):
        await mailbox_at(FewAnswers(GET=[resource(), gone], POST=[gone])).move(ID, Folder.ARCHIVE)


async def test_a_letter_in_plain_text_has_no_html_though_exchange_makes_some(reader: Child) -> None:
    made = '<html><head><meta charset="utf-8"><!-- converted from text --></head><body><div>Could<br>you?</div></body>'
    converted = resource(body={"contentType": "html", "content": made})
    as_text = resource(body={"contentType": "text", "content": "Could\r\nyou?"})
    for given in (converted, as_text):
        content = await mailbox_at(FewAnswers(GET=[given, NO_FILES]), reader).read(ID)
        assert (content.text, content.html) == ("Could\nyou?", "")


async def test_html_is_made_harmless(reader: Child) -> None:
    body = {
        "contentType": "html",
        "content": "<p onclick=x()>Hi</p><script>alert(1)</script><img src='https://x.test'>",
    }
    content = await mailbox_at(FewAnswers(GET=[resource(body=body), NO_FILES]), reader).read(ID)
    assert content.html.strip() == "<p>Hi</p><img>"


async def test_a_letter_whose_json_is_too_deep_comes_without_its_words(reader: Child) -> None:
    deep = httpx2.Response(200, content=b'{"body":' * 100_000)
    content = await mailbox_at(FewAnswers(GET=[deep, resource()]), reader).read(ID)
    assert (content.readable, content.text, content.message.subject) == (False, "", "Terrace in March?")


async def test_files_that_nobody_can_see_to_the_end_of_are_not_guessed_about(reader: Child) -> None:
    files = {"value": [{"id": "1", "name": "a"}], "@odata.nextLink": f"{GRAPH}/me/messages/x/attachments?$skip=1"}
    draft = resource(isDraft=True, parentFolderId=FOLDERS["drafts"])
    with pytest.raises(InvalidMessage):
        await mailbox_at(FewAnswers(GET=[draft, files]), reader).draft(ID)


LETTER = "Content-Type: multipart/mixed; boundary=_00{0}_\r\n\r\n--_00{0}_\r\n\r\n{1}\r\n--_00{0}_--\r\n"


async def test_a_letter_that_hangs_on_a_draft_is_known_however_exchange_writes_it_out(reader: Child) -> None:
    draft = resource(isDraft=True, parentFolderId=FOLDERS["drafts"])
    hung = {"value": [{"@odata.type": "#microsoft.graph.itemAttachment", "id": "1", "name": "offer", "size": 90}]}

    async def digest(boundary: str, words: str) -> bytes:
        raw = httpx2.Response(200, content=LETTER.format(boundary, words).encode())
        read = await mailbox_at(FewAnswers(GET=[draft, hung, raw]), reader).draft(ID)
        return read.attachments[0].sha256

    assert await digest("1", "PRICE 1000") == await digest("2", "PRICE 1000") != await digest("1", "PRICE 9999")


@pytest.mark.parametrize(
    "file",
    [
        {"@odata.type": "#microsoft.graph.referenceAttachment", "size": 90},
        {"@odata.type": "#microsoft.graph.fileAttachment", "size": 36 * 2**20},
        {"size": 90},
    ],
    ids=["a link into the cloud", "a file that is too large", "a kind that Graph does not name"],
)
async def test_a_draft_with_a_file_that_cannot_be_fetched_is_nothing_to_say_yes_to(
    reader: Child, file: dict[str, Any]
) -> None:
    draft = resource(isDraft=True, parentFolderId=FOLDERS["drafts"])
    server = FewAnswers(GET=[draft, {"value": [{"id": "1", "name": "offer", **file}]}])
    with pytest.raises(UnreadableDraft):
        await mailbox_at(server, reader).draft(ID)
    assert server.made()[-1][1].endswith("/attachments")


@pytest.mark.parametrize(
    ("file", "raw"),
    [
        ({"@odata.type": "#microsoft.graph.fileAttachment", "contentBytes": "aGVsbG8="}, b"hello"),
        ({"@odata.type": "#microsoft.graph.itemAttachment"}, b"From: x\r\n\r\nhung on it"),
    ],
    ids=["a file", "a message"],
)
async def test_what_hangs_on_a_letter_can_be_had(file: dict[str, Any], raw: bytes) -> None:
    listed = {"value": [{"id": "AAMk/1=", "name": "a", **file}]}
    given: Any = file if "contentBytes" in file else httpx2.Response(200, content=raw)
    server = FewAnswers(GET=[listed, given])
    assert await mailbox_at(server).attachment(ID, "0") == raw
    assert server.made()[-1][1].endswith("AAMk%2F1%3D" if "contentBytes" in file else "AAMk%2F1%3D/$value")
    with pytest.raises(MessageGone):
        await mailbox_at(FewAnswers(GET=[listed])).attachment(ID, "1")


async def test_everything_is_counted_without_spam_and_trash() -> None:
    counts = {"messages": 10, FOLDERS["junkemail"]: 2}

    def server(request: httpx2.Request) -> httpx2.Response:
        parts = request.url.path.removeprefix("/v1.0/me/").split("/")
        of = {"junkemail": 2, "deleteditems": 3}.get(parts[1], 0) if len(parts) > 2 else counts["messages"]
        return httpx2.Response(200, json={"@odata.count": of, "value": [{"id": "x"}]})

    assert await mailbox_at(server).count_messages(Listing(folder=None)) == 5


async def test_a_draft_lies_among_the_drafts_wherever_its_owner_has_put_it() -> None:
    async def folder_of(**more: Any) -> Message:
        return await mailbox_at(FewAnswers(GET=[resource(isDraft=True, **more)])).message(ID)

    assert (await folder_of(parentFolderId=FOLDERS["inbox"])).folder is Folder.DRAFTS
    assert (await folder_of(parentFolderId=FOLDERS["deleteditems"])).folder is Folder.TRASH
