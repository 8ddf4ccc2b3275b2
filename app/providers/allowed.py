"""The calls Deskhand makes, and no others: what is not in these tables never leaves, whoever builds it.

The consent we hold would allow more. No settings are written, no message is deleted for good, nothing is forwarded or
delegated, and mail leaves by one call alone: the sending of a draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.errors import CallNotAllowed
from app.providers.consent.entra import endpoints
from app.settings import Settings

ID = r"(?!\.+(?:/|$))[\w.~=+:@-]+"  # no slash, no percent sign: an id never adds to the path
MAILBOX = "gmail/v1/users/me"  # `me`: an access token is for its own mailbox alone
GMAIL = (
    ("profile.get", "GET", f"{MAILBOX}/profile"),
    ("send_as.list", "GET", f"{MAILBOX}/settings/sendAs"),
    ("messages.list", "GET", f"{MAILBOX}/messages"),
    ("messages.get", "GET", f"{MAILBOX}/messages/{ID}"),
    ("messages.modify", "POST", f"{MAILBOX}/messages/{ID}/modify"),
    ("messages.trash", "POST", f"{MAILBOX}/messages/{ID}/trash"),
    ("messages.untrash", "POST", f"{MAILBOX}/messages/{ID}/untrash"),
    ("attachments.get", "GET", f"{MAILBOX}/messages/{ID}/attachments/{ID}"),
    ("threads.get", "GET", f"{MAILBOX}/threads/{ID}"),
    ("labels.list", "GET", f"{MAILBOX}/labels"),
    ("labels.create", "POST", f"{MAILBOX}/labels"),
    ("drafts.list", "GET", f"{MAILBOX}/drafts"),
    ("drafts.create", "POST", f"(?:upload/)?{MAILBOX}/drafts"),
    ("drafts.get", "GET", f"{MAILBOX}/drafts/{ID}"),
    ("drafts.update", "PUT", f"(?:upload/)?{MAILBOX}/drafts/{ID}"),
    ("drafts.delete", "DELETE", f"{MAILBOX}/drafts/{ID}"),
    ("drafts.send", "POST", f"{MAILBOX}/drafts/send"),
)
# Ids of Graph's hold `/`, `+` and `=`, which stand percent-encoded; no dot, so that no id leads to another place.
GRAPH_ID = r"(?:[\w~-]|%2[BF]|%3D)+"
GRAPH = (
    ("me.get", "GET", "me"),
    ("folders.get", "GET", f"me/mailFolders/{GRAPH_ID}"),
    ("folders.messages", "GET", f"me/mailFolders/{GRAPH_ID}/messages"),
    ("messages.list", "GET", "me/messages"),
    ("messages.get", "GET", f"me/messages/{GRAPH_ID}"),
    ("messages.update", "PATCH", f"me/messages/{GRAPH_ID}"),
    ("messages.move", "POST", f"me/messages/{GRAPH_ID}/move"),
    ("attachments.list", "GET", f"me/messages/{GRAPH_ID}/attachments"),
    ("attachments.get", "GET", f"me/messages/{GRAPH_ID}/attachments/{GRAPH_ID}(?:/\\$value)?"),
    ("categories.list", "GET", "me/outlook/masterCategories"),
    ("drafts.create", "POST", f"me/messages/{GRAPH_ID}/createReply"),
    ("drafts.copy", "POST", f"me/messages/{GRAPH_ID}/copy"),
    ("drafts.delete", "DELETE", f"me/messages/{GRAPH_ID}"),
    ("drafts.send", "POST", f"me/messages/{GRAPH_ID}/send"),
)


@dataclass(frozen=True, slots=True)
class Allowed:
    """One kind of call: its method, and what its address without query must match from end to end.

    `bearer`: whether an access token may go there. Consent's own addresses never get one.
    """

    name: str
    method: str
    address: re.Pattern[str]
    bearer: bool = False


def allowed(settings: Settings) -> tuple[Allowed, ...]:
    """Return every call of this installation, its provider addresses filled in."""
    mail = (*gmail(settings.gmail_api_url), *graph(settings.graph_api_url))
    return (*mail, *google_consent(settings), *microsoft_consent(settings))


def gmail(api_url: str) -> Iterator[Allowed]:
    """Give the Gmail calls below `api_url`, which ends with a slash."""
    for name, method, path in GMAIL:
        yield Allowed(f"gmail.{name}", method, re.compile(re.escape(plain(api_url)) + path, re.ASCII), bearer=True)


def graph(api_url: str) -> Iterator[Allowed]:
    """Give the Graph calls below `api_url`, which ends without a slash."""
    for name, method, path in GRAPH:
        pattern = re.compile(f"{re.escape(plain(api_url))}/{path}", re.ASCII)
        yield Allowed(f"graph.{name}", method, pattern, bearer=True)


def google_consent(settings: Settings) -> Iterator[Allowed]:
    """Give the three calls of Google's OAuth; the consent page itself is the browser's."""
    calls = (
        ("token", "POST", settings.google_token_url),
        ("revoke", "POST", settings.google_revoke_url),
        ("keys", "GET", settings.google_jwks_url),
    )
    for name, method, url in calls:
        yield Allowed(f"google.{name}", method, re.compile(re.escape(plain(url))))


def microsoft_consent(settings: Settings) -> Iterator[Allowed]:
    """Give the two calls of Entra's OAuth; there is none that would end a consent."""
    for found in dict.fromkeys(endpoints(settings, for_signin=for_signin) for for_signin in (False, True)):
        for name, method, url in (("token", "POST", found.token_url), ("keys", "GET", found.jwks_url)):
            yield Allowed(f"microsoft.{name}", method, re.compile(re.escape(plain(url))))


def name_of(calls: Sequence[Allowed], method: str, url: str, *, bearer: bool) -> str:
    """Return the name of a call to an address as the client will send it; raise CallNotAllowed if it has none."""
    where = plain(url)
    for each in calls:
        if each.method == method and (each.bearer or not bearer) and each.address.fullmatch(where):
            return each.name
    raise CallNotAllowed(detail=f"{method} {where[:200]}")


def plain(url: str) -> str:
    """Return an address without query and fragment, scheme and host in small letters, a default port left out."""
    parts = urlsplit(url)
    host = parts.netloc.lower().removesuffix(":443" if parts.scheme == "https" else ":80")
    return f"{parts.scheme.lower()}://{host}{parts.path}"
