"""Message bodies that programs write: names in any case, unknown ones refused, values of the right kind."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any

from app.sandbox.graph.content import Attachment, Recipient
from app.sandbox.graph.refusals import Refusal, bad_body, bad_request
from app.sandbox.headers import Field

Json = dict[str, Any]
FLAGS = ("notFlagged", "complete", "flagged")
IMPORTANCES = ("low", "normal", "high")
MOST_SMALL = 3 * 2**20
_EXTENDED = re.compile(
    r"(?:String|Integer|Boolean|SystemTime|Long|Short|Double|Binary|CLSID)\s+"
    r"(?:0x[0-9A-Fa-f]{1,8}|\{[0-9A-Fa-f-]{36}\}\s+(?:Name\s+.{1,200}|Id\s+0x[0-9A-Fa-f]{1,8}))",
    re.IGNORECASE,
)


def object_of(value: Any, kind: str, known: tuple[str, ...]) -> Json:
    """Return an object with its names in Graph's spelling, annotations left out; RequestBodyRead for anything else."""
    if not isinstance(value, dict):
        raise bad_body(f"An unexpected node was found when reading '{kind}'. A 'StartObject' node was expected.")
    spelled = {name.casefold(): name for name in known}
    found: Json = {}
    for name, one in value.items():
        if "@" in name:
            continue
        if name.casefold() not in spelled:
            text = f"The property '{name}' does not exist on type '{kind}'. Make sure to only use property names that "
            raise bad_body(f"{text}are defined by the type or mark the type as open type.")
        found[spelled[name.casefold()]] = one
    return found


def _text(value: Any) -> str:
    if value is not None and not isinstance(value, str):
        raise bad_body("Cannot convert a value to target type 'Edm.String' because of conversion error.")
    return value or ""


def _flag_or_not(value: Any) -> bool:
    if not isinstance(value, bool):
        raise bad_body("Cannot convert a value to target type 'Edm.Boolean' because of conversion error.")
    return value


def _list(value: Any) -> list[Any]:
    if value is not None and not isinstance(value, list):
        text = "An unexpected 'PrimitiveValue' node was found when reading from the JSON reader."
        raise bad_body(f"{text} A 'StartArray' node was expected.")
    return value or []


def _one_of(value: Any, words: tuple[str, ...]) -> str:
    found = next((word for word in words if word.casefold() == _text(value).casefold()), None)
    if found is None:
        raise bad_body(f"Cannot convert the literal '{value}' to the expected type.")
    return found


def _recipient(value: Any) -> Recipient:
    outer = object_of(value, "microsoft.graph.recipient", ("emailAddress",))
    inner = object_of(outer.get("emailAddress"), "microsoft.graph.emailAddress", ("name", "address"))
    return Recipient(_text(inner.get("address")).strip(), _text(inner.get("name")).strip())


def _recipients(value: Any) -> tuple[Recipient, ...]:
    return tuple(_recipient(one) for one in _list(value))


def _body(value: Any) -> tuple[str, str]:
    read = object_of(value, "microsoft.graph.itemBody", ("contentType", "content"))
    return _one_of(read.get("contentType", "text"), ("text", "html")), _text(read.get("content"))


def _flag(value: Any) -> str:
    known = ("flagStatus", "startDateTime", "dueDateTime", "completedDateTime")
    return _one_of(object_of(value, "microsoft.graph.followupFlag", known).get("flagStatus", "notFlagged"), FLAGS)


def _headers(value: Any) -> tuple[Field, ...]:
    known = ("name", "value")
    read = [object_of(one, "microsoft.graph.internetMessageHeader", known) for one in _list(value)]
    found = tuple((_text(one.get("name")), _text(one.get("value"))) for one in read)
    for name, _ in found:
        if not name.casefold().startswith("x-") or not re.fullmatch(r"[!-9;-~]+", name):
            text = f"The internet message header name '{name}' should start with 'x-' or 'X-'."
            raise Refusal(400, "InvalidInternetMessageHeader", text)
    return found


def _extended(value: Any) -> dict[str, str]:
    known = ("id", "value")
    read = [object_of(one, "microsoft.graph.singleValueLegacyExtendedProperty", known) for one in _list(value)]
    for one in read:
        if not _EXTENDED.fullmatch(_text(one.get("id"))):
            raise Refusal(400, "ErrorInvalidProperty", f"The extended property id '{one.get('id')}' is not valid.")
    return {one["id"]: _text(one.get("value")) for one in read}


ATTACHMENT = ("name", "contentType", "contentBytes", "isInline", "contentId", "contentLocation", "size", "id", "item")


def attachment_of(value: Any) -> Attachment:
    """Return a file to attach, of at most 3 MB; larger ones need an upload session."""
    if not isinstance(value, dict) or not str(value.get("@odata.type", "")).endswith("fileAttachment"):
        raise bad_request("An attachment has to name its '@odata.type', and files alone are practised here.")
    read = object_of(value, "microsoft.graph.fileAttachment", ATTACHMENT)
    try:
        data = base64.b64decode(_text(read.get("contentBytes")), validate=True)
    except (binascii.Error, ValueError):
        raise bad_body("Cannot convert a value to target type 'Edm.Binary' because of conversion error.") from None
    if len(data) > MOST_SMALL:
        raise Refusal(413, "RequestEntityTooLarge", "The attachment is too large: use an upload session.")
    kind = _text(read.get("contentType")) or "application/octet-stream"
    inline = _flag_or_not(read.get("isInline", False))
    return Attachment(_text(read.get("name")), kind, data, inline, _text(read.get("contentId")))


READ: dict[str, Callable[[Any], Any]] = {
    "subject": _text,
    "body": _body,
    "toRecipients": _recipients,
    "ccRecipients": _recipients,
    "bccRecipients": _recipients,
    "replyTo": _recipients,
    "from": _recipient,
    "sender": _recipient,
    "importance": lambda value: _one_of(value, IMPORTANCES),
    "categories": lambda value: tuple(dict.fromkeys(_text(one) for one in _list(value))),
    "isRead": _flag_or_not,
    "flag": _flag,
    "inferenceClassification": lambda value: _one_of(value, ("focused", "other")),
    "isDeliveryReceiptRequested": _flag_or_not,
    "isReadReceiptRequested": _flag_or_not,
    "internetMessageId": _text,
    "internetMessageHeaders": _headers,
    "singleValueExtendedProperties": _extended,
    "attachments": lambda value: [attachment_of(one) for one in _list(value)],
}
READ_ONLY = (
    "id", "createdDateTime", "lastModifiedDateTime", "changeKey", "receivedDateTime", "sentDateTime", "hasAttachments",
    "bodyPreview", "parentFolderId", "conversationId", "conversationIndex", "isDraft", "webLink", "uniqueBody",
)  # fmt: skip


def message_of(value: Any) -> Json:
    """Return the properties of a message that a program wrote, each read as what it is.

    Raises Graph's 400 for names it does not know, for those nobody may set, and for values of another kind.
    """
    given = object_of(value, "microsoft.graph.message", (*READ, *READ_ONLY))
    for name in READ_ONLY:
        if name in given:
            raise Refusal(400, "ErrorInvalidPropertySet", f"The property '{name}' is read-only and can't be set.")
    return {name: READ[name](one) for name, one in given.items()}
