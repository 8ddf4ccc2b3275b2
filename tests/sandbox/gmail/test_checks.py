"""Every request against the discovery document: what it promises is taken, anything beside it is refused."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.sandbox.gmail import router
from app.sandbox.gmail.checks import decode_base64, read_body, read_parameters
from app.sandbox.gmail.discovery import Operation, discovery
from app.sandbox.gmail.handlers import HANDLERS
from app.sandbox.gmail.refusals import Refusal
from app.sandbox.sandbox import Sandbox
from app.sandbox.wire import Request
from tests.sandbox.direct import Direct
from tests.sandbox.practice import ALICE, path_of, refusal_of

PRACTISED = [one for one in discovery().operations if one.id.removeprefix("gmail.users.") in HANDLERS]
WITH_BODY = [one for one in PRACTISED if one.request]


def named(operation: Operation) -> str:
    return operation.id


def values_of(spec: dict[str, Any], depth: int = 0) -> st.SearchStrategy[Any]:
    """Return a strategy for what a property of the discovery document may be."""
    if "$ref" in spec:
        return bodies_of(spec["$ref"], depth + 1)
    if spec["type"] == "array":
        return st.lists(values_of(spec["items"], depth), max_size=2)
    if "enum" in spec:
        return st.sampled_from(spec["enum"])
    plain: dict[str, st.SearchStrategy[Any]] = {
        "byte": st.binary(max_size=12).map(lambda data: base64.urlsafe_b64encode(data).decode()),
        "int32": st.integers(-(2**31), 2**31 - 1),
        "uint32": st.integers(0, 2**32 - 1),
        "int64": st.integers(-(2**63), 2**63 - 1).map(str),
        "uint64": st.integers(0, 2**64 - 1).map(str),
    }
    text = st.text(st.characters(codec="utf-8"), max_size=10)
    return plain.get(spec.get("format", ""), st.booleans() if spec["type"] == "boolean" else text)


def bodies_of(schema: str, depth: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for bodies that fit a schema; parts in parts end after a few."""
    properties = discovery().schemas[schema].get("properties", {})
    if depth > 3:
        return st.just({})
    lazily = {name: st.deferred(lambda spec=spec: values_of(spec, depth)) for name, spec in properties.items()}
    return st.fixed_dictionaries({}, optional=lazily)


@pytest.mark.parametrize("operation", WITH_BODY, ids=named)
@given(data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_body_that_fits_the_document_is_taken(operation: Operation, data: st.DataObject):
    body = data.draw(bodies_of(operation.request))
    fitted = read_body(operation, orjson.dumps(body))
    assert set(fitted) == set(body)


def places(body: Any) -> Iterator[dict[str, Any]]:
    """Yield every object inside a body."""
    if isinstance(body, dict):
        yield body
        for value in body.values():
            yield from places(value)
    elif isinstance(body, list):
        for value in body:
            yield from places(value)


@pytest.mark.parametrize("operation", WITH_BODY, ids=named)
@given(data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_unknown_name_anywhere_is_refused(operation: Operation, data: st.DataObject):
    body = data.draw(bodies_of(operation.request))
    data.draw(st.sampled_from(list(places(body))))["notInTheDocument"] = 1
    with pytest.raises(Refusal) as refused:
        read_body(operation, orjson.dumps(body))
    assert refused.value.code == 400
    assert 'Unknown name "notInTheDocument"' in str(refused.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@given(operation=st.sampled_from(PRACTISED), body=JSON)
def test_any_json_is_taken_or_refused(operation: Operation, body: Any):
    refused = refusal_of(read_body, operation, orjson.dumps(body))
    assert refused is None or refused.code == 400


@given(operation=st.sampled_from(PRACTISED), body=st.binary(max_size=60))
def test_any_bytes_are_taken_or_refused(operation: Operation, body: bytes):
    refused = refusal_of(read_body, operation, body)
    assert refused is None or refused.code == 400


@pytest.mark.parametrize("operation", PRACTISED, ids=named)
@given(data=st.data())
@settings(max_examples=10, deadline=None)
def test_parameters_that_fit_the_document_are_taken(operation: Operation, data: st.DataObject):
    specs = {name: spec for name, spec in operation.parameters.items() if spec["location"] == "query"}
    chosen = data.draw(st.lists(st.sampled_from(sorted(specs)), unique=True)) if specs else []
    pairs = tuple((name, data.draw(written(specs[name]))) for name in chosen)
    assert set(read_parameters(operation, pairs)) == set(chosen)


def written(spec: dict[str, Any]) -> st.SearchStrategy[str]:
    """Return a strategy for the text of a query parameter."""
    if spec["type"] == "boolean":
        return st.sampled_from(["true", "false"])
    return values_of(spec).map(str)


@pytest.mark.parametrize("operation", PRACTISED, ids=named)
def test_a_parameter_of_another_call_is_refused(operation: Operation):
    for name in ("foo", "userId", "id", "Fields", "max_results"):
        with pytest.raises(Refusal) as refused:
            read_parameters(operation, ((name, "1"),))
        assert f'Unknown name "{name}"' in str(refused.value)


@given(st.text(max_size=40), st.sampled_from(["maxResults", "includeSpamTrash", "pageToken", "q", "labelIds"]))
def test_any_text_of_a_parameter_is_taken_or_refused(text: str, name: str):
    operation = next(one for one in PRACTISED if one.id == "gmail.users.messages.list")
    refused = refusal_of(read_parameters, operation, ((name, text),))
    assert refused is None or refused.code == 400


def test_null_is_as_if_it_were_not_there():
    operation = next(one for one in PRACTISED if one.id == "gmail.users.labels.create")
    assert read_body(operation, b'{"name": null, "color": null}') == {}


def test_one_is_taken_for_a_list_of_one():
    operation = next(one for one in PRACTISED if one.id == "gmail.users.messages.modify")
    assert read_body(operation, b'{"addLabelIds": "X"}') == {"addLabelIds": ["X"]}


@given(st.binary(max_size=200), st.booleans(), st.booleans())
def test_base64_of_either_alphabet_is_read_back(data: bytes, urlsafe: bool, padded: bool):
    text = (base64.urlsafe_b64encode(data) if urlsafe else base64.b64encode(data)).decode()
    assert decode_base64(text if padded else text.rstrip("="), "raw") == data


@given(st.text(max_size=60))
def test_any_text_is_base64_or_a_value_error(text: str):
    with contextlib.suppress(ValueError):
        decode_base64(text, "raw")


CALLS = [
    ("GET", "messages"),
    ("GET", "threads"),
    ("GET", "drafts"),
    ("GET", "labels"),
    ("GET", "history"),
    ("GET", "profile"),
]


@given(
    st.lists(
        st.tuples(st.sampled_from(["q", "labelIds", "fields", "pageToken", "maxResults", "x"]), st.text(max_size=20)),
        max_size=4,
    )
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_breaks_the_server(sandbox: Sandbox, pairs: list[tuple[str, str]]):
    gmail = Direct(sandbox, ALICE)
    for method, path in CALLS:
        status, _ = gmail.ask(method, path, **dict(pairs))
        assert status in {200, 400, 404}


@given(st.sampled_from(PRACTISED), st.text(min_size=1, max_size=20), JSON)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_call_breaks_the_server(sandbox: Sandbox, operation: Operation, value: str, body: Any):
    gmail = Direct(sandbox, ALICE)
    content = orjson.dumps(body)
    headers = {"authorization": f"Bearer {gmail.token}"}
    answer, seen = router.answer(sandbox, Request(operation.method, path_of(operation, value), (), headers, content))
    assert answer.status in {200, 204, 400, 404, 409}
    assert seen.operation == operation.id
