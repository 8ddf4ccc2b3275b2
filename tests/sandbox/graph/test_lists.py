"""Lists: all folders unless one is named, pages, order, and what a filter may say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app import clock
from app.sandbox.graph.item import Item
from app.sandbox.graph.mailbox import GraphMailbox
from app.sandbox.modes import Modes
from app.sandbox.sandbox import Sandbox
from tests.sandbox.outlook import ALICE, CLARA, MARK, Caller, quoted
from tests.sandbox.practice import letter

START = datetime(2026, 11, 2, 10, tzinfo=UTC)


@pytest.fixture
def filled(mailbox: GraphMailbox) -> list[Item]:
    """Twelve letters, an hour apart, every third one unread, the last in the bin."""
    made = [
        mailbox.add(
            letter(f"Letter {n:02}", sender=f"Clara <{CLARA}>" if n % 2 else "dan@elsewhere.example", to=ALICE),
            labels=("TRASH",) if n == 11 else ("INBOX", "VIP") if n == 4 else ("INBOX",),
            internal_date=START + timedelta(hours=n),
            unread=n % 3 == 0,
        )
        for n in range(12)
    ]
    made[5].properties[MARK] = "it's 5"
    return made


async def subjects(caller: Caller, path: str = "messages", **options: str) -> list[str]:
    """Return the numbers of the letters that a list shows."""
    found = await caller.get(path, **{f"${name}": value for name, value in options.items()})
    return [one["subject"].removeprefix("Letter ") for one in found["value"]]


async def test_ten_come_at_once_newest_first_from_every_folder(caller: Caller, filled: list[Item]):
    assert await subjects(caller) == ["11", "10", "09", "08", "07", "06", "05", "04", "03", "02"]
    assert len(await subjects(caller, "mailFolders/inbox/messages", top="50")) == 11
    assert await subjects(caller, "mailFolders/deleteditems/messages") == ["11"]


async def test_the_next_page_is_a_link_that_is_followed_as_it_stands(caller: Caller, filled: list[Item]):
    options = {"$top": "5", "$select": "subject", "$filter": "isRead eq true", "$count": "true"}
    page = await caller.get("mailFolders/inbox/messages", **options)
    assert page["@odata.count"] == 7
    assert set(page["value"][0]) == {"@odata.etag", "id", "subject"}
    link = page["@odata.nextLink"]
    assert link.startswith("http://practice.example/v1.0/me/mailFolders/inbox/messages?")
    rest = await caller.done("GET", link)
    assert [one["subject"] for one in rest["value"]] == ["Letter 02", "Letter 01"]
    assert "@odata.nextLink" not in rest


async def test_pages_fit_together_whatever_their_size(caller: Caller, filled: list[Item]):
    seen, link = [], "/v1.0/me/messages?$top=5&$select=subject"
    while link:
        page = await caller.done("GET", link)
        seen += [one["id"] for one in page["value"]]
        link = page.get("@odata.nextLink", "")
    assert seen == [item.mutable for item in reversed(filled)]


async def test_skip_and_order(caller: Caller, filled: list[Item]):
    assert await subjects(caller, top="2", skip="3") == ["08", "07"]
    assert await subjects(caller, top="2", orderby="receivedDateTime") == ["00", "01"]
    assert await subjects(caller, top="2", orderby="subject desc") == ["11", "10"]
    assert await subjects(caller, top="3", orderby="isRead,subject desc") == ["09", "06", "03"]
    first = (await caller.get("messages", **{"$orderby": "from/emailAddress/address asc", "$top": "1"}))["value"][0]
    assert first["from"]["emailAddress"]["address"] == CLARA


FILTERS = [
    ("isRead eq false", ["09", "06", "03", "00"]),
    ("isread ne true and isDraft eq false", ["09", "06", "03", "00"]),
    ("not (isRead eq true)", ["09", "06", "03", "00"]),
    ("receivedDateTime ge 2026-11-02T19:00:00Z", ["11", "10", "09"]),
    ("receivedDateTime gt 2026-11-02T20:00:00+01:00 and isRead eq false", []),
    ("receivedDateTime ge 2026-11-02 and receivedDateTime lt 2026-11-02T12:00:00Z", ["01", "00"]),
    ("categories/any(c: c eq 'vip')", ["04"]),
    ("categories/any(x:x eq 'VIP') or subject eq 'letter 07'", ["07", "04"]),
    (f"singleValueExtendedProperties/Any(ep: ep/id eq '{MARK}' and ep/value eq 'it''s 5')", ["05"]),
    (f"singleValueExtendedProperties/Any(ep: ep/id eq '{MARK}' and ep/value eq 'other')", []),
    ("startswith(subject,'Letter 1')", ["11", "10"]),
    ("contains(subject, '00')", ["00"]),
    (f"from/emailAddress/address eq '{CLARA.upper()}' and receivedDateTime le 2026-11-02T11:00:00Z", ["01"]),
    ("importance eq 'normal' and flag/flagStatus eq 'flagged'", []),
    ("hasAttachments eq true", []),
]


@pytest.mark.parametrize(("written", "found"), FILTERS)
async def test_filters_find_what_they_say(caller: Caller, filled: list[Item], written: str, found: list[str]):
    assert await subjects(caller, filter=written, top="50") == found


async def test_ids_are_compared_letter_by_letter(caller: Caller, filled: list[Item]):
    item = filled[3]
    assert await subjects(caller, filter=f"conversationId eq '{item.conversation}'") == ["03"]
    assert await subjects(caller, filter=f"conversationId eq '{item.conversation.swapcase()}'") == []
    assert len(await subjects(caller, filter=f"parentFolderId eq '{item.folder.id}'", top="50")) == 11


async def test_a_message_is_found_by_its_internet_id(caller: Caller, from_clara: Item, filled: list[Item]):
    wanted = {"$filter": "internetMessageId eq '<march@customer.example>'"}
    (found,) = (await caller.get("messages", **wanted))["value"]
    assert found["id"] == from_clara.mutable


async def test_drafts_and_deleted_ones_are_in_the_list_of_all(caller: Caller, from_clara: Item):
    made = await caller.reply(from_clara.mutable)
    await caller.ask("DELETE", f"messages/{quoted(from_clara.mutable)}")
    found = (await caller.get("messages", **{"$filter": f"conversationId eq '{made['conversationId']}'"}))["value"]
    assert {(one["isDraft"], one["subject"]) for one in found} == {(True, "RE: Terrace"), (False, "Terrace")}


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ({"$filter": "isRead eq true", "$orderby": "receivedDateTime desc"}, (400, "InefficientFilter")),
        (
            {"$filter": "isRead eq true and receivedDateTime ge 2026-01-01", "$orderby": "receivedDateTime"},
            (400, "InefficientFilter"),
        ),
        ({"$filter": "toRecipients/any(r: r/emailAddress/address eq 'x')"}, (400, "ErrorInvalidUrlQueryFilter")),
        ({"$filter": "endswith(subject,'x')"}, (400, "ErrorInvalidUrlQueryFilter")),
        ({"$filter": "bodyPreview eq 'x'"}, (400, "ErrorInvalidUrlQueryFilter")),
        ({"$filter": "startswith(conversationId,'x')"}, (400, "ErrorInvalidUrlQueryFilter")),
        (
            {"$filter": "singleValueExtendedProperties/any(e: e/id eq 'SystemTime 0x3FEF' and e/value eq 'x')"},
            (400, "ErrorInvalidUrlQueryFilter"),
        ),
        ({"$filter": "colour eq 'red'"}, (400, "RequestBroker--ParseUri")),
        ({"$filter": "colours/any(c: c eq 'red')"}, (400, "RequestBroker--ParseUri")),
        ({"$filter": "isRead eq 'true'"}, (400, "RequestBroker--ParseUri")),
        ({"$filter": "isRead eq yes"}, (400, "RequestBroker--ParseUri")),
        ({"$filter": "subject eq 7"}, (400, "RequestBroker--ParseUri")),
        ({"$filter": "receivedDateTime ge 2026-13-40"}, (400, "RequestBroker--ParseUri")),
        ({"$filter": "isRead is true"}, (400, "RequestBroker--ParseUri")),
        ({"$filter": "isRead eq true and"}, (400, "RequestBroker--ParseUri")),
        ({"$filter": "(isRead eq true"}, (400, "RequestBroker--ParseUri")),
        ({"$filter": "isRead eq true isDraft eq true"}, (400, "RequestBroker--ParseUri")),
        ({"$filter": "subject eq 'open"}, (400, "RequestBroker--ParseUri")),
        ({"$filter": "(" * 60 + "isRead eq true" + ")" * 60}, (400, "RequestBroker--ParseUri")),
        ({"$select": "subject,colour"}, (400, "RequestBroker--ParseUri")),
        ({"$orderby": "colour"}, (400, "RequestBroker--ParseUri")),
        ({"$orderby": "subject down"}, (400, "RequestBroker--ParseUri")),
        ({"$orderby": "toRecipients"}, (400, "ErrorInvalidUrlQueryFilter")),
        ({"$expand": "colours"}, (400, "RequestBroker--ParseUri")),
        ({"$expand": "singleValueExtendedProperties"}, (400, "BadRequest")),
        ({"$top": "1001"}, (400, "BadRequest")),
        ({"$top": "0"}, (400, "BadRequest")),
        ({"$top": "many"}, (400, "BadRequest")),
        ({"$skip": "-1"}, (400, "BadRequest")),
        ({"$limit": "5"}, (400, "BadRequest")),
        ({"$search": '"terrace"', "$filter": "isRead eq true"}, (400, "SearchWithFilter")),
        ({"$search": '"terrace"', "$orderby": "receivedDateTime"}, (400, "SearchWithOrderBy")),
        ({"$search": "subject:terrace"}, (400, "BadRequest")),
        ({"$search": '"terrace OR lunch"'}, (501, "NotImplemented")),
        ({"$search": '"size:5"'}, (501, "NotImplemented")),
    ],
)
async def test_what_exchange_cannot_do_is_refused(
    caller: Caller, filled: list[Item], options: dict[str, str], refusal: tuple[int, str]
):
    assert await caller.refused("GET", "messages", params=options) == refusal


async def test_what_is_ordered_by_may_be_filtered_by_first(caller: Caller, filled: list[Item]):
    written = "receivedDateTime ge 2026-11-02T15:00:00Z and isRead eq false"
    assert await subjects(caller, filter=written, orderby="receivedDateTime desc") == ["09", "06"]


async def test_parameters_of_somebody_elses_are_passed_over(caller: Caller, filled: list[Item]):
    assert (await caller.ask("GET", "messages", params={"top": "1", "x": "y"})).status_code == 200


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ('"dan"', ["10", "08", "06", "04", "02", "00"]),
        ('"letter 04"', ["04"]),
        ('"letter AND 04"', ["04"]),
        ('"from:dan 04"', ["04"]),
        ('"subject:dan"', []),
        ('"elsewhere.example 02"', ["02"]),
        ('"lette"', []),
        ('"lette* 02"', ["02"]),
        ('"\\"Letter 02\\""', ["02"]),
        ('"\\"02 Letter\\""', []),
        ("LETTER 11", ["11"]),
    ],
)
async def test_a_search_finds_whole_words_in_sender_subject_and_body(
    caller: Caller, filled: list[Item], search: str, found: list[str]
):
    assert await subjects(caller, search=search, top="50") == found


async def test_a_search_goes_on_by_a_token_of_its_own(caller: Caller, filled: list[Item]):
    page = await caller.get("mailFolders/inbox/messages", **{"$search": '"clara"', "$top": "2", "$select": "subject"})
    assert [one["subject"] for one in page["value"]] == ["Letter 09", "Letter 07"]
    assert "%24skiptoken=" in page["@odata.nextLink"]
    rest = await caller.done("GET", page["@odata.nextLink"])
    assert [one["subject"] for one in rest["value"]] == ["Letter 05", "Letter 03"]


async def test_a_search_is_behind_by_as_much_as_is_set(caller: Caller, mailbox: GraphMailbox, sandbox: Sandbox):
    sandbox.modes = Modes(search_lag=60)
    mailbox.add(letter("Letter new"), labels=("INBOX",), internal_date=clock.now())
    assert await subjects(caller, search='"letter"') == []
    clock.move(timedelta(seconds=61))
    assert await subjects(caller, search='"letter"') == ["new"]
