"""Graph's ids: case counts, and they hold `/`, `+` and `=`, which a router that decodes a path stumbles over."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets

MUTABLE, IMMUTABLE, FOLDER, CONVERSATION = "AAMkAD", "AAkALg", "AQMkAD", "AAQkAD"
_FORM = re.compile(r"(?:AAMkAD|AAkALg|AQMkAD)[A-Za-z0-9+/_-]{60,200}={0,2}")


def fresh_id(prefix: str) -> str:
    """Return a new id."""
    return _shaped(prefix, secrets.token_bytes(58))


def lasting_id(prefix: str, *parts: str) -> str:
    """Return the id that always belongs to these words."""
    return _shaped(prefix, hashlib.sha512("\n".join(parts).encode()).digest()[:58])


def _shaped(prefix: str, data: bytes) -> str:
    text = base64.b64encode(data).decode()  # 58 bytes end in one =
    return f"{prefix}{text[:20]}/{text[20:40]}+{text[40:]}"


def change_key() -> str:
    """Return a new changeKey."""
    return f"CQAAABYAAAA{base64.b64encode(secrets.token_bytes(20)).decode()}"


def is_well_formed(text: str) -> bool:
    """Say whether this could be an id of a message or folder."""
    return _FORM.fullmatch(text) is not None
