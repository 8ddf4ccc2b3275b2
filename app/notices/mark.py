"""The signed header on every letter of Deskhand's own, by which it is known again in a mailbox.

Who can read it learns nothing and can sign no other: it holds for this notice and this recipient alone. A copy of it on
a stranger's mail to the same person makes that mail private to her assistants, and does nothing else.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterable
from uuid import UUID

from app.rules.addresses import normalised

HEADER = "X-Deskhand-Notice"
VERSION = "v1"
_FORM = re.compile(rf"{VERSION}; id=([0-9a-f]{{32}}); mac=([A-Za-z0-9_-]{{43}})", re.ASCII)


def mark_key(secret: bytes) -> bytes:
    """Return the key of the marks, derived from the installation's secret."""
    return hmac.digest(secret, b"deskhand notice mark", "sha256")


def mark_of(key: bytes, notice_id: UUID, to: str) -> str:
    """Return the header's value for a notice to this address."""
    return f"{VERSION}; id={notice_id.hex}; mac={_mac(key, notice_id.hex, to)}"


def is_ours(key: bytes, mark: str, recipients: Iterable[str]) -> bool:
    """Say whether a header's value was made here, for one of the addresses that the mail went to."""
    found = _FORM.fullmatch(" ".join(mark.split()))  # folded on its way, and unfolded by whoever has shown it
    if not found:
        return False
    expected = [_mac(key, found[1], address) for address in recipients]
    return any(hmac.compare_digest(each, found[2]) for each in expected)


def _mac(key: bytes, notice_id: str, to: str) -> str:
    signed = hmac.digest(key, f"{VERSION}|{notice_id}|{normalised(to)}".encode(), "sha256")
    return base64.urlsafe_b64encode(signed).decode().rstrip("=")
