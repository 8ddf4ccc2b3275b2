"""Who somebody is (`/me`), and one kind of id for the other."""

from __future__ import annotations

from typing import Any

from app.sandbox.entra.accounts import Account
from app.sandbox.graph.call import Call, graph_json
from app.sandbox.graph.item import Item
from app.sandbox.graph.refusals import bad_body, bad_query, not_practised
from app.sandbox.graph.writing import object_of
from app.sandbox.sandbox import Sandbox
from app.sandbox.wire import Answer, Request

Json = dict[str, Any]
USUAL = (
    "businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation",
    "preferredLanguage", "surname", "userPrincipalName", "id",
)  # fmt: skip
ON_REQUEST = ("proxyAddresses", "otherMails", "mailNickname", "userType", "accountEnabled")
KINDS = {"restId": "mutable", "restImmutableEntryId": "immutable"}
MOST_IDS = 1000


def _everything(sandbox: Sandbox, account: Account) -> Json:
    mailbox = sandbox.graph_mailboxes.get(account.email.casefold())
    given, _, family = account.name.partition(" ")
    proxies = [f"smtp:{address}" for address in mailbox.addresses[1:]] if mailbox else []
    return {
        "businessPhones": [],
        "displayName": account.name,
        "givenName": given,
        "jobTitle": None,
        "mail": account.email if mailbox else None,
        "mobilePhone": None,
        "officeLocation": None,
        "preferredLanguage": account.locale,
        "surname": family,
        "userPrincipalName": account.email,
        "id": account.graph_id,
        "proxyAddresses": [f"SMTP:{account.email}", *proxies] if mailbox else [],
        "otherMails": [],
        "mailNickname": account.email.partition("@")[0],
        "userType": "Member",
        "accountEnabled": True,
    }


def get_me(sandbox: Sandbox, account: Account, request: Request) -> Answer:
    """GET /me: works for an account without a mailbox too."""
    whole = _everything(sandbox, account)
    names = {name.casefold(): name for name in (*USUAL, *ON_REQUEST)}
    wanted = [name.strip() for name in request.parameter("$select").split(",") if name.strip()]
    for name in wanted:
        if name.casefold() not in names:
            raise bad_query(f"Could not find a property named '{name}' on type 'microsoft.graph.user'.")
    chosen = [names[name.casefold()] for name in wanted] or USUAL
    context = f"{sandbox.origin}/v1.0/$metadata#users/$entity"
    return graph_json({"@odata.context": context} | {name: whole[name] for name in chosen})


def translate_ids(call: Call) -> Answer:
    """POST /me/translateExchangeIds: up to 1000 ids, from one kind to the other."""
    known = ("inputIds", "sourceIdType", "targetIdType")
    given = object_of(call.body(), "microsoft.graph.translateExchangeIds", known)
    ids = given.get("inputIds")
    if not isinstance(ids, list) or not 0 < len(ids) <= MOST_IDS or not all(isinstance(one, str) for one in ids):
        raise bad_body("The parameter 'InputIds' has to hold between 1 and 1000 ids.")
    source, target = given.get("sourceIdType"), given.get("targetIdType")
    if source not in KINDS or target not in KINDS:
        raise not_practised("Another kind of id than restId and restImmutableEntryId")
    found = [_translated(call, one, source, target) for one in ids]
    return graph_json({"@odata.context": call.context("translateExchangeIds"), "value": found})


def _translated(call: Call, item_id: str, source: str, target: str) -> Json:
    item = call.mailbox.find(item_id)
    if item is None or _id(item, source) != item_id:
        return {
            "sourceId": item_id,
            "errorDetails": {"code": "ErrorItemNotFound", "message": "Id cannot be translated."},
        }
    return {"sourceId": item_id, "targetId": _id(item, target)}


def _id(item: Item, kind: str) -> str:
    return str(getattr(item, KINDS[kind]))
