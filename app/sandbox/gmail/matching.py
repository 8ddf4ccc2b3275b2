"""Which messages a search finds. Cheap questions come first: a letter is opened only if everything else holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app import clock
from app.sandbox.bodies import text_of_letter
from app.sandbox.gmail.mailbox import AWAY, Mailbox, Message, now_ms
from app.sandbox.gmail.query import All, Any, Node, Not, Term, read_query
from app.sandbox.headers import decode_words

Test = Callable[[Mailbox, Message, str], bool]

PACIFIC = ZoneInfo("America/Los_Angeles")  # dates in a search are midnights there (Gmail API guide, "Filtering")
_WORDS = re.compile(r"\w+")
_AGE = re.compile(r"(\d{1,6})([hdmy])")
_DATE = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})")
_SIZE = re.compile(r"(\d{1,12})([kKmM]?)")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "m": timedelta(days=30), "y": timedelta(days=365)}
_FOLDERS = {"inbox": "INBOX", "sent": "SENT", "drafts": "DRAFT", "draft": "DRAFT", "trash": "TRASH", "bin": "TRASH"}
_FOLDERS |= {"spam": "SPAM", "starred": "STARRED", "important": "IMPORTANT", "chats": "CHAT"}
_STATES = {"unread": "UNREAD", "starred": "STARRED", "important": "IMPORTANT", "sent": "SENT", "draft": "DRAFT"}


def _flat(text: str) -> str:
    return f" {' '.join(_WORDS.findall(text.casefold()))} "


def _holds(text: str, wanted: str) -> bool:
    words = _flat(wanted)
    return not words.strip() or words in _flat(text)


def _header(mailbox: Mailbox, message: Message, name: str) -> str:
    head = mailbox.parsed(message).root.head
    return decode_words(" ".join(head.all(name)))


def _anywhere(mailbox: Mailbox, message: Message, wanted: str) -> bool:
    summary = f"{message.subject}\n{message.sender}\n{message.recipients}"
    if _holds(summary, wanted):
        return True
    root = mailbox.parsed(message).root
    names = "\n".join(part.filename for part in root.walk() if part.filename)
    return _holds(f"{text_of_letter(root)}\n{names}", wanted)


def _in(mailbox: Mailbox, message: Message, wanted: str) -> bool:
    name = wanted.casefold()
    if name in {"anywhere", "all"}:
        return True
    if name == "archive":
        return not message.labels & {"INBOX", "SENT", "DRAFT", *AWAY}
    return _FOLDERS[name] in message.labels if name in _FOLDERS else _label(mailbox, message, wanted)


def _is(_mailbox: Mailbox, message: Message, wanted: str) -> bool:
    name = wanted.casefold()
    return "UNREAD" not in message.labels if name == "read" else _STATES.get(name, "?") in message.labels


def _hyphened(name: str) -> str:
    return re.sub(r"[\s/()&|\"]", "-", name.casefold())


def _label(mailbox: Mailbox, message: Message, wanted: str) -> bool:
    name = _hyphened(wanted)
    return any(_hyphened(mailbox.labels.get(label_id).name) == name for label_id in message.labels)


def _has(mailbox: Mailbox, message: Message, wanted: str) -> bool:
    name = wanted.casefold()
    if name in {"userlabels", "nouserlabels"}:
        own = any(not mailbox.labels.get(label_id).system for label_id in message.labels)
        return own == (name == "userlabels")
    return name == "attachment" and any(part.filename for part in mailbox.parsed(message).root.walk())


def _filename(mailbox: Mailbox, message: Message, wanted: str) -> bool:
    names = [part.filename.casefold() for part in mailbox.parsed(message).root.walk() if part.filename]
    return any(wanted.casefold() in name for name in names)


def _message_id(_mailbox: Mailbox, message: Message, wanted: str) -> bool:
    return bool(wanted) and message.message_id.strip("<>") == wanted.strip("<>")


def _age(wanted: str) -> int | None:
    found = _AGE.fullmatch(wanted.casefold())
    return now_ms() - int(int(found[1]) * _UNITS[found[2]].total_seconds() * 1000) if found else None


def _newer_than(_mailbox: Mailbox, message: Message, wanted: str) -> bool:
    limit = _age(wanted)
    return limit is not None and message.date >= limit


def _older_than(_mailbox: Mailbox, message: Message, wanted: str) -> bool:
    limit = _age(wanted)
    return limit is not None and message.date < limit


def _day(wanted: str) -> int | None:
    if wanted.isdecimal() and len(wanted) > 8:
        return int(wanted[:12]) * 1000  # seconds since 1970
    found = _DATE.fullmatch(wanted)
    try:
        day = datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=PACIFIC) if found else None
    except ValueError:
        return None
    return int(day.timestamp() * 1000) if day else None


def _after(_mailbox: Mailbox, message: Message, wanted: str) -> bool:
    limit = _day(wanted)
    return limit is not None and message.date >= limit


def _before(_mailbox: Mailbox, message: Message, wanted: str) -> bool:
    limit = _day(wanted)
    return limit is not None and message.date < limit


def _bytes(wanted: str) -> int:
    found = _SIZE.fullmatch(wanted)
    return int(found[1]) * {"": 1, "k": 1024, "m": 1024 * 1024}[found[2].lower()] if found else 2**62


TESTS: dict[str, Test] = {
    "": _anywhere,
    "from": lambda box, message, wanted: _holds(message.sender, wanted),
    "to": lambda box, message, wanted: _holds(message.recipients, wanted),
    "cc": lambda box, message, wanted: _holds(_header(box, message, "Cc"), wanted),
    "bcc": lambda box, message, wanted: _holds(_header(box, message, "Bcc"), wanted),
    "subject": lambda box, message, wanted: _holds(message.subject, wanted),
    "list": lambda box, message, wanted: _holds(_header(box, message, "List-Id"), wanted),
    "deliveredto": lambda box, message, wanted: _holds(_header(box, message, "Delivered-To"), wanted),
    "category": lambda box, message, wanted: f"CATEGORY_{wanted.upper()}" in message.labels,
    "in": _in,
    "is": _is,
    "label": _label,
    "has": _has,
    "filename": _filename,
    "rfc822msgid": _message_id,
    "newer_than": _newer_than,
    "older_than": _older_than,
    "after": _after,
    "newer": _after,
    "before": _before,
    "older": _before,
    "larger": lambda box, message, wanted: message.place.length > _bytes(wanted),
    "size": lambda box, message, wanted: message.place.length > _bytes(wanted),
    "smaller": lambda box, message, wanted: message.place.length < _bytes(wanted),
}
_DEAR = frozenset({"", "bcc", "cc", "list", "deliveredto", "has", "filename"})  # these open the letter


def matches(node: Node, mailbox: Mailbox, message: Message) -> bool:
    """Say whether a message is one that a search looks for."""
    if isinstance(node, Term):
        return TESTS[node.operator](mailbox, message, node.value)
    if isinstance(node, Not):
        return not matches(node.of, mailbox, message)
    # Sorting is stable, so this only puts off what opens letters.
    ordered = sorted(node.of, key=_dear)
    if isinstance(node, All):
        return all(matches(one, mailbox, message) for one in ordered)
    return any(matches(one, mailbox, message) for one in ordered)


def _dear(node: Node) -> bool:
    return not isinstance(node, Term) or node.operator in _DEAR


def _names_away(node: Node) -> bool:
    """Say whether a search itself names spam or trash, so that they are not left out."""
    if isinstance(node, Term):
        return node.operator in {"in", "label", "is"} and node.value.casefold() in {"anywhere", "spam", "trash", "bin"}
    return False if isinstance(node, Not) else any(_names_away(one) for one in node.of)


def finder(mailbox: Mailbox, query: str, label_ids: list[str], *, away: bool, lag: float) -> Callable[[Message], bool]:
    """Return the test of a list call: labels that must all be there, a search, and spam and trash left out.

    `lag` is how many seconds a search, but no plain list, is behind (mode `search_lag`).
    """
    node = read_query(query)
    wanted = frozenset(label_ids)
    hide = frozenset() if away or wanted & AWAY or _names_away(node) else AWAY
    newest = (clock.now() - timedelta(seconds=lag)).timestamp() * 1000 if query.strip() and lag else None

    def found(message: Message) -> bool:
        if not wanted <= message.labels or hide & message.labels:
            return False
        if newest is not None and message.date > newest:
            return False
        return matches(node, mailbox, message)

    return found


__all__ = ["Any", "finder", "matches"]
