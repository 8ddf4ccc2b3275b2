"""Gmail's search language, read into a tree: words, phrases, operators, minus, OR, braces and brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_TERMS = 300
MOST_DEPTH = 20
_TOKEN = re.compile(
    r"""\s*+(?:
        (?P<open>-?[({])
      | (?P<close>[)}])
      | (?P<term>-?+[A-Za-z_0-9]{1,30}+:(?:"[^"]*+"?|[^\s"(){}]*+)
              | -?+(?:"[^"]*+"?|[^\s"(){}]++))
      | (?P<stray>.)
    )""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for; `operator` is empty for plain words."""

    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    """What must not hold."""

    of: Node


@dataclass(frozen=True, slots=True)
class All:
    """What must all hold."""

    of: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Of what one must hold."""

    of: tuple[Node, ...]


Node = Term | Not | All | Any


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens = [found for found in _TOKEN.finditer(text) if not found["stray"]][:MOST_TERMS]
        self.at = 0

    def group(self, closing: str, operator: str = "", depth: int = 0) -> Node:
        """Read up to the closing bracket or the end; in braces one of the members is enough."""
        members: list[Node] = []
        joined = False
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            if token["close"]:
                if closing:
                    break
                continue
            if token["term"] == "OR":
                joined = bool(members)
                continue
            node = self.member(token, operator, depth)
            if joined:
                members[-1] = _either(members[-1], node)
            else:
                members.append(node)
            joined = False
        return Any(tuple(members)) if closing == "}" else All(tuple(members))

    def member(self, token: re.Match[str], operator: str, depth: int) -> Node:
        text = token["open"] or token["term"]
        negated = text.startswith("-") and len(text) > 1
        text = text[1:] if negated else text
        node = self.nested(text, operator, depth) if token["open"] else self.term(text, operator, depth)
        return Not(node) if negated else node

    def nested(self, opening: str, operator: str, depth: int) -> Node:
        if depth >= MOST_DEPTH:
            return All(())
        return self.group({"(": ")", "{": "}"}[opening], operator, depth + 1)

    def term(self, text: str, operator: str, depth: int) -> Node:
        name, colon, value = text.partition(":")
        if not colon or text.startswith('"') or name.casefold() not in OPERATORS:
            return Term(operator, text.strip('"'))
        following = self.tokens[self.at] if self.at < len(self.tokens) else None
        if not value and following and following["open"]:
            self.at += 1
            return self.nested(following["open"][-1], name.casefold(), depth)
        return Term(name.casefold(), value.strip('"'))


def _either(one: Node, other: Node) -> Node:
    if isinstance(one, Any):
        return Any((*one.of, other))
    return Any((one, other))


OPERATORS = frozenset({"from", "to", "cc", "bcc", "subject", "in", "is", "label", "has", "filename", "rfc822msgid"})
OPERATORS |= {"newer_than", "older_than", "newer", "older", "after", "before", "larger", "smaller", "size"}
OPERATORS |= {"list", "deliveredto", "category"}


def read_query(text: str) -> Node:
    """Return the tree of a search; any text is one."""
    return _Reader(text).group("")
