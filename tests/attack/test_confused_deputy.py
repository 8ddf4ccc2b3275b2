"""Bob's programs say to whom, from whom and with what a letter goes; nobody listens: it goes to whoever wrote."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.models.grant import Grant, NeedsApproval
from app.models.mailbox import Mailbox
from app.sandbox.sandbox import Sandbox
from tests.actions.situations import World, effects
from tests.people import ALICE, CLIENT, make_grant
from tests.web.api.calls import good, ids_by_subject
from tests.web.browser import Browser

EVIL = "thief@evil.example"
HEADERS = {
    *("content-type", "content-transfer-encoding", "mime-version", "from", "to", "subject", "date"),
    *("message-id", "in-reply-to", "references", "x-deskhand-id"),
}
SHARED = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

names = st.sampled_from(
    [
        "to",
        "cc",
        "bcc",
        "from",
        "reply_to",
        "replyTo",
        "Reply-To",
        "sender",
        "recipients",
        "headers",
        "attachments",
        "raw",
        "threadId",
        "thread_id",
        "subject",
        "on_behalf",
        "voice",
        "private_id",
        "grant_id",
        "mailbox_id",
        "author_id",
        "scheduled_by",
        "state",
        "due_at",
        "approved",
        "__proto__",
    ]
)
people = st.sampled_from([EVIL, [EVIL], {"email": EVIL}, [{"email": EVIL, "name": "Clara"}], f"a\r\nBcc: {EVIL}"])
values = people | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
extras = st.dictionaries(names, values, min_size=1, max_size=4)
# Words that would be a header, were they to stand in one.
hostile = st.sampled_from(
    [
        f"\r\nBcc: {EVIL}\r\n\r\nHi",
        f"\nCc: {EVIL}",
        f"Hi\r\n.\r\nRCPT TO:<{EVIL}>",
        f"=?utf-8?q?a=0D=0ABcc:_{EVIL}?=",
        f"From {EVIL} Sun Nov 22",
        f"x\x0bBcc: {EVIL}\u2028To: {EVIL}",
        f"--=-=\r\nContent-Type: message/rfc822\r\n\r\nTo: {EVIL}",
    ]
)
texts = st.builds("{}{}{}".format, st.text(max_size=30), hostile, st.text(max_size=30)).filter(str.strip)


@pytest.fixture
def at(mailbox: Mailbox) -> str:
    """Alice's mailbox in the API."""
    return f"/mailboxes/{mailbox.id}"


@pytest.fixture
async def trusted(world: World) -> Grant:
    """Bob's grant under which drafts leave without being asked about: nobody would notice a wrong recipient."""
    scopes = ("mail.read", "label", "draft", "schedule", "reply.free")
    return await make_grant(
        world.resources, world.mailbox, world.bob, scopes=scopes, needs_approval=NeedsApproval.NEVER
    )


@pytest.fixture
async def message_id(as_bob: Browser, trusted: Grant, at: str) -> str:
    """The client's question, by our id."""
    return (await ids_by_subject(as_bob, at))["Terrace in March?"]


@pytest.fixture
async def draft_id(as_bob: Browser, at: str, message_id: str) -> str:
    """A reply of Bob's."""
    return (await good(as_bob, "POST", f"{at}/drafts", {"message_id": message_id, "text": "Yes."}))["id"]


def letters(sandbox: Sandbox) -> list[EmailMessage]:
    """Return Alice's drafts as they lie in her mailbox."""
    box = sandbox.mailbox(ALICE[0])
    raws = [box.raw(box.messages[draft.message_id]) for draft in box.drafts.values()]
    return [message_from_bytes(raw, policy=policy.default) for raw in raws]  # type: ignore[misc]


def goes_to_the_client_alone(letter: EmailMessage) -> None:
    """Check every header of a letter by name, and each that holds an address."""
    assert {name.lower() for name in letter.keys()} <= HEADERS  # noqa: SIM118 (a message is no dictionary)
    assert [each.addr_spec for each in letter["to"].addresses] == [CLIENT]
    assert [each.addr_spec for each in letter["from"].addresses] == [ALICE[0]]
    assert len(letter.get_all("from")) == len(letter.get_all("to")) == len(letter.get_all("subject")) == 1
    assert not letter.is_multipart()
    assert EVIL not in "".join(value for name, value in letter.items())


@SHARED
@given(extra=extras)
async def test_T3_no_further_field_of_any_write_is_taken(
    *, as_bob: Browser, at: str, message_id: str, draft_id: str, sandbox: Sandbox, extra: dict[str, object]
) -> None:
    before = effects(sandbox)
    hour = {"draft_id": draft_id, "wall_time": "2027-01-04T09:00:00", "zone": "UTC"}
    for method, path, body in (
        ("POST", "/drafts", {"message_id": message_id, "text": "Yes."}),
        ("PATCH", f"/drafts/{draft_id}", {"text": "No."}),
        ("POST", "/scheduled", hour),
        ("POST", "/scheduled", {"draft_id": draft_id, "now": True}),
        ("PATCH", f"/messages/{message_id}/labels", {"add": ["Clients"]}),
        ("PUT", f"/messages/{message_id}/folder", {"folder": "archive"}),
    ):
        answer = await as_bob.api(method, at + path, {**extra, **body})
        assert 400 <= answer.status_code < 500, answer.text
        assert EVIL not in answer.text
    assert effects(sandbox) == before
    assert sandbox.left == []


@SHARED
@given(body=st.recursive(values, lambda inner: st.dictionaries(names, inner, max_size=3), max_leaves=5))
async def test_T3_a_body_of_any_other_shape_writes_nothing(
    *, as_bob: Browser, at: str, draft_id: str, message_id: str, sandbox: Sandbox, body: object
) -> None:
    before = effects(sandbox)
    for method, path in (("POST", "/drafts"), ("PATCH", f"/drafts/{draft_id}"), ("POST", "/scheduled")):
        answer = await as_bob.api(method, at + path, body)
        assert 400 <= answer.status_code < 500, answer.text
    assert effects(sandbox) == before


@SHARED
@given(text=texts)
@example(text=f"\r\nBcc: {EVIL}\r\n\r\nHi")
async def test_T17_words_that_look_like_headers_stay_words(
    *, as_bob: Browser, at: str, draft_id: str, sandbox: Sandbox, text: str
) -> None:
    answer = await as_bob.api("PATCH", f"{at}/drafts/{draft_id}", {"text": text})
    assert answer.status_code in (200, 400, 422), answer.text
    [letter] = letters(sandbox)
    goes_to_the_client_alone(letter)
    if answer.status_code == 200:
        told = answer.json()
        assert [each["email"] for each in told["to"]] == [CLIENT]
        assert (told["cc"], told["bcc"], told["attachments"]) == ([], [], [])
        assert EVIL in letter.get_content()


async def test_T3_what_leaves_leaves_to_the_client_alone(
    as_bob: Browser, at: str, message_id: str, sandbox: Sandbox
) -> None:
    for text in (f"\r\nBcc: {EVIL}\r\n\r\nHi", f"To: {EVIL}\n\nHi"):
        draft = await good(as_bob, "POST", f"{at}/drafts", {"message_id": message_id, "text": text})
        sent = await good(as_bob, "POST", f"{at}/scheduled", {"draft_id": draft["id"], "now": True})
        assert sent["state"] == "sent", sent
    assert [left.recipients for left in sandbox.left] == [(CLIENT,), (CLIENT,)]


@SHARED
@given(name=hostile | texts)
async def test_T17_a_label_is_a_label_whatever_it_is_called(
    *, as_bob: Browser, at: str, message_id: str, draft_id: str, sandbox: Sandbox, name: str
) -> None:
    body = {"add": [name[:200]], "remove": []}
    answer = await as_bob.api("PATCH", f"{at}/messages/{message_id}/labels", body)
    assert answer.status_code in (200, 400, 422), answer.text
    if answer.status_code == 200:
        made = answer.json()["labels"]
        assert not [each for each in made if "\r" in each or "\n" in each]
    goes_to_the_client_alone(letters(sandbox)[0])
    box = sandbox.mailbox(ALICE[0])
    assert sandbox.left == []
    assert not [one for one in box.messages.values() if one.labels & {"TRASH", "SPAM", "SENT"}]
