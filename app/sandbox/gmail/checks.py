"""Requests against the discovery document: unknown names, wrong kinds and wrong values are refused as Google does."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

import orjson

from app.sandbox.gmail.discovery import Json, Operation, discovery
from app.sandbox.gmail.refusals import invalid, malformed

Violation = tuple[str, str]
MOST_DEPTH = 50  # parts hold parts, and the schema never ends
_TYPES = {"string": "TYPE_STRING", "boolean": "TYPE_BOOL", "byte": "TYPE_BYTES"}
_UPPER = re.compile(r"(?<!^)(?=[A-Z])")
_INTEGER = re.compile(r"-?\d{1,20}")
_RANGES = {"int32": (-(2**31), 2**31), "uint32": (0, 2**32), "int64": (-(2**63), 2**63), "uint64": (0, 2**64)}


def read_parameters(operation: Operation, pairs: tuple[tuple[str, str], ...]) -> Json:
    """Return the query parameters in their kinds; raise Google's 400 for unknown names and wrong values."""
    values: Json = {}
    violations: list[Violation] = []
    for name, text in pairs:
        spec = operation.parameters.get(name) or discovery().common.get(name)
        if spec is None or spec["location"] != "query":
            violations.append(_unknown_parameter(name))
            continue
        if name in values and not spec.get("repeated"):
            place = _snake(name)
            violations.append((place, f"Invalid value at '{place}': Proto field is not repeating, cannot start list."))
            continue
        try:
            value = _parameter(name, text, spec)
        except ValueError as wrong:
            violations.append((_snake(name), str(wrong)))
            continue
        values[name] = [*values.get(name, []), value] if spec.get("repeated") else value
    if values.get("alt", "json") != "json":
        raise invalid("Unsupported Output Format.")
    if violations:
        raise malformed(violations)
    return values


def _unknown_parameter(name: str) -> Violation:
    tail = f"Cannot bind query parameter. Field '{name}' could not be found in request message."
    return "", f'Invalid JSON payload received. Unknown name "{name}": {tail}'


def _snake(name: str) -> str:
    return _UPPER.sub("_", name).lower()


def _parameter(name: str, text: str, spec: Json) -> Any:
    if "enum" in spec:
        return _choice(_snake(name), text, spec)
    if spec["type"] == "boolean":
        if text not in {"true", "false"}:
            raise ValueError(_wrong(_snake(name), "TYPE_BOOL", text))
        return text == "true"
    if spec["type"] == "integer" or spec.get("format") in _RANGES:
        return _integer(_snake(name), text, spec)
    return text


def _choice(place: str, text: str, spec: Json) -> str:
    # Google takes FULL, full and Full; the discovery document's spelling is what we go on with.
    spelled = {choice.replace("_", "").casefold(): choice for choice in spec["enum"]}
    found = spelled.get(text.replace("_", "").casefold())
    if found is None:
        raise ValueError(_wrong(place, f"type.googleapis.com/google.gmail.v1.{place.title().replace('_', '')}", text))
    return str(found)


def _integer(place: str, value: Any, spec: Json) -> int:
    form = spec.get("format", "int32")
    low, high = _RANGES[form]
    text = str(value)
    if isinstance(value, bool) or not _INTEGER.fullmatch(text) or not low <= int(text) < high:
        raise ValueError(_wrong(place, f"TYPE_{form.upper()}", value))
    return int(text)


def _wrong(place: str, kind: str, value: Any) -> str:
    shown = orjson.dumps(value).decode() if not isinstance(value, str) else f'"{value[:200]}"'
    return f"Invalid value at '{place}' ({kind}), {shown[:210]}"


def read_body(operation: Operation, body: bytes) -> Json:
    """Return the JSON body in its kinds, `raw` as bytes; raise Google's 400 for what does not fit the schema."""
    if not body.strip():
        return {}
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        start = body[:60].decode("utf-8", "replace")
        raise malformed([("", f"Invalid JSON payload received. Unexpected token.\n{start}\n^")]) from None
    if not isinstance(found, dict):
        text = 'Invalid JSON payload received. Unknown name "": Root element must be a message.'
        raise malformed([("", text)])
    violations: list[Violation] = []
    fitted = _fit_object(found, _schema(operation.request), _root(operation.request), violations)
    if violations:
        raise malformed(violations)
    return fitted


def _schema(name: str) -> Json:
    return discovery().schemas[name] if name else {"properties": {}}


def _root(schema: str) -> str:
    # In these the body is one field of Google's request message, and its errors name it.
    return schema.lower() if schema in {"Draft", "Message", "Label"} else ""


def _fit_object(found: Json, schema: Json, place: str, violations: list[Violation]) -> Json:
    properties = schema.get("properties", {}) if place.count(".") < MOST_DEPTH else {}
    fitted: Json = {}
    for name, value in found.items():
        if name not in properties:
            where = f" at '{place}'" if place else ""
            text = f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.'
            violations.append((place, text))
        elif value is not None:
            inner = f"{place}.{_snake(name)}" if place else _snake(name)
            fitted[name] = _fit(value, properties[name], inner, violations)
    return fitted


def _fit(value: Any, spec: Json, place: str, violations: list[Violation]) -> Any:
    if "$ref" in spec:
        if isinstance(value, dict):
            return _fit_object(value, _schema(spec["$ref"]), place, violations)
        violations.append((place, _wrong(place, f"type.googleapis.com/google.gmail.v1.{spec['$ref']}", value)))
        return None
    if spec["type"] == "array":
        many = value if isinstance(value, list) else [value]  # Google takes one for a list of one
        return [_fit(one, spec["items"], place, violations) for one in many]
    try:
        return _fit_plain(value, spec, place)
    except ValueError as wrong:
        violations.append((place, str(wrong)))
        return None


def _fit_plain(value: Any, spec: Json, place: str) -> Any:
    form = spec.get("format", "")
    if form in _RANGES:
        return _integer(place, value, spec)
    if spec["type"] == "boolean" and isinstance(value, bool):
        return value
    if spec["type"] == "boolean" or not isinstance(value, str):
        raise ValueError(_wrong(place, _TYPES.get(form) or _TYPES[spec["type"]], value))
    if "enum" in spec:
        return _choice(place, value, spec)
    return decode_base64(value, place) if form == "byte" else value


def decode_base64(text: str, place: str) -> bytes:
    """Return the bytes of base64 of either alphabet, with or without padding; raise ValueError with Google's words."""
    clean = "".join(text.split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(clean + "=" * (-len(clean) % 4), validate=True)
    except (binascii.Error, ValueError):
        shown = f"{_wrong(place, 'TYPE_BYTES', text)}"
        raise ValueError(f'{shown}\nBase64 decoding failed for "{text[:60]}"') from None


def names_in(schema: str) -> Iterator[str]:
    """Yield the property names of a schema."""
    yield from _schema(schema).get("properties", {})
