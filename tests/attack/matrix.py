"""Which right every request under a mailbox needs: the table that the service is held against."""

from __future__ import annotations

from typing import Final

from app.access.scopes import SCOPES, Scope
from tests.attack.requests import Call

MAILBOX: Final = "mailboxes/{mailbox_id:uuid}"
ANY: Final = "any grant"
OWNER: Final = "owner"
Needs = Scope | str

_MESSAGE, _DRAFT, _KEY = "/messages/{message_id:uuid}", "/drafts/{draft_id:uuid}", "/keys/{key_id:uuid}"
_SEND, _GRANT, _TEAM = "/scheduled/{send_id:uuid}", "/grants/{grant_id:uuid}", "/teams/{access_id:uuid}"
_TEMPLATE, _RULE, _LABEL = "/templates/{template_id:uuid}", "/senders/{rule_id:uuid}", "/private-labels/{label_id:uuid}"
_INVITED, _FILE = "/invitations/{invitation_id:uuid}", _MESSAGE + "/attachments/{number:int}"

# What a program or a page asks of the JSON API, after /api/v1/mailboxes/{mailbox_id}.
API: dict[tuple[str, str], Needs] = {
    ("GET", ""): ANY,
    ("PATCH", ""): OWNER,
    ("DELETE", ""): OWNER,
    ("GET", "/messages"): Scope.LIST,
    ("GET", _MESSAGE): Scope.READ,
    ("GET", _FILE): Scope.ATTACH_READ,
    ("PATCH", _MESSAGE + "/labels"): Scope.LABEL,
    ("PUT", _MESSAGE + "/folder"): Scope.TRASH,
    ("GET", "/drafts"): ANY,
    ("POST", "/drafts"): Scope.DRAFT,
    ("GET", _DRAFT): Scope.DRAFT,
    ("GET", _DRAFT + "/best_moment"): Scope.DRAFT,
    ("PATCH", _DRAFT): Scope.DRAFT,
    ("DELETE", _DRAFT): Scope.DRAFT,
    ("PUT", _DRAFT + "/approval"): OWNER,
    ("DELETE", _DRAFT + "/approval"): OWNER,
    ("PUT", _DRAFT + "/return"): OWNER,
    ("GET", "/scheduled"): ANY,
    ("POST", "/scheduled"): Scope.SCHEDULE,
    ("GET", _SEND): ANY,
    ("DELETE", _SEND): Scope.DRAFT,
    ("GET", "/senders"): OWNER,
    ("POST", "/senders"): OWNER,
    ("DELETE", _RULE): OWNER,
    ("GET", "/preview"): OWNER,
    ("GET", "/hours"): Scope.LIST,
    ("PUT", "/hours"): OWNER,
    ("DELETE", "/hours/{hours_id:uuid}"): OWNER,
    ("GET", "/sending-limit"): OWNER,
    ("PUT", "/sending-limit"): OWNER,
    ("GET", "/private-labels"): OWNER,
    ("POST", "/private-labels"): OWNER,
    ("DELETE", _LABEL): OWNER,
    ("GET", "/templates"): Scope.REPLY_TEMPLATE,
    ("POST", "/templates"): OWNER,
    ("PUT", _TEMPLATE): OWNER,
    ("DELETE", _TEMPLATE): OWNER,
    ("GET", "/grants"): ANY,
    ("GET", _GRANT): ANY,
    ("PATCH", _GRANT): OWNER,
    ("PUT", _GRANT + "/status"): OWNER,
    ("DELETE", _GRANT): OWNER,
    ("GET", _GRANT + "/agreements"): ANY,
    ("GET", "/invitations"): OWNER,
    ("POST", "/invitations"): OWNER,
    ("PUT", _INVITED + "/confirmation"): OWNER,
    ("DELETE", _INVITED): OWNER,
    ("GET", "/teams"): OWNER,
    ("POST", "/teams"): OWNER,
    ("GET", _TEAM): OWNER,
    ("PUT", _TEAM + "/confirmation"): OWNER,
    ("PATCH", _TEAM): OWNER,
    ("DELETE", _TEAM): OWNER,
    ("GET", "/review"): OWNER,
    ("POST", "/review"): OWNER,
    ("GET", "/review/table"): OWNER,
    ("GET", "/restoration"): OWNER,
    ("PUT", "/restoration/confirmation"): OWNER,
    ("GET", "/handovers"): Scope.LIST,
    ("GET", "/handover"): Scope.LIST,
    ("PUT", "/handover"): Scope.LIST,
    ("GET", "/keys"): ANY,
    ("POST", "/keys"): Scope.LIST,
    ("DELETE", _KEY): ANY,
    ("GET", "/audit"): Scope.LIST,
    ("GET", "/audit/verification"): OWNER,
    ("PUT", "/audit/{number:int}/reversal"): Scope.LABEL,  # of a labelling: who takes back needs what doing needs
    ("GET", "/audit/export"): OWNER,
}

# The pages of an assistant, after /assistant/mailboxes/{mailbox_id}; every page under /owner is the owner's.
PAGES: dict[tuple[str, str], Needs] = {
    ("GET", ""): ANY,
    ("GET", _MESSAGE): Scope.LIST,  # without the right to read, its headers alone
    ("GET", _FILE): Scope.ATTACH_READ,
    ("POST", _MESSAGE + "/labels"): Scope.LABEL,
    ("POST", _MESSAGE + "/folder"): Scope.TRASH,
    ("POST", _MESSAGE + "/draft"): Scope.DRAFT,
    ("GET", "/drafts"): ANY,
    ("GET", _DRAFT): Scope.DRAFT,
    ("POST", _DRAFT + "/best"): Scope.DRAFT,
    ("POST", _DRAFT): Scope.DRAFT,
    ("GET", _DRAFT + "/removal"): Scope.DRAFT,
    ("POST", _DRAFT + "/removal"): Scope.DRAFT,
    ("POST", _DRAFT + "/hour"): Scope.SCHEDULE,
    ("POST", _DRAFT + "/departure"): Scope.SCHEDULE,  # to leave now is an hour, too
    ("GET", "/scheduled"): ANY,
    ("POST", _SEND + "/cancellation"): Scope.DRAFT,
    ("GET", "/handover"): Scope.LIST,
    ("POST", "/handover"): Scope.LIST,
    ("GET", "/keys"): ANY,
    ("POST", "/keys"): Scope.LIST,
    ("GET", _KEY): ANY,
    ("POST", _KEY + "/end"): ANY,
    ("POST", "/audit/{number:int}/undo"): Scope.LABEL,
}

SCOPED = [
    *(Call(method, f"/api/v1/{MAILBOX}{rest}") for (method, rest), needs in API.items() if needs in list(Scope)),
    *(Call(method, f"/assistant/{MAILBOX}{rest}") for (method, rest), needs in PAGES.items() if needs in list(Scope)),
]

# Requests whose body or question turns them into another act than the route's usual one.
OTHERWISE: tuple[tuple[Call, Scope], ...] = (
    (Call("GET", f"/api/v1/{MAILBOX}/messages?folder=spam"), Scope.SPAM_REVIEW),
    (Call("PUT", f"/api/v1/{MAILBOX}{_MESSAGE}/folder", {"folder": "archive"}), Scope.ARCHIVE),
    (Call("POST", f"/assistant/{MAILBOX}{_MESSAGE}/folder", {"to": "archive"}), Scope.ARCHIVE),
    (Call("POST", f"/api/v1/{MAILBOX}/scheduled", {"draft_id": "{draft_id}", "now": True}), Scope.SCHEDULE),
)


def surface_of(call: Call) -> tuple[str, str]:
    """Return whose surface a request is at, and what it asks for after the mailbox."""
    surface, _, rest = call.path.partition(MAILBOX)
    return surface, rest


def needs_of(call: Call) -> Needs | None:
    """Return what a request needs; None for one that stands in no row."""
    surface, rest = surface_of(call)
    if surface == "/owner/":
        return OWNER
    table = {"/api/v1/": API, "/assistant/": PAGES}.get(surface, {})
    return table.get((call.method, rest))


def all_but(scope: Scope) -> set[Scope]:
    """Return every scope except one and those that bring it."""
    return {each for each in Scope if each is not scope and scope not in SCOPES[each].implies}
