"""Logging: one line an event, JSON or for a terminal, without secrets, addresses or anybody's words.

An exception is logged as its type and the places it passed through. Its text is left out, because texts quote what
they choke on: a token, a subject, a row.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from datetime import UTC, datetime

import orjson

from app.settings import Settings

HIDDEN = "[hidden]"
_PATTERNS = (
    (re.compile(r"://[^/\s@]*@"), f"://{HIDDEN}@"),
    (re.compile(r"(https?://[^\s?\"'<>]*)\?[^\s\"'<>]*"), rf"\1?{HIDDEN}"),
    (re.compile(r"\b(Bearer|Basic)\s+[^\s,\"']+", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (re.compile(r"dhk_[\w-]+"), HIDDEN),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), HIDDEN),
    (re.compile(r"\bya29\.[\w.-]+|\b[14]//?0[\w-]{10,}"), HIDDEN),
    (
        re.compile(
            r"((?:token|secret|password|passwd|code|cookie|csrf|state|authorization|subject)[\"']?\s*[:=]\s*)"
            r"(?:\"[^\"]*\"|'[^']*'|[^\s,;&\"'}]+)",
            re.IGNORECASE,
        ),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"(/invitations/)[^/\s?{]+"), rf"\1{HIDDEN}"),
    (re.compile(r"[\w.!#$%&*+/=?^`{|}~-]+@([\w-]+(?:\.[\w-]+)+)"), rf"{HIDDEN}@\1"),
)
# What ends a line or steers a terminal, written so that JSON reads it back.
_CONTROL = {code: f"\\u{code:04x}" for code in (*range(32), *range(127, 160), 0x2028, 0x2029)}


def redact(text: str) -> str:
    """Return `text` without what looks like a secret or an address, and without halves of characters."""
    text = text.encode(errors="backslashreplace").decode()
    for pattern, shown in _PATTERNS:
        text = pattern.sub(shown, text)
    return text


def places(error: BaseException) -> list[str]:
    """Return an exception and what caused it: type, then `file:line function` from the outside in; no texts."""
    found: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        state = getattr(current, "sqlstate", None)
        found.append(f"{type(current).__module__}.{type(current).__qualname__}" + (f" {state}" if state else ""))
        found += [f"{at.filename}:{at.lineno} {at.name}" for at in traceback.extract_tb(current.__traceback__)]
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return found


def fields_of(record: logging.LogRecord) -> dict[str, object]:
    """Return a record as plain, redacted values; `extra={"fields": {…}}` adds some."""
    fields: dict[str, object] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": redact(record.getMessage()),
    }
    extra: dict[str, object] = getattr(record, "fields", {})
    fields |= {name: redact(value) if isinstance(value, str) else value for name, value in extra.items()}
    if record.exc_info and record.exc_info[1] is not None:
        fields["error"] = places(record.exc_info[1])
    return fields


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        return orjson.dumps(fields_of(record), default=str).decode().translate(_CONTROL)


class ConsoleLines(logging.Formatter):
    """One line for a person at a terminal, control characters made visible; an error's places follow, indented."""

    def format(self, record: logging.LogRecord) -> str:
        fields = fields_of(record)
        error = fields.pop("error", ())
        at, level, _, message = (str(fields.pop(name)) for name in ("at", "level", "logger", "message"))
        rest = " ".join(f"{name}={value}" for name, value in fields.items())
        first = f"{at[11:19]} {level:<7} {message} {rest}".rstrip().translate(_CONTROL)
        return "\n    ".join([first, *(str(place).translate(_CONTROL) for place in error)])  # type: ignore[attr-defined]


def setup(settings: Settings) -> None:
    """Send all logs of this process to standard error, as `LOG_FORMAT` and `LOG_LEVEL` say."""
    as_console = settings.log_format == "console" or (not settings.log_format and sys.stderr.isatty())
    handler = logging.StreamHandler()
    handler.setFormatter(ConsoleLines() if as_console else JsonLines())
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(settings.log_level)
    # A log line that cannot be written must not print its arguments either.
    logging.raiseExceptions = False
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    # It writes whole addresses, queries included; the front door has a log of its own.
    logging.getLogger("uvicorn.access").disabled = True
    for name in ("httpx2", "httpcore2", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
