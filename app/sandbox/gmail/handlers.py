"""The calls that are practised, by their names in the discovery document without `gmail.users.`."""

from __future__ import annotations

from app.sandbox.gmail import drafts, history, labels, messages, settings, threads
from app.sandbox.gmail.call import Handler

HANDLERS: dict[str, Handler] = {
    "getProfile": settings.get_profile,
    "watch": settings.watch,
    "stop": settings.stop,
    "settings.sendAs.list": settings.list_send_as,
    "settings.sendAs.get": settings.get_send_as,
    "messages.list": messages.list_messages,
    "messages.get": messages.get_message,
    "messages.attachments.get": messages.get_attachment,
    "messages.modify": messages.modify_message,
    "messages.batchModify": messages.batch_modify,
    "messages.trash": messages.trash_message,
    "messages.untrash": messages.untrash_message,
    "messages.delete": messages.delete_message,
    "messages.batchDelete": messages.batch_delete,
    "messages.send": messages.send_message,
    "messages.insert": messages.insert_message,
    "messages.import": messages.import_message,
    "threads.list": threads.list_threads,
    "threads.get": threads.get_thread,
    "threads.modify": threads.modify_thread,
    "threads.trash": threads.trash_thread,
    "threads.untrash": threads.untrash_thread,
    "threads.delete": threads.delete_thread,
    "labels.list": labels.list_labels,
    "labels.get": labels.get_label,
    "labels.create": labels.create_label,
    "labels.update": labels.update_label,
    "labels.patch": labels.patch_label,
    "labels.delete": labels.delete_label,
    "drafts.list": drafts.list_drafts,
    "drafts.get": drafts.get_draft,
    "drafts.create": drafts.create_draft,
    "drafts.update": drafts.update_draft,
    "drafts.delete": drafts.delete_draft,
    "drafts.send": drafts.send_draft,
    "history.list": history.list_history,
}
