"""Calls on labels. Gmail's own labels can be seen, not changed."""

from __future__ import annotations

from typing import Any

from app.sandbox.gmail.call import Call
from app.sandbox.gmail.labelbook import Label, palette
from app.sandbox.gmail.refusals import invalid

Json = dict[str, Any]
SETTINGS = ("messageListVisibility", "labelListVisibility", "color")


def list_labels(call: Call) -> Json:
    """users.labels.list: without counts."""
    return {"labels": [label.resource() for label in call.mailbox.labels]}


def get_label(call: Call) -> Json:
    """users.labels.get: with counts."""
    label = call.mailbox.labels.get(call.values["id"])
    return label.resource() | _counts(call, label)


def _counts(call: Call, label: Label) -> Json:
    marked = [message for message in call.mailbox.messages.values() if label.id in message.labels]
    unread = [message for message in marked if "UNREAD" in message.labels]
    return {
        "messagesTotal": len(marked),
        "messagesUnread": len(unread),
        "threadsTotal": len({message.thread_id for message in marked}),
        "threadsUnread": len({message.thread_id for message in unread}),
    }


def _settings(body: Json) -> Json:
    found = {name: body[name] for name in SETTINGS if name in body}
    color = found.get("color")
    if color is not None:
        # Both colours or none: one alone is refused as well.
        allowed = palette()
        for name in ("backgroundColor", "textColor"):
            if color.get(name, "").lower() not in allowed:
                raise invalid(f"Label color {color.get(name) or '(none)'} is not on the allowed color palette")
    return found


def create_label(call: Call) -> Json:
    """users.labels.create: 409 for a name that exists, whatever its case."""
    if call.body.get("type") == "system":
        raise invalid("Invalid label type")
    return call.mailbox.labels.create(call.body.get("name", ""), _settings(call.body)).resource()


def _own(call: Call) -> Label:
    label = call.mailbox.labels.get(call.values["id"])
    if label.system:
        raise invalid("Invalid update to a system label")
    if call.body.get("id", label.id) != label.id:
        raise invalid("Invalid label id")
    return label


def update_label(call: Call) -> Json:
    """users.labels.update: replaces everything."""
    label = _own(call)
    settings = _settings(call.body)
    call.mailbox.labels.rename(label, call.body.get("name", ""))
    label.settings = {"messageListVisibility": "show", "labelListVisibility": "labelShow"} | settings
    return label.resource()


def patch_label(call: Call) -> Json:
    """users.labels.patch: changes what is named."""
    label = _own(call)
    settings = _settings(call.body)
    if "name" in call.body:
        call.mailbox.labels.rename(label, call.body["name"])
    label.settings |= settings
    return label.resource()


def delete_label(call: Call) -> None:
    """users.labels.delete: from every message too."""
    label = call.mailbox.labels.get(call.values["id"])
    if label.system:
        raise invalid("Invalid delete request")
    for message in call.mailbox.messages.values():
        if label.id in message.labels:
            call.mailbox.relabel(message, remove={label.id})
    call.mailbox.labels.remove(label)
