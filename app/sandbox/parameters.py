"""The parameters behind Content-Type and Content-Disposition, continued and encoded ones (RFC 2231) put together."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from app.sandbox.headers import decode_bytes, decode_words

_PARAMETER = re.compile(r';\s*+([^\s=;"]{1,100}+)\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)"?|([^;]*+))', re.DOTALL)
_MIME_TYPE = re.compile(r"\s*([A-Za-z0-9!#$&^_.+-]{1,100})\s*/\s*([A-Za-z0-9!#$&^_.+-]{1,100})")
_SECTION = re.compile(r"(.+?)(?:\*(\d{1,3}))?(\*)?\Z", re.DOTALL)
MOST_PARAMETERS = 100
_PLAIN = -1  # neither continued nor encoded; where there is a better one, it does not count


def mime_type_of(value: str) -> str:
    """Return `type/subtype` in lower case; text/plain where there is none that can be read (RFC 2045, 5.2)."""
    named = _MIME_TYPE.match(value)
    return f"{named[1]}/{named[2]}".lower() if named else "text/plain"


def parameters_of(value: str) -> dict[str, str]:
    """Return the parameters by lower-case name, decoded."""
    sections: dict[str, list[tuple[int, bool, str]]] = {}
    for count, found in enumerate(_PARAMETER.finditer(value)):
        if count >= MOST_PARAMETERS:
            break
        text = re.sub(r"\\(.)", r"\1", found[2]) if found[2] is not None else found[3].strip()
        split = _SECTION.match(found[1])
        if split:
            place = int(split[2]) if split[2] else (0 if split[3] else _PLAIN)
            sections.setdefault(split[1].lower(), []).append((place, bool(split[3]), text))
    return {name: _joined(parts) for name, parts in sections.items()}


def _joined(parts: list[tuple[int, bool, str]]) -> str:
    ordered = sorted((part for part in parts if part[0] != _PLAIN), key=lambda part: part[0])
    if not ordered:
        return decode_words(parts[0][2])  # against the standard, and what most programs write
    charset, data = "", b""
    for place, encoded, text in ordered:
        if encoded and place == 0 and text.count("'") >= 2:
            charset, _, value = text.split("'", 2)
        else:
            value = text
        data += unquote_to_bytes(value) if encoded else value.encode("utf-8", "replace")
    return decode_bytes(data, charset)
