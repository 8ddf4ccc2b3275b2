"""Calls on drafts. A draft's id stays; the message behind it is another after every update and after sending."""

from __future__ import annotations

import secrets
from typing import Any

from app.sandbox.gmail.call import Call
from app.sandbox.gmail.listing import found_messages, listed, read_token
from app.sandbox.gmail.mailbox import Draft, Message, now_ms
from app.sandbox.gmail.messages import thread_for
from app.sandbox.gmail.outgoing import checked_letter, make_ready, send
from app.sandbox.gmail.payload import brief, message_resource
from app.sandbox.gmail.refusals import invalid, not_found

Json = dict[str, Any]


def _draft(call: Call, draft_id: str) -> tuple[Draft, Message]:
    draft = call.mailbox.drafts.get(draft_id)
    if draft is None or draft.message_id not in call.mailbox.messages:
        raise not_found()
    return draft, call.mailbox.messages[draft.message_id]


def list_drafts(call: Call) -> Json:
    """users.drafts.list: with the ids of message and thread."""
    by_message = {draft.message_id: draft.id for draft in call.mailbox.drafts.values()}
    found = (message for message in found_messages(call, read_token(call)) if message.id in by_message)
    rows = ((one, {"id": by_message[one.id], "message": {"id": one.id, "threadId": one.thread_id}}) for one in found)
    return listed(call, "drafts", rows)


def get_draft(call: Call) -> Json:
    """users.drafts.get."""
    form = call.format()
    draft, message = _draft(call, call.values["id"])
    return {"id": draft.id, "message": message_resource(call.mailbox, message, form)}


def _written(call: Call, message: Json) -> bytes:
    if not message and call.media is None:
        raise invalid("Missing draft message")
    letter = call.letter(message)
    checked_letter(letter)
    return letter


def create_draft(call: Call) -> Json:
    """users.drafts.create: under DRAFT alone, in the thread that is named if the letter belongs there."""
    given = call.body.get("message", {})
    letter = _written(call, given)
    thread_id = thread_for(call.mailbox, given.get("threadId", ""), checked_letter(letter))
    message = call.mailbox.put(letter, labels={"DRAFT"}, date=now_ms(), thread_id=thread_id)
    call.mailbox.note("messageAdded", message)
    draft = Draft(f"r{secrets.choice(('', '-'))}{secrets.randbelow(9 * 10**18) + 10**18}", message.id)
    call.mailbox.drafts[draft.id] = draft
    call.did("draft", message, added={"DRAFT"})
    return {"id": draft.id, "message": brief(message)}


def _thread_of_update(call: Call, old: Message, given: Json, letter: bytes) -> str:
    # A draft that nobody has answered is its own thread, and goes on being it under another message id.
    alone = len(call.mailbox.threads[old.thread_id]) == 1
    wanted = given.get("threadId", "")
    if alone and wanted in {"", old.thread_id}:
        return thread_for(call.mailbox, "", checked_letter(letter)) or old.thread_id
    return thread_for(call.mailbox, wanted, checked_letter(letter))


def update_draft(call: Call) -> Json:
    """users.drafts.update: a full replacement, without asking whether somebody else changed it meanwhile."""
    draft, old = _draft(call, call.values["id"])
    given = call.body.get("message", {})
    letter = _written(call, given)
    thread_id = _thread_of_update(call, old, given, letter)
    message = _replace(call, old, letter, thread_id)
    draft.message_id = message.id
    call.did("draft_update", message)
    return {"id": draft.id, "message": brief(message)}


def _replace(call: Call, old: Message, letter: bytes, thread_id: str) -> Message:
    # The new one first: a full disk must not cost the draft.
    message = call.mailbox.put(letter, labels={"DRAFT"}, date=now_ms(), thread_id=thread_id)
    call.mailbox.note("messageAdded", message)
    call.mailbox.remove(old)
    return message


def delete_draft(call: Call) -> None:
    """users.drafts.delete: for good, not into the trash."""
    draft, message = _draft(call, call.values["id"])
    call.did("trash", message, removed={"DRAFT"})
    del call.mailbox.drafts[draft.id]
    call.mailbox.remove(message)


def send_draft(call: Call) -> Json:
    """users.drafts.send: consumes the draft; with a `message` in the body, sends that in its place."""
    draft_id = call.body.get("id", "")
    if not draft_id:
        raise invalid("Missing draft id")
    draft, old = _draft(call, draft_id)
    given = call.body.get("message", {})
    replaced = call.letter(given)
    letter = replaced or call.mailbox.raw(old)
    ready = make_ready(call.mailbox, letter, replace_message_id=call.sandbox.modes.replace_message_id)
    thread_id = _thread_of_update(call, old, given, letter) if replaced else old.thread_id
    # Gone before anything leaves, so that nothing can send it again.
    del call.mailbox.drafts[draft.id]
    message = send(call.sandbox, call.mailbox, ready, thread_id=thread_id)
    call.mailbox.remove(old)
    call.did("send", message, added=set(message.labels), removed={"DRAFT"})
    return brief(message)
