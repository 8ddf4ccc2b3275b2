"""Drafts of a Graph mailbox: written into their conversation, compared before every change, sent by id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.errors import Conflict, InvalidMessage, MessageGone, NoAnswer, ProviderError, ProviderRefused
from app.providers.base import Draft, Folder, Reply, Sent
from app.providers.fields import word
from app.providers.graph.bodies import Box, read_part, thrown_away
from app.providers.graph.calls import known_id
from app.providers.graph.convert import etag_of, is_draft, private_id_of, revision_of
from app.providers.graph.envelope import envelope, fault_of
from app.providers.graph.messages import bearing, content
from app.providers.graph.profile import send_as
from app.providers.graph.quotation import document, quote_html, words_html
from app.providers.graph.unsent import as_draft, discard, get, parts_of, unsent
from app.providers.quoting import MOST_QUOTED

STATE = ("id", "isDraft", "parentFolderId")


async def create(box: Box, reply: Reply) -> Draft:
    """Write a reply into its conversation and read it back.

    Words, recipients and our mark go along with `createReply`, so that a draft whose answer was lost is whole and can
    be found. What Graph made otherwise is mended before anybody sees it; what cannot be mended is thrown away.
    """
    change = envelope(reply, await send_as(box))
    draft_id = await _made(box, reply, change)
    try:
        return await _mended(box, draft_id, reply, change)
    except (ProviderError, Conflict):
        await discard(box, draft_id)
        raise


async def update(box: Box, draft_id: str, reply: Reply, *, revision: str) -> Draft:
    """Replace a draft that is still at `revision`, and keep what it quotes: a new body would replace that too."""
    change = envelope(reply, await send_as(box))
    resource = await unsent(box, draft_id)
    if revision_of(resource) != revision:
        raise Conflict()
    change |= _body(reply.text, parts_of(resource)[1] if reply.quote else "")
    await box.calls.ask(box.patch(draft_id, change, etag=etag_of(resource)), repeatable=False)
    draft = await get(box, draft_id)
    if fault := fault_of(draft, change):
        raise fault
    return draft


async def find(box: Box, private_id: str, thread_id: str) -> Draft | None:
    """Return the draft of a conversation that bears our property; not one that was about to be thrown away."""
    for resource in await bearing(box, Folder.DRAFTS, private_id, thread_id):
        ours = is_draft(resource) and private_id_of(resource) == private_id
        if ours and word(resource, "conversationId") == thread_id and not await thrown_away(box, resource):
            try:
                found = await get(box, word(resource, "id"))
            except (MessageGone, InvalidMessage):
                continue
            if found.message.to or found.message.cc or found.message.bcc:
                return found
    return None


async def send(box: Box, draft_id: str) -> Sent:
    """Send a draft by its id, once. Graph takes it (202) and says no more; a second sending finds no draft.

    One that lies in the trash is looked for first: by its immutable id Graph might send it from there.
    """
    await unsent(box, draft_id, STATE)
    node = box.calls.build.messages.by_message_id(known_id(draft_id)).send
    try:
        await box.calls.ask(box.calls.build.request("POST", node), repeatable=False)
    except (InvalidMessage, ProviderRefused):
        await unsent(box, draft_id, STATE)  # refused because it has left, or is no draft any more
        raise
    return Sent()


def _body(words: str, quotation: str) -> dict[str, Any]:
    return {"body": {"contentType": "html", "content": document(words, quotation)}}


async def _made(box: Box, reply: Reply, change: Mapping[str, Any]) -> str:
    """Return the id of a new draft; one whose recipients or mark Graph does not take along gets them afterwards."""
    node = box.calls.build.messages.by_message_id(known_id(reply.answers)).create_reply
    whole = {"comment": words_html(reply.text), "message": change}
    try:
        given = await box.calls.ask(box.calls.build.request("POST", node, body=whole), repeatable=False)
    except InvalidMessage:
        given = await box.calls.ask(box.calls.build.request("POST", node, body={}), repeatable=False)
    if not word(given, "id"):
        raise NoAnswer()
    return word(given, "id")


async def _mended(box: Box, draft_id: str, reply: Reply, change: Mapping[str, Any]) -> Draft:
    """Return a new draft once it is as it was meant."""
    resource = await unsent(box, draft_id)
    quotation = await _quotation(box, reply, parts_of(resource)[1])
    try:
        draft = await as_draft(box, resource) if quotation == parts_of(resource)[1] else None
    except InvalidMessage:
        draft = None
    marks = private_id_of(resource) == reply.private_id
    if draft and marks and _squashed(draft.text) == _squashed(reply.text) and not fault_of(draft, change):
        return draft
    whole = {**change, **_body(reply.text, quotation)}
    await box.calls.ask(box.patch(draft_id, whole, etag=etag_of(resource)))
    draft = await get(box, draft_id)
    if fault := fault_of(draft, change):
        raise fault
    return draft


async def _quotation(box: Box, reply: Reply, made: str) -> str:
    """Return what a new draft quotes: what Graph made, if that can be read and is not endless, else one of ours."""
    if not reply.quote:
        return ""
    reading = await read_part(box, made, html=True)
    if not reading.readable:  # nor would the letter that it quotes be
        return ""
    if reading.text.strip() and reading.whole and len(reading.text) <= MOST_QUOTED:
        return made
    answered = await content(box, reply.answers)
    return quote_html(answered.message, answered.text)


def _squashed(text: str) -> str:
    return " ".join(text.split())
