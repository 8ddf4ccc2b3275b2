"""Graph's paths that are practised: method, path below `/me`, what covers the call, and who answers it."""

from __future__ import annotations

from dataclasses import dataclass

from app.sandbox.graph import attachments, category_calls, folder_calls, listing, messages, profile, replies, sending
from app.sandbox.graph.call import Handler

READ = frozenset({"Mail.ReadBasic", "Mail.Read", "Mail.ReadWrite"})
READ_ALL = frozenset({"Mail.Read", "Mail.ReadWrite"})
WRITE = frozenset({"Mail.ReadWrite"})
SEND = frozenset({"Mail.Send"})
SETTINGS = frozenset({"MailboxSettings.ReadWrite"})
SEE_SETTINGS = SETTINGS | {"MailboxSettings.Read"}


@dataclass(frozen=True, slots=True)
class Route:
    """One call; `path` has {} for an id, `scopes` are permissions of which one is enough."""

    method: str
    path: tuple[str, ...]
    scopes: frozenset[str]
    name: str
    handler: Handler


def _route(written: str, scopes: frozenset[str], name: str, handler: Handler) -> Route:
    method, path = written.split(" ")
    return Route(method, tuple(path.split("/")), scopes, f"graph.{name}", handler)


_MESSAGE, _FOLDER, _MASTER = "messages/{}", "mailFolders/{}", "outlook/masterCategories"
ROUTES = (
    _route("GET messages", READ, "messages.list", listing.list_messages),
    _route("POST messages", WRITE, "messages.create", messages.create_message),
    _route(f"GET {_MESSAGE}", READ, "messages.get", messages.get_message),
    _route(f"PATCH {_MESSAGE}", WRITE, "messages.update", messages.update_message),
    _route(f"DELETE {_MESSAGE}", WRITE, "messages.delete", messages.delete_message),
    _route(f"GET {_MESSAGE}/$value", READ_ALL, "messages.mime", messages.get_letter),
    _route(f"POST {_MESSAGE}/createReply", WRITE, "messages.createReply", replies.create_reply),
    _route(f"POST {_MESSAGE}/createReplyAll", WRITE, "messages.createReplyAll", replies.create_reply_all),
    _route(f"POST {_MESSAGE}/createForward", WRITE, "messages.createForward", replies.create_forward),
    _route(f"POST {_MESSAGE}/send", SEND, "messages.send", sending.send_draft),
    _route(f"POST {_MESSAGE}/reply", SEND, "messages.reply", replies.reply),
    _route(f"POST {_MESSAGE}/replyAll", SEND, "messages.replyAll", replies.reply_all),
    _route(f"POST {_MESSAGE}/forward", SEND, "messages.forward", replies.forward),
    _route("POST sendMail", SEND, "sendMail", sending.send_mail),
    _route(f"POST {_MESSAGE}/move", WRITE, "messages.move", messages.move_message),
    _route(f"POST {_MESSAGE}/copy", WRITE, "messages.copy", messages.copy_message),
    _route(f"POST {_MESSAGE}/permanentDelete", WRITE, "messages.permanentDelete", messages.delete_for_good),
    _route(f"GET {_MESSAGE}/attachments", READ_ALL, "attachments.list", attachments.list_attachments),
    _route(f"POST {_MESSAGE}/attachments", WRITE, "attachments.create", attachments.add_attachment),
    _route(
        f"POST {_MESSAGE}/attachments/createUploadSession", WRITE, "attachments.createUpload", attachments.create_upload
    ),
    _route(f"GET {_MESSAGE}/attachments/{{}}", READ_ALL, "attachments.get", attachments.get_attachment),
    _route(f"DELETE {_MESSAGE}/attachments/{{}}", WRITE, "attachments.delete", attachments.delete_attachment),
    _route(f"GET {_MESSAGE}/attachments/{{}}/$value", READ_ALL, "attachments.bytes", attachments.get_attached_bytes),
    _route("GET mailFolders", READ, "mailFolders.list", folder_calls.list_folders),
    _route("POST mailFolders", WRITE, "mailFolders.create", folder_calls.create_folder),
    _route(f"GET {_FOLDER}", READ, "mailFolders.get", folder_calls.get_folder),
    _route(f"GET {_FOLDER}/childFolders", READ, "mailFolders.below", folder_calls.list_below),
    _route(f"POST {_FOLDER}/childFolders", WRITE, "mailFolders.createBelow", folder_calls.create_below),
    _route(f"GET {_FOLDER}/messages", READ, "mailFolders.messages", listing.list_in_folder),
    _route(f"GET {_MASTER}", SEE_SETTINGS, "masterCategories.list", category_calls.list_categories),
    _route(f"POST {_MASTER}", SETTINGS, "masterCategories.create", category_calls.create_category),
    _route(f"GET {_MASTER}/{{}}", SEE_SETTINGS, "masterCategories.get", category_calls.get_category),
    _route(f"PATCH {_MASTER}/{{}}", SETTINGS, "masterCategories.update", category_calls.update_category),
    _route(f"DELETE {_MASTER}/{{}}", SETTINGS, "masterCategories.delete", category_calls.delete_category),
    _route("POST translateExchangeIds", frozenset({"User.Read", *READ_ALL}), "translateIds", profile.translate_ids),
)
