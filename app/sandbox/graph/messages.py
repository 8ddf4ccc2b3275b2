"""Calls on one message: read it, change it, lay it elsewhere, throw it away."""

from __future__ import annotations

from typing import Any

from app.sandbox.graph.attachments import attachment_resource
from app.sandbox.graph.call import GONE, Call, graph_json
from app.sandbox.graph.drafting import DRAFT_ONLY, content_from, letter_as_draft, written_into
from app.sandbox.graph.item import Item
from app.sandbox.graph.query import read_expand, read_select
from app.sandbox.graph.refusals import Refusal, bad_body
from app.sandbox.graph.resource import NAMES, message_resource
from app.sandbox.graph.sending import letter_to_keep
from app.sandbox.graph.writing import message_of, object_of
from app.sandbox.ledger import EffectKind
from app.sandbox.wire import Answer

Json = dict[str, Any]
MARKS = frozenset({"categories", "isRead", "flag", "importance", "inferenceClassification"})


def shown(call: Call, item: Item, status: int = 200) -> Answer:
    """Return a message as the answer to a call on it."""
    select = read_select(call.request.parameter("$select"), NAMES)
    expand = read_expand(call.request.parameter("$expand"))
    resource: Json = {"@odata.context": call.context("messages/$entity")}
    resource |= message_resource(call, item, select, expand)
    if "attachments" in expand:
        attached = call.mailbox.content(item).attachments
        resource["attachments"] = [attachment_resource(item, one, n) for n, one in enumerate(attached)]
    return graph_json(resource, status)


def get_message(call: Call) -> Answer:
    """GET /me/messages/{id}."""
    return shown(call, call.item())


def get_letter(call: Call) -> Answer:
    """GET /me/messages/{id}/$value: the letter itself, of a draft as it would leave."""
    item = call.item()
    raw = call.mailbox.spool.get(item.place) if item.place else letter_to_keep(call, item)
    return Answer(200, raw, (("content-type", "text/plain"),))


def create_message(call: Call) -> Answer:
    """POST /me/messages: a draft, from JSON or from a whole letter in base64 (text/plain)."""
    if call.request.headers.get("content-type", "").lower().startswith("text/plain"):
        item = letter_as_draft(call)
    else:
        given = message_of(call.body())
        item = call.mailbox.new_draft(content_from(given), message_id=given.get("internetMessageId", ""))
        apply_marks(item, given)
    call.did("draft", item)
    return shown(call, item, 201)


def apply_marks(item: Item, given: Json) -> None:
    """Set what every message has, be it a draft or not."""
    item.categories = given.get("categories", item.categories)
    item.read = given.get("isRead", item.read)
    item.flag = given.get("flag", item.flag)
    item.importance = given.get("importance", item.importance)
    item.inference = given.get("inferenceClassification", item.inference)
    for key, value in given.get("singleValueExtendedProperties", {}).items():
        spelled = next((name for name in item.properties if name.casefold() == key.casefold()), key)
        item.properties[spelled] = value


def update_message(call: Call) -> Answer:
    """PATCH /me/messages/{id}: `categories` is replaced as a whole; what is written only while it is a draft."""
    item, given = call.item(), message_of(call.body())
    call.check_etag(item)
    _check_changeable(item, given)
    before = _marks(item)
    apply_marks(item, given)
    if item.draft is not None:
        item.draft = written_into(item.draft, given)
        item.subject, item.message_id = item.draft.subject, given.get("internetMessageId", item.message_id)
    call.mailbox.touch(item)
    after = _marks(item)
    kind: EffectKind = "label" if item.draft is None or given.keys() <= MARKS else "draft_update"
    call.did(kind, item, added=tuple(sorted(after - before)), removed=tuple(sorted(before - after)))
    return shown(call, item)


def _check_changeable(item: Item, given: Json) -> None:
    if "attachments" in given:
        raise bad_body("Attachments can't be changed by a PATCH of their message.")
    if item.draft is None and DRAFT_ONLY & given.keys():
        text = "Update operation is invalid for property of a sent message."
        raise Refusal(400, "ErrorInvalidPropertyUpdateSentMessage", text)
    if "internetMessageHeaders" in given:
        raise Refusal(
            400, "ErrorInvalidPropertySet", "Internet message headers can only be set when creating a message."
        )


def _marks(item: Item) -> set[str]:
    """Return what the ledger calls labels: categories, and whether it is unread or flagged."""
    return {*item.categories, *(() if item.read else ("UNREAD",)), *(("FLAGGED",) if item.flag == "flagged" else ())}


def _destination(call: Call) -> str:
    given = object_of(call.body(), "microsoft.graph.move", ("destinationId",))
    wanted = given.get("destinationId")
    if not isinstance(wanted, str) or not wanted:
        raise bad_body("The parameter 'DestinationId' is missing.")
    return wanted


def move_message(call: Call) -> Answer:
    """POST /me/messages/{id}/move: 201, and another mutable id."""
    item = call.item()
    folder, before = call.folder(_destination(call)), item.folder
    call.mailbox.move(item, folder)
    kind: EffectKind = "trash" if folder.well_known == "deleteditems" else "move"
    call.did(kind, item, added=(folder.word,), removed=(before.word,))
    return shown(call, item, 201)


def copy_message(call: Call) -> Answer:
    """POST /me/messages/{id}/copy."""
    item = call.item()
    made = call.mailbox.copy(item, call.folder(_destination(call)))
    made.draft = None if item.draft is None else written_into(item.draft, {})  # each is written to alone
    call.did("draft" if made.draft else "move", made, added=(made.folder.word,))
    return shown(call, made, 201)


def delete_message(call: Call) -> Answer:
    """DELETE /me/messages/{id}: into Deleted Items; from there out of sight."""
    item = call.item()
    call.check_etag(item)
    before, bin_ = item.folder, call.mailbox.folders.known("deleteditems")
    call.did("trash", item, added=(bin_.word,) if before is not bin_ else (), removed=(before.word,))
    if before is bin_:
        call.mailbox.remove(item)
    else:
        call.mailbox.move(item, bin_)
    return GONE


def delete_for_good(call: Call) -> Answer:
    """POST /me/messages/{id}/permanentDelete."""
    item = call.item()
    call.did("trash", item, removed=(item.folder.word,))
    call.mailbox.remove(item)
    return GONE
