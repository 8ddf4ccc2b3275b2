"""Calls on threads."""

from __future__ import annotations

from typing import Any

from app.sandbox.bodies import snippet_of, text_of_letter
from app.sandbox.gmail.call import Call, checked_id
from app.sandbox.gmail.listing import each_once, found_messages, listed, read_token
from app.sandbox.gmail.mailbox import Message
from app.sandbox.gmail.messages import kind_of_change, label_changes, relabel
from app.sandbox.gmail.payload import brief, message_resource
from app.sandbox.gmail.refusals import not_found

Json = dict[str, Any]


def _thread(call: Call) -> list[Message]:
    members = call.mailbox.thread(checked_id(call.values["id"]))
    if not members:
        raise not_found()
    return members


def list_threads(call: Call) -> Json:
    """users.threads.list: a thread stands where its newest fitting message stands."""
    before = read_token(call)
    # From the very top on each page: only so is it known which threads stood on an earlier one.
    heads = each_once(found_messages(call), lambda message: message.thread_id)
    page = (message for message in heads if before is None or (message.date, message.id) < before)
    return listed(call, "threads", ((message, _row(call, message)) for message in page))


def _row(call: Call, message: Message) -> Json:
    members = call.mailbox.thread(message.thread_id)
    snippet = snippet_of(text_of_letter(call.mailbox.parsed(members[-1]).root))
    return {"id": message.thread_id, "snippet": snippet, "historyId": _history_id(members)}


def _history_id(members: list[Message]) -> str:
    return str(max(message.history for message in members))


def get_thread(call: Call) -> Json:
    """users.threads.get: the whole conversation, oldest first, drafts among it."""
    form, headers = call.format(), call.values.get("metadataHeaders")
    members = _thread(call)
    shown = [message_resource(call.mailbox, message, form, headers) for message in members]
    return {"id": members[0].thread_id, "historyId": _history_id(members), "messages": shown}


def _answer(members: list[Message]) -> Json:
    return {"id": members[0].thread_id, "messages": [brief(message) for message in members]}


def modify_thread(call: Call) -> Json:
    """users.threads.modify: every message of the thread but its drafts."""
    members = _thread(call)
    add, remove = label_changes(call)
    for message in members:
        if "DRAFT" not in message.labels:
            added, removed = relabel(call.mailbox, message, add, remove)
            call.did(kind_of_change(added, removed), message, added=added, removed=removed)
    return _answer(members)


def trash_thread(call: Call) -> Json:
    """users.threads.trash."""
    members = _thread(call)
    for message in members:
        before = message.labels
        call.mailbox.relabel(message, add={"TRASH"}, remove={"INBOX", "SPAM"})
        call.did("trash", message, added=set(message.labels - before), removed=set(before - message.labels))
    return _answer(members)


def untrash_thread(call: Call) -> Json:
    """users.threads.untrash."""
    members = _thread(call)
    for message in members:
        if call.mailbox.relabel(message, remove={"TRASH"}):
            call.did("move", message, removed={"TRASH"})
    return _answer(members)


def delete_thread(call: Call) -> None:
    """users.threads.delete: for good; only https://mail.google.com/ covers it."""
    for message in _thread(call):
        call.did("trash", message, removed=set(message.labels))
        call.mailbox.remove(message)
    known = call.mailbox.messages
    call.mailbox.drafts = {key: one for key, one in call.mailbox.drafts.items() if one.message_id in known}
