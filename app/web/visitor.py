"""Who is looking at a page, as far as a page needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from starlette.requests import HTTPConnection


@dataclass(frozen=True, kw_only=True, slots=True)
class Visitor:
    """A signed-in person; `language` is one of es, fr, en or empty, `zone` an IANA name or empty.

    `unread` counts the notices that are new to her, `leads` says that she leads a team, `issuer` who vouches for her
    (empty if that is not known).
    """

    person_id: UUID
    name: str
    email: str
    language: str = ""
    zone: str = ""
    unread: int = 0
    leads: bool = False
    issuer: str = ""


def visitor_of(request: HTTPConnection) -> Visitor | None:
    """Return who is signed in, as the session check left it in `request.state.visitor`."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    return visitor
