"""Drafts: what a program wrote becomes what a message says."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from typing import Any

from app.sandbox.graph.call import Call
from app.sandbox.graph.content import Content, content_of
from app.sandbox.graph.item import Item
from app.sandbox.graph.refusals import Refusal
from app.sandbox.mime import parse
from app.sandbox.threading import Origin

Json = dict[str, Any]
# How a message's properties are called where its content is kept.
PLACES = {
    "subject": "subject",
    "toRecipients": "to",
    "ccRecipients": "cc",
    "bccRecipients": "bcc",
    "replyTo": "reply_to",
    "from": "author",
    "sender": "sender",
    "importance": "importance",
    "internetMessageHeaders": "headers",
}
# By Microsoft's page "Update message": updatable only if isDraft = true.
DRAFT_ONLY = frozenset({
    "subject", "toRecipients", "ccRecipients", "bccRecipients", "replyTo", "from", "sender", "body",
    "internetMessageId", "isDeliveryReceiptRequested", "isReadReceiptRequested",
})  # fmt: skip


def content_from(given: Json) -> Content:
    """Return the content of a new draft."""
    made = written_into(Content(kind="text"), given)
    made.attachments = list(given.get("attachments", []))
    return made


def written_into(content: Content, given: Json) -> Content:
    """Return a content with what was given in place of what was there; the old one stays as it was."""
    changes: Json = {place: given[name] for name, place in PLACES.items() if name in given}
    if "body" in given:
        changes["kind"], changes["body"] = given["body"]
    if "from" in given and "sender" not in given:
        changes["sender"] = given["from"]
    receipts = (
        given.get("isDeliveryReceiptRequested", content.receipts[0]),
        given.get("isReadReceiptRequested", content.receipts[1]),
    )
    return replace(content, **changes, receipts=receipts, attachments=list(content.attachments))


def letter_as_draft(call: Call) -> Item:
    """Make a draft of a letter that came in base64; raise Graph's 400 for anything else."""
    try:
        raw = base64.b64decode(b"".join(call.request.body.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Refusal(400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string for MIME content.") from None
    parsed = parse(raw)
    if not parsed.fields:
        raise Refusal(400, "ErrorMimeContentInvalid", "The MIME content cannot be read.")
    content, origin = content_of(parsed), Origin.of(parsed.root.head)
    kept = tuple(field for field in content.headers if field[0].casefold().startswith("x-"))
    answers = origin.references[-1] if origin.references else ""
    made = replace(content, headers=kept, references=origin.references, answers=answers, sent=None)
    return call.mailbox.new_draft(made, answers=call.mailbox.answered(origin), message_id=origin.message_id)
