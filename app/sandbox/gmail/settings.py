"""Calls on the account itself: profile, addresses to send from, push."""

from __future__ import annotations

import re
from typing import Any

from app.sandbox.gmail.call import Call
from app.sandbox.gmail.mailbox import SendAs, Watch, now_ms
from app.sandbox.gmail.refusals import invalid, not_found

Json = dict[str, Any]
WATCH_MS = 7 * 24 * 3600 * 1000
_TOPIC = re.compile(r"projects/[^/]+/topics/[^/]+")


def get_profile(call: Call) -> Json:
    """users.getProfile."""
    box = call.mailbox
    totals = {"messagesTotal": len(box.messages), "threadsTotal": len(box.threads)}
    return {"emailAddress": box.address, **totals, "historyId": str(box.history.current)}


def _send_as(one: SendAs) -> Json:
    shown: Json = {"sendAsEmail": one.email, "displayName": one.name, "replyToAddress": "", "signature": ""}
    if one.primary:
        shown["isPrimary"] = True
    else:  # the primary address has no verification status
        shown |= {"treatAsAlias": True, "verificationStatus": "accepted" if one.verified else "pending"}
    return shown | ({"isDefault": True} if one.default else {})


def list_send_as(call: Call) -> Json:
    """users.settings.sendAs.list."""
    return {"sendAs": [_send_as(one) for one in call.mailbox.send_as]}


def get_send_as(call: Call) -> Json:
    """users.settings.sendAs.get."""
    wanted = call.values["sendAsEmail"].casefold()
    found = next((one for one in call.mailbox.send_as if one.email.casefold() == wanted), None)
    if found is None:
        raise not_found()
    return _send_as(found)


def watch(call: Call) -> Json:
    """users.watch: for seven days; nothing is pushed from here yet."""
    topic = call.body.get("topicName", "")
    if not _TOPIC.fullmatch(topic):
        raise invalid("Invalid topicName does not match projects/*/topics/*")
    for label_id in call.body.get("labelIds", []):
        if not call.mailbox.labels.known(label_id):
            raise invalid("labelId not found")
    call.mailbox.watch = Watch(topic, now_ms() + WATCH_MS)
    return {"historyId": str(call.mailbox.history.current), "expiration": str(call.mailbox.watch.expires)}


def stop(call: Call) -> None:
    """users.stop."""
    call.mailbox.watch = None
