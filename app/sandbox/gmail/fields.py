"""Partial answers: `fields=messages(id,payload/headers),nextPageToken`, checked against the schema of the answer."""

from __future__ import annotations

import re
from typing import Any

from app.sandbox.gmail.discovery import discovery
from app.sandbox.gmail.refusals import Refusal

Json = dict[str, Any]
Mask = dict[str, "Mask"]  # an empty mask takes everything below
_TOKEN = re.compile(r"[A-Za-z0-9_.*-]+|[(),/]")
MOST_DEPTH = 20


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _TOKEN.findall(text)
        self.at = 0
        if "".join(self.tokens) != re.sub(r"\s", "", text):
            raise _refused(text)

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def mask(self, depth: int = 0) -> Mask:
        found: Mask = {}
        while True:
            self.path(found, depth)
            if self.peek() != ",":
                return found
            self.take()

    def path(self, into: Mask, depth: int) -> None:
        name = self.take()
        if not name or name in "(),/" or depth > MOST_DEPTH:
            raise _refused(self.text)
        inner = into.setdefault(name, {})
        if self.peek() == "/":
            self.take()
            self.path(inner, depth + 1)
        elif self.peek() == "(":
            self.take()
            inner.update(self.mask(depth + 1))
            if self.take() != ")":
                raise _refused(self.text)


def _refused(path: str) -> Refusal:
    description = f"Error expanding 'fields' parameter. Cannot find matching fields for path '{path}'."
    violation = {"field": path, "description": description}
    details = [{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}]
    text = "Request contains an invalid argument."
    return Refusal(400, text, "badRequest", "INVALID_ARGUMENT", details=details)


def read_mask(text: str, schema: str) -> Mask:
    """Return the mask of a `fields` parameter; raise Google's 400 for what the answer does not have."""
    reader = _Reader(text)
    mask = reader.mask()
    if reader.peek():
        raise _refused(text)
    _check(mask, schema)
    return mask


def _check(mask: Mask, schema: str) -> None:
    properties = discovery().schemas.get(schema, {}).get("properties", {})
    for name, inner in mask.items():
        if name == "*":
            continue
        if name not in properties:
            raise _refused(name)
        spec = properties[name]
        below = spec.get("$ref") or spec.get("items", {}).get("$ref", "")
        if inner:
            _check(inner, below)


def apply_mask(data: Any, mask: Mask) -> Any:
    """Return what of the data the mask takes."""
    if isinstance(data, list):
        return [apply_mask(one, mask) for one in data]
    if not mask or not isinstance(data, dict):
        return data
    every = mask.get("*")
    chosen = {name: mask.get(name, every) for name in data}
    return {name: apply_mask(value, chosen[name] or {}) for name, value in data.items() if chosen[name] is not None}
