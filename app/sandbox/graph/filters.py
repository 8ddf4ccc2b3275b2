"""`$filter` on messages: OData's grammar as far as mail is asked for, and Exchange's refusals for the rest.

Compared are properties with literals, joined by and, or, not. Texts are compared without case where Exchange does so,
ids never. `toRecipients/any(…)`, `endswith` and what Exchange cannot restrict by are ErrorInvalidUrlQueryFilter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from app.sandbox.graph.refusals import bad_filter, bad_query

Values = Callable[[str], Any]  # a property's value by its path; extended properties as a dictionary
Test = Callable[[Values], bool]
BOOLEAN, TEXT, ID, MOMENT = "Edm.Boolean", "Edm.String", "Edm.String (id)", "Edm.DateTimeOffset"
FILTERABLE = {
    "isRead": BOOLEAN,
    "isDraft": BOOLEAN,
    "hasAttachments": BOOLEAN,
    "subject": TEXT,
    "importance": TEXT,
    "inferenceClassification": TEXT,
    "flag/flagStatus": TEXT,
    "from/emailAddress/address": TEXT,
    "from/emailAddress/name": TEXT,
    "sender/emailAddress/address": TEXT,
    "internetMessageId": ID,
    "conversationId": ID,
    "parentFolderId": ID,
    "receivedDateTime": MOMENT,
    "sentDateTime": MOMENT,
    "createdDateTime": MOMENT,
    "lastModifiedDateTime": MOMENT,
}
_PATHS = {path.casefold(): path for path in FILTERABLE}
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda one, other: bool(one == other),
    "ne": lambda one, other: bool(one != other),
    "gt": lambda one, other: bool(one > other),
    "ge": lambda one, other: bool(one >= other),
    "lt": lambda one, other: bool(one < other),
    "le": lambda one, other: bool(one <= other),
}
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<moment>\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?)"
    r"|(?P<word>[A-Za-z_@][\w@./]*)|(?P<number>-?\d+)|(?P<mark>[(),:]))"
)
_DEEPEST = 40


@dataclass(slots=True)
class Filter:
    """A filter that was read: `matches` says whether a message passes, `properties` are in the order they stand."""

    matches: Test
    properties: list[str] = field(default_factory=list)


def read_filter(text: str, names: Mapping[str, str]) -> Filter:
    """Read a filter; `names` are the type's properties by lower-case name. Raises Graph's 400."""
    reader = _Reader(text, names)
    test = reader.either()
    if reader.at < len(reader.tokens):
        raise reader.wrong()
    return Filter(test, reader.properties)


class _Reader:
    """Reads one filter from left to right."""

    def __init__(self, text: str, names: Mapping[str, str]) -> None:
        self.text, self.names = text, names
        self.tokens: list[tuple[str, str]] = []
        self.at, self.depth = 0, 0
        self.properties: list[str] = []
        place = 0
        while place < len(text.rstrip()):
            found = _TOKEN.match(text, place)
            if found is None:
                raise bad_query(f"Syntax error at position {place} in '{text}'.")
            self.tokens.append((found.lastgroup or "", found[found.lastgroup or 0]))
            place = found.end()

    def wrong(self) -> Exception:
        return bad_query(f"Syntax error: the filter '{self.text}' cannot be read at its token {self.at + 1}.")

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self, *wanted: str) -> str:
        """Return the next token, which must be one of these if any are named."""
        found = self.peek()
        if not found or (wanted and found.lower() not in wanted):
            raise self.wrong()
        self.at += 1
        return found

    def either(self) -> Test:
        found = [self.all()]
        while self.peek().lower() == "or":
            self.at += 1
            found.append(self.all())
        return found[0] if len(found) == 1 else lambda values: any(test(values) for test in found)

    def all(self) -> Test:
        found = [self.one()]
        while self.peek().lower() == "and":
            self.at += 1
            found.append(self.one())
        return found[0] if len(found) == 1 else lambda values: all(test(values) for test in found)

    def one(self) -> Test:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise bad_query("The filter is nested too deeply.")
        try:
            return self._one()
        finally:
            self.depth -= 1

    def _one(self) -> Test:
        word = self.peek().lower()
        if word == "not":
            self.at += 1
            test = self.one()
            return lambda values: not test(values)
        if word == "(":
            self.at += 1
            test = self.either()
            self.take(")")
            return test
        if word in {"startswith", "contains", "endswith"}:
            return self._function(self.take().lower())
        return self._any(self.take()) if word.endswith("/any") else self._comparison()

    def property(self) -> str:
        written = self.take()
        root = written.split("/")[0]
        if root.casefold() not in self.names:
            text = f"Could not find a property named '{root}' on type 'Microsoft.OutlookServices.Message'."
            raise bad_query(text)
        path = _PATHS.get(written.casefold())
        if path is None:
            raise bad_filter()
        self.properties.append(path)
        return path

    def literal(self, kind: str) -> Any:
        group, written = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        self.take()
        found = {"text": TEXT, "moment": MOMENT, "word": BOOLEAN}.get(group, "Edm.Int32")
        if found != kind.split(" ", maxsplit=1)[0] or (found == BOOLEAN and written.lower() not in {"true", "false"}):
            text = f"A binary operator with incompatible types was detected. Found operand types '{kind}' and '{found}'"
            raise bad_query(f"{text} for operator kind 'Equal'.")
        if group == "text":
            value = written[1:-1].replace("''", "'")
            return value if kind == ID else value.casefold()
        return _moment(written) if group == "moment" else written.lower() == "true"

    def _comparison(self) -> Test:
        path = self.property()
        compare = COMPARE[self.take(*COMPARE)]
        wanted, fold = self.literal(FILTERABLE[path]), FILTERABLE[path] == TEXT
        return lambda values: compare(_folded(values(path), fold=fold), wanted)

    def _function(self, name: str) -> Test:
        self.take("(")
        path = self.property()
        self.take(",")
        wanted = self.literal(TEXT)
        self.take(")")
        if name == "endswith" or FILTERABLE[path] != TEXT:
            raise bad_filter()
        if name == "startswith":
            return lambda values: str(values(path)).casefold().startswith(wanted)
        return lambda values: wanted in str(values(path)).casefold()

    def _any(self, written: str) -> Test:
        collection = written[: -len("/any")].casefold()
        self.take("(")
        variable = self.take()
        self.take(":")
        if collection not in {"categories", "singlevalueextendedproperties"}:
            raise bad_filter() if collection in self.names else bad_query(f"Could not find '{written}'.")
        self.properties.append(self.names[collection])
        test = self._category(variable) if collection == "categories" else self._extended(variable)
        self.take(")")
        return test

    def _category(self, variable: str) -> Test:
        self.take(variable.lower())
        self.take("eq")
        wanted = self.literal(TEXT)
        return lambda values: wanted in {name.casefold() for name in values("categories")}

    def _extended(self, variable: str) -> Test:
        found: dict[str, str] = {}
        for part in ("id", "value"):
            self.take(f"{variable}/{part}".lower())
            self.take("eq")
            found[part] = self.literal(ID)
            if part == "id":
                self.take("and")
        if not found["id"].casefold().startswith("string"):  # others have to be cast, and Exchange refuses it
            raise bad_filter()
        key, wanted = found["id"].casefold(), found["value"]
        return lambda values: values("singleValueExtendedProperties").get(key) == wanted


def _folded(value: Any, *, fold: bool) -> Any:
    return str(value).casefold() if fold else value


def _moment(written: str) -> datetime:
    try:
        found = datetime.fromisoformat(written.replace("Z", "+00:00"))
    except ValueError:
        raise bad_query(f"The time '{written}' cannot be read.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
