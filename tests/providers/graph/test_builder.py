"""Microsoft's library builds requests as Graph wants them, to the configured address, and sends none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import CallNotAllowed, InvalidMessage
from app.providers.graph.builder import ME, Builder, builder
from app.providers.graph.queries import cursor_of, going_on, of_many, quoted
from tests.providers.graph.wires import GRAPH, ID, QUOTED


@pytest.fixture(scope="module")
def build() -> Builder:
    """The builder of requests to a Graph."""
    return builder(GRAPH)


def test_a_builder_is_made_once() -> None:
    assert builder(GRAPH) is builder(GRAPH)
    assert builder(GRAPH) is not builder("http://localhost:8026/v1.0")


def test_a_request_goes_to_the_configured_address_and_to_me(build: Builder) -> None:
    request = build.request("GET", build.messages, query={"$select": ["id", "subject"], "$top": 5})
    assert request.url == f"{GRAPH}/me/messages?%24select=id,subject&%24top=5"
    assert build.request("GET", build.me).url == f"{GRAPH}/me"
    elsewhere = builder("http://localhost:8026/v1.0")
    assert elsewhere.request("GET", elsewhere.me).url == "http://localhost:8026/v1.0/me"


def test_a_change_carries_json_and_what_it_is_a_change_of(build: Builder) -> None:
    node = build.messages.by_message_id(ID)
    request = build.request("PATCH", node, body={"categories": ["Añadir"]}, etag='W/"one"')
    assert request.url == f"{GRAPH}/me/messages/{QUOTED}"
    assert json.loads(request.body) == {"categories": ["Añadir"]}
    assert (request.headers["if-match"], request.headers["content-type"]) == ('W/"one"', "application/json")
    assert "if-match" not in build.request("PATCH", node, body={}).headers


def test_a_sending_has_no_body_at_all(build: Builder) -> None:
    request = build.request("POST", build.messages.by_message_id(ID).send)
    assert request.body == b""
    assert "content-type" not in request.headers


def test_one_request_leaves_nothing_for_the_next(build: Builder) -> None:
    first = build.request("GET", build.messages, query={"$top": 5})
    assert build.request("GET", build.messages).url == f"{GRAPH}/me/messages"
    assert first.url.endswith("top=5")


def test_no_token_is_ever_in_a_request(build: Builder) -> None:
    assert "authorization" not in {name.lower() for name in build.request("GET", build.me).headers}


def test_an_option_that_is_none_is_refused(build: Builder) -> None:
    with pytest.raises(CallNotAllowed):
        build.request("GET", build.me, query={"$top": 5})


@given(st.text(max_size=40))
def test_a_text_in_a_filter_ends_where_it_ends(text: str) -> None:
    written = quoted(text)
    assert written[1:-1].replace("''", "'") == text
    assert written[1:-1].replace("''", "").count("'") == 0


@given(st.integers(min_value=1, max_value=10**6))
def test_where_a_list_goes_on_comes_back_as_it_was(skip: int) -> None:
    build = builder(GRAPH)
    request = build.request("GET", build.messages, query=of_many(50, only="isRead eq false", newest_first=True))
    link = f"{request.url}&%24skip={skip}"
    cursor = cursor_of({"@odata.nextLink": link}, request)
    assert going_on(request, cursor) == link
    other = build.request("GET", build.messages, query=of_many(50, only="isRead eq true", newest_first=True))
    with pytest.raises(InvalidMessage):
        going_on(other, cursor)


@given(
    st.text(st.characters(codec="ascii"), min_size=1, max_size=60) | st.just("stand-in-1-"),
    st.text(min_size=1, max_size=60) | st.just("stand-in-0-"),
)
def test_an_address_is_what_the_library_makes_of_it_whatever_stands_in_it(message_id: str, asked: str) -> None:
    build = builder(GRAPH)
    node = build.messages.by_message_id(message_id)
    library = node.to_get_request_information()
    library.path_parameters["baseurl"] = GRAPH
    library.query_parameters = {"%24select": ["id", "subject"], "%24expand": asked}
    made = build.request("GET", node, query={"$select": ["id", "subject"], "$expand": asked})
    assert made.url == library.url.replace(ME, "/me", 1)


@given(st.text(max_size=60))
def test_no_cursor_whatever_leads_elsewhere(cursor: str) -> None:
    build = builder(GRAPH)
    request = build.request("GET", build.messages, query=of_many(50))
    try:
        address = going_on(request, cursor)
    except InvalidMessage:
        return
    assert address.startswith(f"{GRAPH}/me/messages?")
