"""Where a browser comes back to after a sign-in: a place of ours by name with ids, never an address of somebody's.

The token of an invitation is a secret, so it waits in the browser's own cookie and never in the database.
"""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from app.actions.sign_in import ReturnTo
from app.settings import Settings
from app.web.cookies import clear_cookie, read_cookie, set_cookie

BROWSER, LINK = "deskhand-browser", "deskhand-link"
JOURNEY_LIFE = timedelta(minutes=20)
ONE_ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
TOKEN = re.compile(r"[A-Za-z0-9_-]{44,200}")

PLACES: dict[ReturnTo, str] = {
    ReturnTo.HOME: "/sign-in/done",
    ReturnTo.OWNER: "/owner",
    ReturnTo.ASSISTANT: "/assistant",
    ReturnTo.LOGINS: "/owner/logins",
    ReturnTo.NOTICES: "/notices",
    ReturnTo.DATA: "/owner/data",
    ReturnTo.CONNECT: "/connect",
    ReturnTo.PROPOSE: "/assistant/proposals/new",
    ReturnTo.MAILBOX: "/owner/mailboxes/{}",
    ReturnTo.SENDERS: "/owner/mailboxes/{}/senders",
    ReturnTo.LOG: "/owner/mailboxes/{}/audit",
    ReturnTo.INVITE: "/owner/mailboxes/{}/invitations/new",
    ReturnTo.OFFER: "/owner/mailboxes/{}/invitations/{}",
    ReturnTo.DISCONNECTION: "/owner/mailboxes/{}/disconnection",
    ReturnTo.GRANT: "/owner/mailboxes/{}/grants/{}",
    ReturnTo.DRAFT: "/owner/mailboxes/{}/drafts/{}",
    ReturnTo.ASSISTED: "/assistant/mailboxes/{}",
    ReturnTo.KEYS: "/assistant/mailboxes/{}/keys",
    ReturnTo.MESSAGE: "/assistant/mailboxes/{}/messages/{}",
    ReturnTo.TEAM: "/team",
    ReturnTo.LED: "/team/{}",
    ReturnTo.WRITING: "/assistant/mailboxes/{}/drafts/{}",
    ReturnTo.HANDOVER: "/assistant/mailboxes/{}/handover",
}
# A form that is sent to another address than that of the page it stands on, or of one below.
SENT_TO: tuple[tuple[ReturnTo, str], ...] = ((ReturnTo.INVITE, "/owner/mailboxes/{}/invitations"),)
# Longest first: a form's own address mostly begins with that of the page it stands on.
_BEGINNINGS = [
    (place, re.compile(re.escape(path).replace(r"\{\}", f"({ONE_ID})") + "(?:/.*)?"))
    for place, path in sorted((*PLACES.items(), *SENT_TO), key=lambda item: len(item[1]), reverse=True)
]


def place_of(path: str) -> tuple[ReturnTo, str]:
    """Return the place that a path of ours is at, with its ids (or an invitation's token) in one word."""
    if path.startswith("/invitations/"):
        return ReturnTo.INVITATION, path.split("/")[2]
    if path.startswith("/erasures/"):
        return ReturnTo.DATA, ""
    for place, pattern in _BEGINNINGS:
        if match := pattern.fullmatch(path):
            return place, "/".join(match.groups())
    return ReturnTo.HOME, ""


def path_of(place: ReturnTo, ids: str, token: str = "") -> str:
    """Return the address of a place; what does not fit leads home."""
    if place is ReturnTo.INVITATION:
        return f"/invitations/{token}" if TOKEN.fullmatch(token) else PLACES[ReturnTo.HOME]
    pattern, given = PLACES[place], ids.split("/") if ids else []
    fits = len(given) == pattern.count("{}") and all(re.fullmatch(ONE_ID, each) for each in given)
    return pattern.format(*given) if fits else PLACES[ReturnTo.HOME]


def browser_secret(request: Request) -> str:
    """Return the secret by which this browser is known again when it comes back; a new one if it has none."""
    return read_cookie(request, BROWSER, request.app.state.settings) or secrets.token_urlsafe(32)


def waiting_token(request: Request) -> str:
    """Return the invitation's token that waits in this browser, empty if there is none."""
    return read_cookie(request, LINK, request.app.state.settings)


def keep_for_journey(response: Response, settings: Settings, *, browser: str, token: str = "") -> None:
    """Have the browser keep its secret, and an invitation's token, until it comes back."""
    set_cookie(response, BROWSER, browser, settings, life=JOURNEY_LIFE)
    if TOKEN.fullmatch(token):
        set_cookie(response, LINK, token, settings, life=JOURNEY_LIFE)


def forget_token(response: Response, settings: Settings) -> None:
    """Have the browser forget the invitation it was led to."""
    clear_cookie(response, LINK, settings)
