"""Partial answers, and the parameters that every call has."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sandbox.gmail.fields import apply_mask, read_mask
from app.sandbox.gmail.mailbox import Message
from app.sandbox.gmail.refusals import Refusal
from tests.sandbox.practice import Program

LISTED = {"messages": [{"id": "1", "threadId": "2"}], "nextPageToken": "x", "resultSizeEstimate": 1}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("nextPageToken", {"nextPageToken": "x"}),
        ("messages/id", {"messages": [{"id": "1"}]}),
        ("messages(id,threadId),nextPageToken", {"messages": [{"id": "1", "threadId": "2"}], "nextPageToken": "x"}),
        ("messages", {"messages": [{"id": "1", "threadId": "2"}]}),
        (" messages ( id ) ", {"messages": [{"id": "1"}]}),
        ("*", LISTED),
        ("messages/*", {"messages": [{"id": "1", "threadId": "2"}]}),
        ("messages/payload/headers(name,value)", {"messages": [{}]}),
        ("messages/id,messages/threadId", {"messages": [{"id": "1", "threadId": "2"}]}),
    ],
)
def test_a_mask_keeps_what_it_names(written: str, kept: dict[str, Any]):
    assert apply_mask(LISTED, read_mask(written, "ListMessagesResponse")) == kept


@pytest.mark.parametrize(
    "written",
    [
        "foo",
        "messages/foo",
        "messages(id",
        "messages)",
        "(id)",
        "id",
        ",",
        "messages,",
        "messages//id",
        "a b",
        "messages;id",
        "/" * 99,
    ],
)
def test_a_mask_of_what_is_not_there_is_refused(written: str):
    with pytest.raises(Refusal) as refused:
        read_mask(written, "ListMessagesResponse")
    assert refused.value.code == 400
    (violation,) = refused.value.error["details"][0]["fieldViolations"]
    assert violation["description"].startswith("Error expanding 'fields' parameter.")


@pytest.mark.parametrize("hostile", ["messages(" * 5_000, "messages/payload" + "/parts" * 5_000, "*" * 5_000])
def test_a_mask_does_not_go_on_and_on_inwards(hostile: str):
    with pytest.raises(Refusal):
        read_mask(hostile, "ListMessagesResponse")


@given(st.text(alphabet="messagid(),/* ", max_size=60))
def test_any_mask_is_read_or_refused(text: str):
    try:
        mask = read_mask(text, "ListMessagesResponse")
    except Refusal:
        return
    assert set(apply_mask(LISTED, mask)) <= set(LISTED)


async def test_fields_of_a_message(program: Program, from_clara: Message):
    shown = await program.get(f"messages/{from_clara.id}", fields="id,payload(headers/name,body/size)")
    assert set(shown) == {"id", "payload"}
    assert set(shown["payload"]) == {"headers", "body"}
    assert all(set(header) == {"name"} for header in shown["payload"]["headers"])


async def test_a_refused_mask_does_nothing(program: Program, from_clara: Message):
    path = f"messages/{from_clara.id}/modify"
    answer = await program.ask("POST", path, params={"fields": "nothing"}, json={"addLabelIds": ["STARRED"]})
    assert answer.status_code == 400
    assert "STARRED" not in from_clara.labels


async def test_answers_are_indented_unless_told_otherwise(program: Program):
    pretty = await program.ask("GET", "profile")
    plain = await program.ask("GET", "profile", params={"prettyPrint": "false"})
    assert "\n  " in pretty.text
    assert "\n  " not in plain.text
    assert pretty.json() == plain.json()


@pytest.mark.parametrize("name", ["alt", "key", "quotaUser", "$.xgafv", "callback", "upload_protocol", "uploadType"])
async def test_parameters_that_every_call_has(program: Program, name: str):
    value = {"alt": "json", "$.xgafv": "2"}.get(name, "x")
    assert (await program.ask("GET", "profile", params={name: value})).status_code == 200


async def test_a_long_get_may_come_as_a_post(program: Program, from_clara: Message):
    form = await program.ask(
        "POST",
        "messages",
        content=b"q=terrace&maxResults=1",
        headers={"x-http-method-override": "GET", "content-type": "application/x-www-form-urlencoded"},
    )
    assert form.json()["messages"][0]["id"] == from_clara.id
    query = await program.ask("POST", "messages", params={"q": "x"}, headers={"x-http-method-override": "GET"})
    assert query.json() == {"resultSizeEstimate": 0}
    not_get = await program.ask("GET", "messages", headers={"x-http-method-override": "POST"})
    assert not_get.status_code == 200
