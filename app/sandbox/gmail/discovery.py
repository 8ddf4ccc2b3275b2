"""What the Gmail API takes, read from the discovery document that Google's own client library carries."""

from __future__ import annotations

import functools
import importlib.util
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import orjson

Json = dict[str, Any]
_MODE = re.compile(r"\{\+?(\w+)\}")


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of the API; `request` and `answer` name schemas, empty where there is none."""

    id: str
    method: str
    pattern: re.Pattern[str]
    parameters: dict[str, Json]
    request: str
    answer: str
    scopes: frozenset[str]
    most_media_bytes: int

    def in_path(self, path: str) -> dict[str, str] | None:
        """Return the decoded path parameters if this raw path is this operation's, else None."""
        found = self.pattern.fullmatch(path)
        return {name: unquote(value) for name, value in found.groupdict().items()} if found else None


@dataclass(frozen=True, slots=True)
class Discovery:
    """The discovery document, as far as requests are checked against it."""

    operations: tuple[Operation, ...]
    schemas: dict[str, Json]
    common: dict[str, Json]
    scopes: frozenset[str]

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """Return the operation of a method and raw path with its path parameters, None if there is none."""
        for operation in self.operations:
            if operation.method == method and (values := operation.in_path(path)) is not None:
                return operation, values
        return None


def _methods(resource: Json) -> Iterator[Json]:
    yield from resource.get("methods", {}).values()
    for inner in resource.get("resources", {}).values():
        yield from _methods(inner)


def _operation(method: Json) -> Operation:
    path: str = method.get("flatPath") or method["path"]
    pattern = "".join(
        f"(?P<{piece}>[^/]+)" if index % 2 else re.escape(piece) for index, piece in enumerate(_MODE.split(f"/{path}"))
    )
    return Operation(
        id=method["id"],
        method=method["httpMethod"],
        pattern=re.compile(pattern),
        parameters=method.get("parameters", {}),
        request=method.get("request", {}).get("$ref", ""),
        answer=method.get("response", {}).get("$ref", ""),
        scopes=frozenset(method.get("scopes", ())),
        most_media_bytes=int(method.get("mediaUpload", {}).get("maxSize", 0)),
    )


def _library_folder() -> Path:
    # Found without being imported: only the adapter loads the library itself.
    spec = importlib.util.find_spec("googleapiclient")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("google-api-python-client is not installed")
    return Path(spec.submodule_search_locations[0])


@functools.cache
def document() -> Json:
    """Return Gmail's discovery document."""
    found: Json = orjson.loads((_library_folder() / "discovery_cache/documents/gmail.v1.json").read_bytes())
    return found


@functools.cache
def discovery() -> Discovery:
    """Return Gmail's discovery document, ready for checking requests; paths with fewer parameters come first."""
    doc = document()
    operations = sorted(map(_operation, _methods(doc)), key=lambda operation: operation.pattern.groups)
    return Discovery(tuple(operations), doc["schemas"], doc["parameters"], frozenset(doc["auth"]["oauth2"]["scopes"]))
