"""Messages through the JSON API: Bob lists, reads, labels and moves; what is private is not there for him."""

from __future__ import annotations

from email.message import EmailMessage
from uuid import uuid4

import pytest

from app import clock
from app.actions.resources import Resources
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.sandbox.sandbox import Sandbox
from tests.actions.outlook import lies_in_folder
from tests.actions.situations import World
from tests.people import ALICE, CLIENT, MOTHER, mail, make_grant
from tests.web.api.calls import good, ids_by_subject, problem_of, refused
from tests.web.browser import Browser

CODE = "Your verification code"
CLIENTS = "Terrace in March?"


@pytest.fixture
def at(mailbox: Mailbox) -> str:
    """Alice's mailbox in the API."""
    return f"/mailboxes/{mailbox.id}"


async def test_an_assistant_lists_what_is_not_private(
    as_bob: Browser, as_alice: Browser, granted: Grant, at: str
) -> None:
    assert set(await ids_by_subject(as_bob, at)) == {CLIENTS, "Sunday lunch", "Garden news"}
    assert CODE in await ids_by_subject(as_alice, at)


async def test_a_sender_made_private_is_gone_at_once_and_reading_by_id_finds_nothing(
    as_bob: Browser, as_alice: Browser, granted: Grant, at: str
) -> None:
    mothers = (await ids_by_subject(as_bob, at))["Sunday lunch"]
    await good(as_alice, "POST", f"{at}/senders", {"sender": MOTHER})
    assert "Sunday lunch" not in await ids_by_subject(as_bob, at)
    for method, rest, body in (
        ("GET", "", None),
        ("PATCH", "/labels", {"add": ["x"]}),
        ("PUT", "/folder", {"folder": "trash"}),
        ("GET", "/attachments/0", None),
    ):
        assert await refused(as_bob, method, f"{at}/messages/{mothers}{rest}", body) == (404, "not_found")
    drafted = {"message_id": mothers, "text": "Yes"}
    assert await refused(as_bob, "POST", f"{at}/drafts", drafted) == (404, "not_found")


async def test_no_canary_of_a_private_message_reaches_an_assistant(
    as_bob: Browser, as_alice: Browser, granted: Grant, at: str, sandbox: Sandbox
) -> None:
    """Threat 4 in small: a token in a private subject, body and attachment name is in no answer of Bob's."""
    canary = f"canary{uuid4().hex}"
    letter = EmailMessage()
    letter["From"], letter["To"] = f"Mother <{MOTHER}>", ALICE[0]
    letter["Subject"], letter["Message-ID"] = f"For you {canary}", "<private@family.example>"
    letter.set_content(f"Dear Alice, {canary}")
    letter.add_attachment(b"x", maintype="application", subtype="pdf", filename=f"{canary}.pdf")
    box = sandbox.mailbox(ALICE[0])
    box.add(letter.as_bytes(), labels=("INBOX",), internal_date=clock.now())
    await good(as_alice, "POST", f"{at}/senders", {"sender": MOTHER})
    hers = await ids_by_subject(as_alice, at)
    assert canary in str(hers)
    seen = ""
    for query in ("", "?unread=true", "?folder=inbox&size=1", "?folder=archive"):
        seen += (await as_bob.api("GET", f"{at}/messages{query}")).text
    for message_id in hers.values():
        seen += (await as_bob.api("GET", f"{at}/messages/{message_id}")).text
        seen += (await as_bob.get(f"/assistant{at}/messages/{message_id}")).text
    seen += (await as_bob.get(f"/assistant{at}")).text
    assert "Terrace" in seen
    assert canary not in seen


async def test_without_reading_there_are_headers_only(
    as_bob: Browser, resources: Resources, mailbox: Mailbox, bob: Person, at: str
) -> None:
    await make_grant(resources, mailbox, bob, scopes=("mail.list",))
    listed = await good(as_bob, "GET", f"{at}/messages")
    assert {message["snippet"] for message in listed["messages"]} == {""}
    first = listed["messages"][0]["id"]
    assert await refused(as_bob, "GET", f"{at}/messages/{first}") == (403, "scope_missing")


@pytest.mark.parametrize(
    ("method", "rest", "body"),
    [
        ("PATCH", "/labels", {"add": ["x"]}),
        ("PUT", "/folder", {"folder": "archive"}),
        ("PUT", "/folder", {"folder": "trash"}),
        ("GET", "/attachments/0", None),
    ],
)
async def test_what_was_not_ticked_is_refused_and_the_mailbox_hears_nothing(
    *, as_bob: Browser, resources: Resources, mailbox: Mailbox, bob: Person, at: str, sandbox: Sandbox,
    method: str, rest: str, body: dict[str, object] | None,
) -> None:  # fmt: skip
    await make_grant(resources, mailbox, bob, scopes=("mail.read",))
    message_id = (await ids_by_subject(as_bob, at))[CLIENTS]
    assert await refused(as_bob, method, f"{at}/messages/{message_id}{rest}", body) == (403, "scope_missing")
    assert [entry.effect for entry in sandbox.ledger.entries if entry.effect] == []


async def test_a_message_is_read_with_its_conversation(as_bob: Browser, granted: Grant, at: str) -> None:
    message_id = (await ids_by_subject(as_bob, at))[CLIENTS]
    body = await good(as_bob, "GET", f"{at}/messages/{message_id}")
    assert body["text"].strip() == "Could you start in March?"
    assert body["message"]["authors"] == [{"email": CLIENT, "name": "Clara Client"}]
    assert [each["id"] for each in body["thread"]] == [message_id]
    assert body["readable"] is True


async def test_labels_are_put_on_and_taken_off_in_the_mailbox(
    as_bob: Browser, granted: Grant, at: str, sandbox: Sandbox
) -> None:
    message_id = (await ids_by_subject(as_bob, at))[CLIENTS]
    after = await good(as_bob, "PATCH", f"{at}/messages/{message_id}/labels", {"add": ["Clients/Clara", "Later"]})
    assert after["labels"] == ["Clients/Clara", "Later"]
    after = await good(as_bob, "PATCH", f"{at}/messages/{message_id}/labels", {"remove": ["Later"]})
    assert after["labels"] == ["Clients/Clara"]
    assert await ids_by_subject(as_bob, at, "?label=Clients/Clara") == {CLIENTS: message_id}
    assert len([entry for entry in sandbox.ledger.entries if entry.effect and entry.effect.kind == "label"]) == 2


@pytest.mark.parametrize(
    "change", [{}, {"add": []}, {"add": ["x"], "remove": ["x"]}, {"add": [" "]}, {"add": ["a\nb"]}]
)
async def test_a_change_that_means_nothing_is_refused(
    as_bob: Browser, granted: Grant, at: str, change: dict[str, list[str]]
) -> None:
    message_id = (await ids_by_subject(as_bob, at))[CLIENTS]
    assert await refused(as_bob, "PATCH", f"{at}/messages/{message_id}/labels", change) == (400, "bad_request")


@pytest.mark.parametrize(
    "change",
    [{"add": ["x"], "colour": "red"}, {"add": "x"}, {"add": [1]}, {"add": ["x" * 226]}, {"add": ["x"] * 21}, []],
)
async def test_a_change_of_another_shape_is_not_understood(
    as_bob: Browser, granted: Grant, at: str, change: object
) -> None:
    message_id = (await ids_by_subject(as_bob, at))[CLIENTS]
    status, code = await refused(as_bob, "PATCH", f"{at}/messages/{message_id}/labels", change)
    assert (status, code) == (422, "bad_request")


@pytest.mark.parametrize("there", ["archive", "trash"])
async def test_a_message_is_moved_and_brought_back(as_bob: Browser, granted: Grant, at: str, there: str) -> None:
    """I14 in small: what is brought back lies where it was, with the labels it had."""
    message_id = (await ids_by_subject(as_bob, at))[CLIENTS]
    before = await good(as_bob, "PATCH", f"{at}/messages/{message_id}/labels", {"add": ["Clients"]})
    moved = await good(as_bob, "PUT", f"{at}/messages/{message_id}/folder", {"folder": there})
    assert moved["folder"] == there
    assert CLIENTS not in await ids_by_subject(as_bob, at, "?folder=inbox")
    assert await ids_by_subject(as_bob, at, f"?folder={there}") == {CLIENTS: message_id}
    back = await good(as_bob, "PUT", f"{at}/messages/{message_id}/folder", {"folder": "inbox"})
    assert back == before


@pytest.mark.parametrize(("more", "told"), [(("spam.review",), (400, "bad_request")), ((), (404, "not_found"))])
async def test_spam_is_judged_not_just_moved(
    as_bob: Browser, world: World, at: str, more: tuple[str, ...], told: tuple[int, str]
) -> None:
    """Who may look through the spam is told so; for anybody else it is not there."""
    await world.grant("mail.read", "archive", "trash", *more)
    message_id = (await ids_by_subject(as_bob, at))["Garden news"]
    lies_in_folder(world, "Garden news", "spam")
    assert await refused(as_bob, "PUT", f"{at}/messages/{message_id}/folder", {"folder": "inbox"}) == told


@pytest.mark.parametrize("folder", ["sent", "spam", "drafts", "outbox", ""])
async def test_no_message_is_moved_to_a_place_that_is_not_offered(
    as_bob: Browser, granted: Grant, at: str, folder: str
) -> None:
    message_id = (await ids_by_subject(as_bob, at))[CLIENTS]
    status, _code = await refused(as_bob, "PUT", f"{at}/messages/{message_id}/folder", {"folder": folder})
    assert status == 422


async def test_an_attachment_is_saved_never_shown(as_bob: Browser, granted: Grant, at: str, sandbox: Sandbox) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = CLIENT, ALICE[0], "The plan"
    letter.set_content("See the plan.")
    letter.add_attachment(b"<script>alert(1)</script>", maintype="text", subtype="html", filename='plän "1".html')
    sandbox.mailbox(ALICE[0]).add(letter.as_bytes(), labels=("INBOX",), internal_date=clock.now())
    message_id = (await ids_by_subject(as_bob, at))["The plan"]
    body = await good(as_bob, "GET", f"{at}/messages/{message_id}")
    assert [(each["number"], each["size"]) for each in body["attachments"]] == [(0, 25)]
    answer = await as_bob.api("GET", f"{at}/messages/{message_id}/attachments/0")
    assert answer.content == b"<script>alert(1)</script>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith('attachment; filename="pl_n')
    assert "filename*=UTF-8''pl%C3%A4n" in answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert await refused(as_bob, "GET", f"{at}/messages/{message_id}/attachments/1") == (404, "not_found")


async def test_lists_go_on_by_a_cursor_that_says_nothing(
    as_bob: Browser, granted: Grant, at: str, sandbox: Sandbox
) -> None:
    box = sandbox.mailbox(ALICE[0])
    for number in range(7):
        raw = mail(CLIENT, f"Letter {number}", "…")
        box.add(raw, labels=("INBOX",), internal_date=clock.now(), unread=True)
    found: list[str] = []
    cursor = ""
    for _ in range(10):
        page = await good(as_bob, "GET", f"{at}/messages?size=3&folder=inbox&cursor={cursor}")
        found += [message["subject"] for message in page["messages"]]
        cursor = page["cursor"]
        if not cursor:
            break
    assert len(found) == len(set(found)) == 10
    assert CODE not in found


async def test_a_cursor_fits_its_own_list_and_its_own_reader(
    as_bob: Browser, as_alice: Browser, granted: Grant, at: str
) -> None:
    page = await good(as_bob, "GET", f"{at}/messages?size=1&folder=inbox")
    cursor = page["cursor"]
    assert cursor
    for query in (f"?size=1&cursor={cursor}", f"?folder=inbox&unread=true&cursor={cursor}", f"?cursor={cursor[:-2]}AA"):
        assert await refused(as_bob, "GET", f"{at}/messages{query}") == (400, "bad_request")
    assert await refused(as_alice, "GET", f"{at}/messages?folder=inbox&cursor={cursor}") == (400, "bad_request")
    for invented in ("x", "%00", "AAAA", "é"):
        assert (await refused(as_bob, "GET", f"{at}/messages?cursor={invented}"))[0] == 400


async def test_V17_a_search_is_a_list_of_its_own(as_bob: Browser, as_alice: Browser, granted: Grant, at: str) -> None:
    found = await good(as_bob, "GET", f"{at}/messages?search=march")
    assert [each["subject"] for each in found["messages"]] == [CLIENTS]
    hers = await good(as_alice, "GET", f"{at}/messages?search=code&size=1")
    assert [each["subject"] for each in hers["messages"]] == ["Your verification code"]
    assert (await good(as_bob, "GET", f"{at}/messages?search=code"))["messages"] == []
    cursor = (await good(as_bob, "GET", f"{at}/messages?size=1"))["cursor"]
    for query in (f"search=march&size=1&cursor={cursor}", "search=%3F", "search=march&folder=spam"):
        assert await refused(as_bob, "GET", f"{at}/messages?{query}") == (400, "bad_request")
    assert await refused(as_bob, "GET", f"{at}/messages?search={'x' * 201}") == (422, "bad_request")


@pytest.mark.parametrize("query", ["?size=0", "?size=101", "?folder=elsewhere", "?q=password", "?unread=perhaps"])
async def test_a_list_that_does_not_exist_is_refused(as_bob: Browser, granted: Grant, at: str, query: str) -> None:
    answer = await as_bob.api("GET", f"{at}/messages{query}")
    assert (answer.status_code, problem_of(answer)) == (422, "bad_request")


async def test_no_answer_holds_an_id_of_the_providers(
    as_bob: Browser, granted: Grant, at: str, sandbox: Sandbox
) -> None:
    ids = await ids_by_subject(as_bob, at)
    said = (await as_bob.api("GET", f"{at}/messages")).text
    said += (await as_bob.api("GET", f"{at}/messages/{ids[CLIENTS]}")).text
    drafted = await as_bob.api("POST", f"{at}/drafts", {"message_id": ids[CLIENTS], "text": "Yes."})
    said += drafted.text + (await as_bob.api("GET", f"{at}/drafts")).text
    said += (await as_bob.get(f"/assistant{at}")).text + (
        await as_bob.get(f"/assistant{at}/messages/{ids[CLIENTS]}")
    ).text
    box = sandbox.mailbox(ALICE[0])
    theirs = {*box.messages, *(message.thread_id for message in box.messages.values()), *box.drafts}
    assert len(theirs) > 4
    assert not [each for each in theirs if each in said]
