"""Where a list goes on: sealed words that mean nothing outside, and nothing for anybody or any list but their own."""

from __future__ import annotations

import base64
import binascii
import hmac

from app.actions.desk import Desk
from app.db.sealed import MasterKeys
from app.errors import BadRequest, DatabaseTrouble


def sealed_cursor(desk: Desk, list_name: str, value: str) -> str:
    """Return a cursor for whoever sits at this desk; empty at the end of a list."""
    if not value:
        return ""
    wrapped = _keys(desk).wrap(value.encode(), _bound(desk, list_name))
    return base64.urlsafe_b64encode(wrapped).decode().rstrip("=")


def opened_cursor(desk: Desk, list_name: str, cursor: str) -> str:
    """Return what a cursor holds; raise BadRequest for one that was made for something else, or never by us."""
    if not cursor:
        return ""
    keys = _keys(desk)
    try:
        wrapped = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return keys.unwrap(wrapped, _bound(desk, list_name), keys.newest_id).decode()
    except (binascii.Error, ValueError, DatabaseTrouble):
        raise BadRequest("This cursor does not belong to this list. Begin again without one.") from None


def _keys(desk: Desk) -> MasterKeys:
    """Derived, so that a list goes on while the master key is changed."""
    return MasterKeys((hmac.digest(desk.resources.secret, b"deskhand cursor", "sha256"),))


def _bound(desk: Desk, list_name: str) -> bytes:
    return b"|".join((b"cursor", desk.mailbox.id.bytes, str(desk.actor.person_id).encode(), list_name.encode()))
