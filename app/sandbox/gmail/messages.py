"""Calls on messages."""

from __future__ import annotations

from typing import Any

from app.sandbox.dates import read_date
from app.sandbox.gmail.call import Call, checked_id
from app.sandbox.gmail.listing import found_messages, listed, read_token
from app.sandbox.gmail.mailbox import AWAY, Mailbox, Message, now_ms
from app.sandbox.gmail.outgoing import checked_letter, make_ready, send
from app.sandbox.gmail.payload import attached, brief, message_resource
from app.sandbox.gmail.refusals import invalid, not_found
from app.sandbox.headers import Head
from app.sandbox.ledger import EffectKind
from app.sandbox.threading import Origin

Json = dict[str, Any]
FOLDERS = frozenset({"INBOX", "SPAM"})


def list_messages(call: Call) -> Json:
    """users.messages.list: ids and thread ids, newest first."""
    rows = ((message, {"id": message.id, "threadId": message.thread_id}) for message in _page(call))
    return listed(call, "messages", rows)


def _page(call: Call) -> Any:
    return found_messages(call, read_token(call))


def get_message(call: Call) -> Json:
    """users.messages.get."""
    form = call.format()
    return message_resource(call.mailbox, call.message(), form, call.values.get("metadataHeaders"))


def get_attachment(call: Call) -> Json:
    """users.messages.attachments.get."""
    return attached(call.mailbox, call.message("messageId"), call.values["id"])


def label_changes(call: Call) -> tuple[set[str], set[str]]:
    """Return the label ids to add and to remove; raise Google's 400 for those that cannot be."""
    add, remove = call.body.get("addLabelIds", []), call.body.get("removeLabelIds", [])
    call.mailbox.labels.check_changes(add, remove)
    return set(add), set(remove)


def relabel(mailbox: Mailbox, message: Message, add: set[str], remove: set[str]) -> tuple[set[str], set[str]]:
    """Change labels as Gmail does, one folder excluding another, and return what was added and removed."""
    if "DRAFT" in message.labels and add:
        raise invalid("Invalid label: a draft bears DRAFT only")
    # A message lies in one place: what goes into the trash or to spam leaves the inbox.
    if "TRASH" in add:
        remove = remove | {"INBOX", "SPAM"}
    elif "SPAM" in add:
        remove = remove | {"INBOX", "TRASH"}
    before = message.labels
    mailbox.relabel(message, add=add, remove=remove)
    return set(message.labels - before), set(before - message.labels)


def kind_of_change(added: set[str], removed: set[str]) -> EffectKind:
    """Say what a change of labels is: into the trash, another label, or from folder to folder."""
    if "TRASH" in added:
        return "trash"
    changed = added | removed
    return "move" if changed and changed <= FOLDERS | AWAY else "label"


def modify_message(call: Call) -> Json:
    """users.messages.modify: answers id, threadId and labelIds only."""
    message = call.message()
    added, removed = relabel(call.mailbox, message, *label_changes(call))
    call.did(kind_of_change(added, removed), message, added=added, removed=removed)
    return brief(message)


def batch_modify(call: Call) -> None:
    """users.messages.batchModify: ids that are not there are passed over in silence."""
    ids = call.body.get("ids", [])
    if not ids or len(ids) > 1000:
        raise invalid("Invalid ids: between 1 and 1000 ids are taken")
    add, remove = label_changes(call)
    known = [call.mailbox.messages[one] for one in map(checked_id, ids) if one in call.mailbox.messages]
    for message in known:
        added, removed = relabel(call.mailbox, message, add, remove)
        call.did(kind_of_change(added, removed), message, added=added, removed=removed)


def trash_message(call: Call) -> Json:
    """users.messages.trash."""
    message = call.message()
    before = message.labels
    call.mailbox.relabel(message, add={"TRASH"}, remove={"INBOX", "SPAM"})
    call.did("trash", message, added=set(message.labels - before), removed=set(before - message.labels))
    return brief(message)


def untrash_message(call: Call) -> Json:
    """users.messages.untrash: out of the trash, and not back into the inbox by itself."""
    message = call.message()
    if call.mailbox.relabel(message, remove={"TRASH"}):
        call.did("move", message, removed={"TRASH"})
    return brief(message)


def delete_message(call: Call) -> None:
    """users.messages.delete: for good; only https://mail.google.com/ covers it."""
    _delete(call, call.message())


def batch_delete(call: Call) -> None:
    """users.messages.batchDelete."""
    for message_id in map(checked_id, call.body.get("ids", [])):
        if message_id in call.mailbox.messages:
            _delete(call, call.mailbox.messages[message_id])


def _delete(call: Call, message: Message) -> None:
    call.did("trash", message, removed=set(message.labels))
    drafts = [draft.id for draft in call.mailbox.drafts.values() if draft.message_id == message.id]
    for draft_id in drafts:
        del call.mailbox.drafts[draft_id]
    call.mailbox.remove(message)


def thread_for(mailbox: Mailbox, thread_id: str, head: Head) -> str:
    """Return the thread a new letter goes to, empty for one of its own; raise Google's 404 for an unknown thread."""
    origin = Origin.of(head)
    if not thread_id:
        return mailbox.thread_of(origin)
    if thread_id not in mailbox.threads:
        raise not_found()
    return thread_id if mailbox.fits(thread_id, origin) else ""


def send_message(call: Call) -> Json:
    """users.messages.send: at once; sending twice mails twice."""
    letter = call.letter(call.body)
    ready = make_ready(call.mailbox, letter, replace_message_id=call.sandbox.modes.replace_message_id)
    thread_id = thread_for(call.mailbox, call.body.get("threadId", ""), checked_letter(letter))
    message = send(call.sandbox, call.mailbox, ready, thread_id=thread_id)
    call.did("send", message, added=set(message.labels))
    return brief(message)


def insert_message(call: Call) -> Json:
    """users.messages.insert: as IMAP's APPEND, without delivery."""
    return _keep(call, call.values.get("internalDateSource", "receivedTime"))


def import_message(call: Call) -> Json:
    """users.messages.import: as insert, dated by the letter unless told otherwise."""
    return _keep(call, call.values.get("internalDateSource", "dateHeader"))


def _keep(call: Call, date_source: str) -> Json:
    letter = call.letter(call.body)
    head = checked_letter(letter)
    labels = call.body.get("labelIds", [])
    for label_id in labels:
        if not call.mailbox.labels.known(label_id) or label_id == "DRAFT":
            raise invalid(f"Invalid label: {label_id}")
    thread_id = thread_for(call.mailbox, call.body.get("threadId", ""), head)
    written = read_date(head.first("Date")) if date_source == "dateHeader" else None
    date = int(written.timestamp() * 1000) if written else now_ms()
    message = call.mailbox.put(letter, labels=labels, date=date, thread_id=thread_id)
    call.mailbox.note("messageAdded", message)
    return brief(message)
