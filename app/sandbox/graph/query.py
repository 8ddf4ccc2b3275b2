"""The query options of a list: `$select`, `$filter`, `$search`, `$orderby`, `$top`, `$skip`, `$count`, `$expand`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from app.sandbox.graph.filters import Filter, read_filter
from app.sandbox.graph.refusals import bad_query, bad_request, inefficient, searched_with
from app.sandbox.wire import Request

KNOWN = ("$select", "$filter", "$orderby", "$top", "$skip", "$count", "$expand", "$search", "$format", "$skiptoken")
MOST = 1000
USUAL = 10
_EXPANDED = re.compile(r"\s*(\w+)\s*(?:\(((?:[^()']|'(?:[^']|'')*')*)\))?\s*(,|$)")
_WITH_ID = re.compile(r"\bid\s+eq\s+'((?:[^']|'')*)'", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Query:
    """A list as it is asked for; `order` holds properties with whether they fall."""

    select: tuple[str, ...] = ()
    filter: Filter | None = None
    order: tuple[tuple[str, bool], ...] = ()
    top: int = USUAL
    skip: int = 0
    count: bool = False
    search: str = ""
    expand: dict[str, tuple[str, ...]] = field(default_factory=dict)


def read_query(request: Request, names: Mapping[str, str]) -> Query:
    """Read the options of a request; `names` are the type's properties by their lower-case names.

    Raises Graph's 400 for an option that does not exist and for what cannot be done.
    """
    given: dict[str, str] = {}
    for name, value in request.query:
        if name.startswith("$"):
            if name.lower() not in KNOWN:
                raise bad_request(f"The query parameter '{name}' is not supported.")
            given[name.lower()] = value
    _check_search(given)
    read = read_filter(given["$filter"], names) if "$filter" in given else None
    order = tuple(_ordered(part, names) for part in given.get("$orderby", "").split(",") if part.strip())
    if read and order:
        _check_order(read, order)
    return Query(
        select=read_select(given.get("$select", ""), names),
        filter=read,
        order=order,
        top=_number(given, "$top", USUAL, least=1),
        skip=_number(given, "$skip", 0, least=0) or _number(given, "$skiptoken", 0, least=0),
        search=given.get("$search", ""),
        count=given.get("$count", "").lower() == "true",
        expand=read_expand(given.get("$expand", "")),
    )


def _check_search(given: Mapping[str, str]) -> None:
    if "$search" in given:
        for option, name in (("$filter", "Filter"), ("$orderby", "OrderBy"), ("$skip", "Skip"), ("$count", "Count")):
            if option in given:
                raise searched_with(name)


def _number(given: dict[str, str], name: str, usual: int, *, least: int) -> int:
    written = given.get(name, str(usual))
    if not written.isdecimal() or int(written) < least:
        raise bad_request(f"Invalid value '{written}' for {name} query option found.")
    if name == "$top" and int(written) > MOST:
        text = f"The limit of '{MOST}' for Top query has been exceeded. The value from the incoming request is"
        raise bad_request(f"{text} '{written}'.")
    return int(written)


def read_select(text: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """Return the properties that are named, in Graph's spelling."""
    wanted = [name.strip() for name in text.split(",") if name.strip()]
    return tuple(names[name.casefold()] if name.casefold() in names else _unknown(name) for name in wanted)


def _unknown(name: str) -> str:
    raise bad_query(f"Could not find a property named '{name}' on type 'Microsoft.OutlookServices.Message'.")


def read_expand(text: str) -> dict[str, tuple[str, ...]]:
    """Return what is to be shown along: extended properties with the ids of their filter, attachments."""
    found: dict[str, tuple[str, ...]] = {}
    at = 0
    while at < len(text):
        part = _EXPANDED.match(text, at)
        if part is None or part[1] not in {"singleValueExtendedProperties", "attachments"}:
            raise bad_query("Parsing OData Select and Expand failed: Could not find a property to expand.")
        ids = tuple(one.replace("''", "'") for one in _WITH_ID.findall(part[2] or ""))
        if part[1] == "singleValueExtendedProperties" and not ids:
            raise bad_request("An $expand of extended properties has to filter them by id.")
        found[part[1]] = ids
        at = part.end()
    return found


def _ordered(part: str, names: Mapping[str, str]) -> tuple[str, bool]:
    name, *rest = part.split()
    direction = rest[0].lower() if rest else "asc"
    if direction not in {"asc", "desc"} or len(rest) > 1:
        raise bad_query(f"Syntax error in '{part.strip()}'.")
    root = name.split("/")[0].casefold()
    spelled = name if "/" in name and root in names else (names[root] if root in names else _unknown(name))
    return spelled, direction == "desc"


def _check_order(read: Filter, order: tuple[tuple[str, bool], ...]) -> None:
    """Hold to Exchange's rule: what is ordered by comes first in the filter, in the same order."""
    wanted = [name.casefold() for name, _ in order]
    seen = list(dict.fromkeys(name.casefold() for name in read.properties))
    if seen[: len(wanted)] != wanted:
        raise inefficient()


def next_link(origin: str, request: Request, skip: int) -> str:
    """Return the address of the next page: the same options, further on."""
    pairs = [(name, value) for name, value in request.query if name.lower() not in {"$skip", "$skiptoken"}]
    goes_on_by = "$skiptoken" if any(name.lower() == "$search" for name, _ in pairs) else "$skip"
    written = "&".join(
        f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in [*pairs, (goes_on_by, str(skip))]
    )
    return f"{origin}{request.path}?{written}"
