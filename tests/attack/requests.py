"""Every request the service knows that names something of somebody's, with a body that fits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from app.web.csrf import SAFE_METHODS
from tests.web.browser import ORIGIN, Browser

Ids = dict[str, str]
_HOLE = re.compile(r"\{(\w+)(?::\w+)?\}")
_UNTIL, _SHA, _SCOPES = "2027-06-01", "0" * 64, ["mail.list", "mail.read"]
_AT_NINE = {"wall_time": "2027-01-04T09:00:00", "zone": "UTC"}

# What the body of a request holds, by how its path ends; `{…}` is filled with an id as in the path.
JSON_BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/drafts"): {"message_id": "{message_id}", "text": "Yes."},
    ("PATCH", "/drafts/{draft_id:uuid}"): {"text": "No."},
    ("PUT", "/approval"): {"sha256": _SHA},
    ("PUT", "/return"): {"word": "Warmer, please."},
    ("POST", "/scheduled"): {"draft_id": "{draft_id}", **_AT_NINE},
    ("PATCH", "/labels"): {"add": ["Clients"]},
    ("PUT", "/folder"): {"folder": "trash"},
    ("POST", "/senders"): {"sender": "mother@family.example"},
    ("PUT", "/hours"): {"calendar": {"zone": "UTC", "spans": []}},
    ("PUT", "/sending-limit"): {"per_day": 5},
    ("POST", "/private-labels"): {"label": "Family"},
    ("PATCH", "/grants/{grant_id:uuid}"): {"scopes": ["mail.list"]},
    ("PUT", "/status"): {"status": "paused"},
    ("POST", "/stops"): {"mailbox_id": "{mailbox_id}"},
    ("POST", "/removals"): {"assistant_id": "{person_id}"},
    ("POST", "/keys"): {"name": "Nightly", "scopes": ["mail.list"], "until": f"{_UNTIL}T00:00:00Z"},
    ("POST", "/templates"): {"name": "Yes", "language": "en", "text": "Yes."},
    ("PUT", "/templates/{template_id:uuid}"): {"text": "No."},
    ("POST", "/invitations"): {"scopes": _SCOPES, "until": f"{_UNTIL}T00:00:00Z"},
    ("POST", "/mailboxes/{mailbox_id:uuid}/teams"): {"scopes": _SCOPES, "until": f"{_UNTIL}T00:00:00Z"},
    ("PATCH", "/teams/{access_id:uuid}"): {"scopes": ["mail.list"]},
    ("POST", "/members"): {"members": [{"name": "Sam"}]},
    ("POST", "/review"): {"end": []},
    ("PUT", "/restoration/confirmation"): {"grants": [], "sends": []},
    ("PUT", "/handover"): {"text": "Clara waits for an offer."},
    ("POST", "/substitutes"): {"name": "Sam", "until": f"{_UNTIL}T00:00:00Z"},
    ("PATCH", "/mailboxes/{mailbox_id:uuid}"): {"zone": "Europe/Paris"},
}
FORMS: dict[str, dict[str, Any]] = {
    "/draft": {"text": "Yes.", "key": "1"},
    "/drafts/{draft_id:uuid}": {"text": "No."},
    "/approval": {"sha256": _SHA},
    "/return": {"word": "Warmer, please."},
    "/hour": {"preset": "tomorrow"},
    "/labels": {"new": "Clients"},
    "/folder": {"to": "trash"},
    "/senders": {"sender": "mother@family.example"},
    "/private-labels": {"label": "Family"},
    "/narrowing": {"scopes": ["mail.list"], "until": _UNTIL},
    "/invitations": {"scopes": _SCOPES, "until": _UNTIL},
    "/teams": {"scopes": _SCOPES, "until": _UNTIL},
    "/team": {"name": "Green Desk"},
    "/members": {"name": "Sam", "scopes": ["mail.list"]},
    "/roster": {"roster": "Sam,sam@desk.example"},
    "/handover": {"text": "Clara waits for an offer."},
    "/substitutes": {"name": "Sam", "until": _UNTIL},
    "/keys": {"name": "Nightly", "scopes": ["mail.list"], "until": _UNTIL},
    "/zone": {"zone": "Europe/Paris"},
    "/stops": {"mailbox_id": "{mailbox_id}"},
    "/grant": {"scopes": _SCOPES, "until": _UNTIL, "mailbox_id": "{mailbox_id}"},
}


@dataclass(frozen=True)
class Call:
    """One route and what is sent to it, with holes for ids."""

    method: str
    path: str
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def holes(self) -> set[str]:
        """Return which ids it names, in its path or in its body."""
        return {hole for hole in _HOLE.findall(self.path + str(self.body)) if hole != "number"}

    @property
    def is_api(self) -> bool:
        """Whether it is a program's call."""
        return self.path.startswith("/api/")

    def address(self, ids: Ids) -> str:
        """Return the path with ids in its holes."""
        return _HOLE.sub(lambda hole: ids.get(hole[1], "0"), self.path)

    def filled(self, ids: Ids) -> dict[str, Any]:
        """Return the body with ids in its holes."""
        return {
            name: _HOLE.sub(lambda hole: ids[hole[1]], v) if isinstance(v, str) else v for name, v in self.body.items()
        }

    async def by(self, browser: Browser, ids: Ids) -> httpx2.Response:
        """Send it from somebody's browser, with these ids."""
        path = self.address(ids)
        body = self.filled(ids)
        if self.is_api:
            return await browser.api(self.method, path.removeprefix("/api/v1"), body or None)
        if self.method in SAFE_METHODS:
            return await browser.get(path)
        data = {"csrf": browser.token, **body}
        return await browser.http.request(self.method, path, data=data, headers={"origin": ORIGIN})


def calls(app: FastAPI) -> Iterator[Call]:
    """Yield a call for every route with the id of something in its path or body."""
    for context in iter_route_contexts(app.routes):
        if not isinstance(context.original_route, APIRoute):
            continue
        for method in sorted(context.methods):
            call = Call(method, context.path, _body(method, context.path))
            if call.holes:
                yield call


def _body(method: str, path: str) -> dict[str, Any]:
    if method in SAFE_METHODS:
        return {}
    if path.startswith("/api/"):
        return next((body for (verb, end), body in JSON_BODIES.items() if verb == method and path.endswith(end)), {})
    return next((body for end, body in FORMS.items() if path.endswith(end)), {})


def random_ids(ids: Ids) -> Ids:
    """Return ids of nothing, one in the place of each."""
    return {name: str(uuid4()) for name in ids}


def told(answer: httpx2.Response, ids: Ids) -> tuple[int, str, str]:
    """Return what an answer tells: status, where to, body; without its request's id and without what was asked."""
    text, place = answer.text, answer.headers.get("location", "")
    for name, value in ids.items():
        text, place = text.replace(value, f"<{name}>"), place.replace(value, f"<{name}>")
    return answer.status_code, place, text.replace(answer.headers["x-request-id"], "<request>")
